//! Where things are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

use super::step::Step;
use crate::print::OPENAPI;

/// Folders and programs that the steps use.
pub(super) struct Paths {
    pub(super) root: PathBuf,
    /// The hand-written part of the clients.
    pub(super) sources: PathBuf,
    /// Everything that is installed and generated.
    pub(super) work: PathBuf,
    pub(super) chatctl: PathBuf,
}

impl Paths {
    pub(super) fn new(root: &Path) -> Result<Self> {
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

    pub(super) fn document(&self, version: &str) -> PathBuf {
        self.root.join(OPENAPI).join(format!("openapi-{version}.json"))
    }

    pub(super) fn step(&self, name: &str, program: impl AsRef<Path>, folder: &Path) -> Step {
        Step::new(name, program.as_ref(), folder, &self.work)
    }
}

/// The versions of the documents.
pub(super) const VERSIONS: [&str; 2] = ["3.1", "3.0"];
