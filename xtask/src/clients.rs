//! `cargo xtask clients`: other people's validators and generators against what is generated here,
//! and the clients that they make against the emulator. See `tests/clients/README.md`.

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

/// Validates the documents and schemas, makes the clients, checks them, and lets them call.
pub(crate) fn check(root: &Path) -> Result<()> {
    let places = Places::new(root)?;
    let build = ["build", "--quiet", "--package", "chat-cli"];
    step::run(places.step("build chatctl", "cargo", root).args(build))?;
    let (python, typescript) = (Python::new(&places), TypeScript::new(&places));
    thread::scope(|scope| {
        let other = scope.spawn(|| typescript.prepare());
        python.prepare()?;
        other.join().map_err(|_| anyhow!("the thread of the TypeScript client failed"))?
    })?;
    let emulator = Emulator::start(&places.chatctl)?;
    python.call(&emulator)?;
    typescript.call(&emulator)
}

/// Where things are read and where they go.
struct Places {
    root: PathBuf,
    /// What the clients are made of.
    sources: PathBuf,
    /// Everything that is installed and generated.
    work: PathBuf,
    chatctl: PathBuf,
}

impl Places {
    fn new(root: &Path) -> Result<Self> {
        let program = env::current_exe().context("cannot find the place of this program")?;
        let built = program.parent().context("this program stands in no folder")?;
        let target = built.parent().context("the target folder is missing")?;
        let work = target.join("clients");
        fs::create_dir_all(&work).with_context(|| format!("cannot make {}", work.display()))?;
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
    places: &'a Places,
    folder: PathBuf,
    environment: PathBuf,
}

impl<'a> Python<'a> {
    fn new(places: &'a Places) -> Self {
        let folder = places.work.join("python");
        Self { places, environment: folder.join("environment"), folder }
    }

    fn prepare(&self) -> Result<()> {
        fs::create_dir_all(&self.folder).context("cannot make a folder for Python")?;
        self.install()?;
        let sources = self.places.sources.join("python");
        let documents = ["3.1", "3.0"].map(|version| self.places.document(version));
        let schemas = self.places.root.join(SCHEMAS);
        let validate = self.step("python: validate the documents and schemas", "python");
        step::run(validate.arg(sources.join("validate.py")).args(documents).arg(schemas))?;
        let generate = self.step("python: generate models", "datamodel-codegen");
        let generate = generate.args(["--input-file-type", "openapi", "--disable-timestamp"]);
        let generate = generate.args(MODELS).args(["--output", "chat_models.py", "--input"]);
        step::run(generate.arg(self.places.document("3.1")))?;
        let check = self.step("python: mypy --strict", "mypy");
        let programs = ["client.py", "validate.py"].map(|name| sources.join(name));
        step::run(check.args(["--strict", "chat_models.py"]).args(programs))
    }

    fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.step("python: call the emulator", "python");
        let client = self.places.sources.join("python/client.py");
        let call = call.arg(client).env("PYTHONPATH", &self.folder);
        step::run(emulator.settings().fold(call, |call, (name, value)| call.env(name, value)))
    }

    /// Makes the virtual environment, unless it holds what it should.
    fn install(&self) -> Result<()> {
        let wanted = self.places.sources.join("python/requirements.txt");
        let version = version("python3", "python3 and python3-venv")?;
        let stamp = Stamp::new(&self.environment, &version, &wanted)?;
        if stamp.is_there() {
            return Ok(());
        }
        let make = self.places.step("python: make an environment", "python3", &self.folder);
        step::run(make.args(["-m", "venv", "--clear"]).arg(&self.environment))
            .context("a virtual environment needs the package python3-venv")?;
        let install = self.step("python: install packages", "python");
        let pip = ["-m", "pip", "install", "--disable-pip-version-check", "--requirement"];
        step::run(install.args(pip).arg(wanted))?;
        stamp.write()
    }

    fn step(&self, name: &str, program: &str) -> Step {
        let program = self.environment.join("bin").join(program);
        self.places.step(name, program, &self.folder).env("MYPYPATH", &self.folder)
    }
}

struct TypeScript<'a> {
    places: &'a Places,
    folder: PathBuf,
}

impl<'a> TypeScript<'a> {
    fn new(places: &'a Places) -> Self {
        Self { places, folder: places.work.join("typescript") }
    }

    fn prepare(&self) -> Result<()> {
        copy_files(&self.places.sources.join("typescript"), &self.folder)?;
        self.install()?;
        let documents = ["3.1", "3.0"].map(|version| self.places.document(version));
        let validate = self.step("typescript: validate the documents", "redocly");
        step::run(validate.arg("lint").args(&documents))?;
        let generate = self.step("typescript: generate types", "openapi-typescript");
        let generate = generate.args(["--default-non-nullable=false", "--output", "api.d.ts"]);
        step::run(generate.args(&documents[..1]))?;
        step::run(self.step("typescript: tsc --strict", "tsc"))
    }

    fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.places.step("typescript: call the emulator", "node", &self.folder);
        let call = call.arg("dist/client.js");
        step::run(emulator.settings().fold(call, |call, (name, value)| call.env(name, value)))
    }

    /// Installs what the lock file names, unless it is there.
    fn install(&self) -> Result<()> {
        let version = version("node", "nodejs")?;
        let npm = self::version("npm", "npm")?;
        let modules = self.folder.join("node_modules");
        let lock = self.folder.join("package-lock.json");
        let stamp = Stamp::new(&modules, &format!("{version}{npm}"), &lock)?;
        if stamp.is_there() {
            return Ok(());
        }
        let install = self.places.step("typescript: install packages", "npm", &self.folder);
        step::run(install.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]))?;
        stamp.write()
    }

    fn step(&self, name: &str, program: &str) -> Step {
        let program = self.folder.join("node_modules/.bin").join(program);
        let step = self.places.step(name, program, &self.folder);
        step.env("REDOCLY_TELEMETRY", "off").env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
    }
}

/// A note in a folder of what was installed into it.
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

    fn is_there(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.text).context("cannot note what was installed")
    }
}

/// The version of a program that has to be there.
fn version(program: &str, package: &str) -> Result<String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot run {program}: install {package}"))?;
    ensure!(output.status.success(), "{program} does not work: install {package}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn copy_files(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        // What somebody installed by hand beside the sources stays there.
        if entry.file_type()?.is_file() {
            fs::copy(entry.path(), to.join(entry.file_name()))
                .with_context(|| format!("cannot copy {}", entry.path().display()))?;
        }
    }
    Ok(())
}

/// How models are made; `tests/clients/README.md` says why.
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
