//! Clients for TypeScript: types of openapi-typescript, and libraries of swagger-typescript-api.

use std::path::PathBuf;

use anyhow::Result;

use super::{
    emulator::Emulator,
    install::{Stamp, copy_files, version},
    paths::{Paths, VERSIONS},
    step::{self, Step},
};

/// The types of one document and the libraries of both.
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
        step::run(self.step("typescript: tsc --strict", "tsc"))?;
        VERSIONS.iter().try_for_each(|version| self.prepare_library(version))
    }

    fn prepare_library(&self, version: &str) -> Result<()> {
        let library = self.library(version);
        copy_files(&self.paths.sources.join("typescript-library"), &library)?;
        let name = format!("swagger-typescript-api: {version}: generate a library");
        let generate = self.step(&name, "swagger-typescript-api");
        let generate = generate.args(["generate", "--unwrap-response-data", "--name", "api.ts"]);
        let generate = generate.arg("--path").arg(self.paths.document(version));
        step::run(generate.arg("--output").arg(&library))?;
        let name = format!("swagger-typescript-api: {version}: tsc --strict");
        step::run(self.step(&name, "tsc").arg("--project").arg(&library))
    }

    pub(super) fn call(&self, emulator: &Emulator) -> Result<()> {
        let call = self.paths.step("typescript: call the emulator", "node", &self.folder);
        step::run(emulator.set_up(call.arg("dist/client.js")))?;
        VERSIONS.iter().try_for_each(|version| {
            let name = format!("swagger-typescript-api: {version}: call the emulator");
            let call = self.paths.step(&name, "node", &self.library(version));
            step::run(emulator.set_up(call.arg("dist/client.js")))
        })
    }

    /// Below the installed packages, which Node.js finds by this location.
    fn library(&self, version: &str) -> PathBuf {
        self.folder.join(format!("library-{version}"))
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
