//! A client for Rust: that of progenitor, which reads documents of version 3.0.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::{
    emulator::Emulator,
    paths::Paths,
    step::{self, Step},
};

pub(super) struct Rust<'a> {
    paths: &'a Paths,
    target: PathBuf,
}

impl<'a> Rust<'a> {
    pub(super) fn new(paths: &'a Paths) -> Self {
        Self { paths, target: paths.work.join("rust") }
    }

    /// Generates and compiles the client, which its build script does.
    pub(super) fn prepare(&self) -> Result<()> {
        let build = self.step("progenitor: generate and compile", "cargo");
        let build = build.args(["build", "--quiet", "--locked", "--target-dir"]);
        step::run(build.arg(&self.target))
    }

    pub(super) fn call(&self, emulator: &Emulator) -> Result<()> {
        let program = self.target.join("debug/chat-client-check");
        step::run(emulator.set_up(self.step("progenitor: call the emulator", program)))
    }

    fn step(&self, name: &str, program: impl AsRef<Path>) -> Step {
        self.paths.step(name, program, &self.paths.sources.join("rust"))
    }
}
