//! `cargo xtask clients`: runs third-party validators and client generators on the generated documents,
//! and the clients against the emulator. See `tests/clients/README.md`.

mod emulator;
mod step;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
};

use anyhow::{Context, Result, anyhow, ensure};

use self::{emulator::Emulator, step::Step};
use crate::print::{OPENAPI, SCHEMAS};

/// Validates the documents and schemas, generates the clients, checks them, and lets them call the
/// emulator.
pub(crate) fn check(root: &Path) -> Result<()> {
    let paths = Paths::new(root)?;
    let build = ["build", "--quiet", "--package", "chat-cli"];
    step::run(paths.step("build chatctl", "cargo", root).args(build))?;
    let (python, typescript) = (Python::new(&paths), TypeScript::new(&paths));
    thread::scope(|scope| {
        let other = scope.spawn(|| typescript.prepare());
        python.prepare()?;
        other.join().map_err(|_| anyhow!("the thread of the TypeScript client failed"))?
    })?;
    let emulator = Emulator::start(&paths.chatctl)?;
    python.call(&emulator)?;
    typescript.call(&emulator)
}

/// Folders and programs that the steps use.
struct Paths {
    root: PathBuf,
    /// The hand-written part of the clients.
    sources: PathBuf,
    /// Everything that is installed and generated.
    work: PathBuf,
    chatctl: PathBuf,
}

impl Paths {
    fn new(root: &Path) -> Result<Self> {
        let program = env::current_exe().context("cannot find the path of this program")?;
        let built = program.parent().context("this program has no parent folder")?;
        let target = built.parent().context("the target folder is missing")?;
        let work = target.join("clients");
        fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;
        Ok(Self {
            root: root.to_owned(),
            sources: root.join("tests/clients"),
            chatctl: built.join("chatctl"),
            work,
        })
    }

    fn document(&self, version: &str) -> PathBuf {
        self.root.join(OPENAPI).join(format!("openapi-{version}.json"))
    }

    fn step(&self, name: &str, program: impl AsRef<Path>, folder: &Path) -> Step {
        Step::new(name, program.as_ref(), folder, &self.work)
    }
}

struct Python<'a> {
    paths: &'a Paths,
    folder: PathBuf,
    environment: PathBuf,
}

impl<'a> Python<'a> {
    fn new(paths: &'a Paths) -> Self {
        let folder = paths.work.join("python");
        Self { paths, environment: folder.join("environment"), folder }
    }

    fn prepare(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).context("cannot create a folder for Python")?;
        self.install()?;
        let sources = self.paths.sources.join("python");
        let documents = ["3.1", "3.0"].map(|version| self.paths.document(version));
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

    fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.step("python: call the emulator", "python");
        let client = self.paths.sources.join("python/client.py");
        let call = call.arg(client).env("PYTHONPATH", &self.folder);
        step::run(emulator.settings().fold(call, |call, (name, value)| call.env(name, value)))
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

struct TypeScript<'a> {
    paths: &'a Paths,
    folder: PathBuf,
}

impl<'a> TypeScript<'a> {
    fn new(paths: &'a Paths) -> Self {
        Self { paths, folder: paths.work.join("typescript") }
    }

    fn prepare(&self) -> Result<()> {
        copy_files(&self.paths.sources.join("typescript"), &self.folder)?;
        self.install()?;
        let documents = ["3.1", "3.0"].map(|version| self.paths.document(version));
        let validate = self.step("typescript: validate the documents", "redocly");
        step::run(validate.arg("lint").args(&documents))?;
        let generate = self.step("typescript: generate types", "openapi-typescript");
        let generate = generate.args(["--default-non-nullable=false", "--output", "api.d.ts"]);
        step::run(generate.args(&documents[..1]))?;
        step::run(self.step("typescript: tsc --strict", "tsc"))
    }

    fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.paths.step("typescript: call the emulator", "node", &self.folder);
        let call = call.arg("dist/client.js");
        step::run(emulator.settings().fold(call, |call, (name, value)| call.env(name, value)))
    }

    /// Installs the packages of the lock file, unless they are up to date.
    fn install(&self) -> Result<()> {
        let version = version("node", "nodejs")?;
        let npm = self::version("npm", "npm")?;
        let modules = self.folder.join("node_modules");
        let lock = self.folder.join("package-lock.json");
        let stamp = Stamp::new(&modules, &format!("{version}{npm}"), &lock)?;
        if stamp.is_current() {
            return Ok(());
        }
        let install = self.paths.step("typescript: install packages", "npm", &self.folder);
        step::run(install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
        stamp.write()
    }

    fn step(&self, name: &str, program: &str) -> Step {
        let program = self.folder.join("node_modules/.bin").join(program);
        let step = self.paths.step(name, program, &self.folder);
        step.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
    }
}

/// A file in a folder that records what was installed into it.
struct Stamp {
    path: PathBuf,
    text: String,
}

impl Stamp {
    fn new(folder: &Path, version: &str, wanted: &Path) -> Result<Self> {
        let list = fs::read_to_string(wanted)
            .with_context(|| format!("cannot read {}", wanted.display()))?;
        Ok(Self { path: folder.join(".installed"), text: format!("{version}{list}") })
    }

    fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.text).context("cannot record what was installed")
    }
}

/// The version of a required program.
fn version(program: &str, package: &str) -> Result<String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot run {program}: install {package}"))?;
    ensure!(output.status.success(), "{program} --version failed: install {package}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        // Packages that were installed by hand next to the sources are not copied.
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    Ok(())
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
