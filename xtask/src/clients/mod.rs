//! `cargo xtask clients`: runs third-party validators and client generators on the generated documents,
//! and the clients against the emulator. See `tests/clients/README.md`.

mod emulator;
mod install;
mod openapi_generator;
mod python;
mod step;
mod typescript;

use std::{
    env, fs,
    path::{Path, PathBuf},
    thread,
};

use anyhow::{Context, Result, anyhow};

use self::{
    emulator::Emulator, openapi_generator::Libraries, python::Python, step::Step,
    typescript::TypeScript,
};
use crate::print::OPENAPI;

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
    let libraries = Libraries::new(&paths, &python);
    libraries.prepare()?;
    let emulator = Emulator::start(&paths.chatctl)?;
    python.call(&emulator)?;
    typescript.call(&emulator)?;
    libraries.call(&emulator)
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

/// The versions of the documents.
const VERSIONS: [&str; 2] = ["3.1", "3.0"];
