//! A client for TypeScript.

use std::path::PathBuf;

use anyhow::Result;

use super::{
    Paths, VERSIONS,
    emulator::Emulator,
    install::{Stamp, copy_files, version},
    step::{self, Step},
};

/// The types of openapi-typescript.
pub(super) struct TypeScript<'a> {
    paths: &'a Paths,
    folder: PathBuf,
}

impl<'a> TypeScript<'a> {
    pub(super) fn new(paths: &'a Paths) -> Self {
        Self { paths, folder: paths.work.join("typescript") }
    }

    pub(super) fn prepare(&self) -> Result<()> {
        copy_files(&self.paths.sources.join("typescript"), &self.folder)?;
        self.install()?;
        let documents = VERSIONS.map(|version| self.paths.document(version));
        let validate = self.step("typescript: validate the documents", "redocly");
        step::run(validate.arg("lint").args(&documents))?;
        let generate = self.step("typescript: generate types", "openapi-typescript");
        let generate = generate.args(["--default-non-nullable=false", "--output", "api.d.ts"]);
        step::run(generate.args(&documents[..1]))?;
        step::run(self.step("typescript: tsc --strict", "tsc"))
    }

    pub(super) fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.paths.step("typescript: call the emulator", "node", &self.folder);
        let call = call.arg("dist/client.js");
        step::run(emulator.settings().fold(call, |call, (name, value)| call.env(name, value)))
    }

    /// Installs the packages of the lock file, unless they are up to date.
    fn install(&self) -> Result<()> {
        let node = version("node", "nodejs")?;
        let npm = version("npm", "npm")?;
        let modules = self.folder.join("node_modules");
        let lock = self.folder.join("package-lock.json");
        let stamp = Stamp::new(&modules, &format!("{node}{npm}"), &lock)?;
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
