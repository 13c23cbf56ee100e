//! What is installed, and whether it is up to date.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, ensure};

/// A file in a folder that records what was installed into it.
pub(super) struct Stamp {
    path: PathBuf,
    text: String,
}

impl Stamp {
    pub(super) fn new(folder: &Path, version: &str, wanted: &Path) -> Result<Self> {
        let list = fs::read_to_string(wanted)
            .with_context(|| format!("cannot read {}", wanted.display()))?;
        Ok(Self { path: folder.join(".installed"), text: format!("{version}{list}") })
    }

    pub(super) fn is_current(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    pub(super) fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.text).context("cannot record what was installed")
    }
}

/// The version of a required program.
pub(super) fn version(program: &str, package: &str) -> Result<String> {
    let output = Command::new(program)
        .arg("--version")
        .output()
        .with_context(|| format!("cannot run {program}: install {package}"))?;
    ensure!(output.status.success(), "{program} --version failed: install {package}");
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Copies the files of a folder, but not its folders.
pub(super) fn copy_files(from: &Path, to: &Path) -> Result<()> {
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
