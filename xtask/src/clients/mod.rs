//! `cargo xtask clients`: runs third-party validators and client generators on the generated documents,
//! and the clients against the emulator. See `tests/clients/README.md`.

mod emulator;
mod install;
mod openapi_generator;
mod paths;
mod python;
mod rust;
mod step;
mod typescript;

use std::{path::Path, thread};

use anyhow::{Result, anyhow};

use self::{
    emulator::Emulator, openapi_generator::Libraries, paths::Paths, python::Python, rust::Rust,
    typescript::TypeScript,
};

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
    let (libraries, rust) = (Libraries::new(&paths, &python), Rust::new(&paths));
    libraries.prepare()?;
    rust.prepare()?;
    let emulator = Emulator::start(&paths.chatctl)?;
    python.call(&emulator)?;
    typescript.call(&emulator)?;
    libraries.call(&emulator)?;
    rust.call(&emulator)
}
