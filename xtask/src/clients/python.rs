//! A client with models for Python.

use std::{fs, path::PathBuf};

use anyhow::{Context, Result};

use super::{
    emulator::Emulator,
    install::{Stamp, version},
    paths::{Paths, VERSIONS},
    step::{self, Step},
};
use crate::print::SCHEMAS;

/// The models of datamodel-code-generator, and the environment of all programs in Python.
pub(super) struct Python<'a> {
    paths: &'a Paths,
    folder: PathBuf,
    environment: PathBuf,
}

impl<'a> Python<'a> {
    pub(super) fn new(paths: &'a Paths) -> Self {
        let folder = paths.work.join("python");
        Self { paths, environment: folder.join("environment"), folder }
    }

    pub(super) fn prepare(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).context("cannot create a folder for Python")?;
        self.install()?;
        let sources = self.paths.sources.join("python");
        let documents = VERSIONS.map(|version| self.paths.document(version));
        let schemas = self.paths.root.join(SCHEMAS);
        let validate = self.step("python: validate the documents and schemas", "python");
        step::run(validate.arg(sources.join("validate.py")).args(documents).arg(schemas))?;
        let generate = self.step("python: generate models", "datamodel-codegen");
        let generate = generate.args(["--input-file-type", "openapi", "--disable-timestamp"]);
        let generate = generate.args(MODELS).args(["--output", "chat_models.py", "--input"]);
        step::run(generate.arg(self.paths.document("3.1")))?;
        let check = self.step("python: mypy --strict", "mypy");
        let programs = ["client.py", "validate.py"].map(|name| sources.join(name));
        step::run(check.args(["--strict", "chat_models.py"]).args(programs))
    }

    pub(super) fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.step("python: call the emulator", "python");
        let client = self.paths.sources.join("python/client.py");
        let call = call.arg(client).env("PYTHONPATH", &self.folder);
        step::run(emulator.set_up(call))
    }

    /// The interpreter with the installed packages.
    pub(super) fn program(&self) -> PathBuf {
        self.environment.join("bin/python")
    }

    /// The JAR of openapi-generator, which is part of a Python package.
    pub(super) fn generator(&self) -> Result<PathBuf> {
        let versions = self.environment.join("lib");
        let folders = fs::read_dir(&versions).context("the environment of Python is missing")?;
        folders
            .filter_map(|folder| {
                let packages = folder.ok()?.path().join("site-packages");
                Some(packages.join("openapi_generator_cli/openapi-generator.jar"))
            })
            .find(|path| path.is_file())
            .context("openapi-generator-cli is not installed")
    }

    /// Creates the virtual environment, unless it is up to date.
    fn install(&self) -> Result<()> {
        let wanted = self.paths.sources.join("python/requirements.txt");
        let version = version("python3", "python3 and python3-venv")?;
        let stamp = Stamp::new(&self.environment, &version, &wanted)?;
        if stamp.is_current() {
            return Ok(());
        }
        let make = self.paths.step("python: create an environment", "python3", &self.folder);
        step::run(make.args(["-m", "venv", "--clear"]).arg(&self.environment))
            .context("a virtual environment needs the package python3-venv")?;
        let install = self.step("python: install packages", "python");
        let pip = ["-m", "pip", "install", "--disable-pip-version-check", "--requirement"];
        step::run(install.args(pip).arg(wanted))?;
        stamp.write()
    }

    fn step(&self, name: &str, program: &str) -> Step {
        let program = self.environment.join("bin").join(program);
        self.paths.step(name, program, &self.folder).env("MYPYPATH", &self.folder)
    }
}

/// Options of the model generator; `tests/clients/README.md` gives the reasons.
const MODELS: [&str; 13] = [
    "--output-model-type",
    "pydantic_v2.BaseModel",
    "--target-python-version",
    "3.11",
    "--formatters",
    "builtin",
    "--enum-field-as-literal",
    "all",
    "--collapse-root-models",
    "--snake-case-field",
    "--allow-population-by-field-name",
    "--use-annotated",
    "--field-constraints",
];
