//! Finds the workspace that a command works on.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The nearest folder at or above the current directory whose `Cargo.toml` has a `[workspace]`.
pub(crate) fn root() -> Result<PathBuf> {
    let current = env::current_dir().context("cannot read the current directory")?;
    find(&current).with_context(|| format!("no workspace found at or above {}", current.display()))
}

fn find(folder: &Path) -> Option<PathBuf> {
    folder.ancestors().find(|folder| is_root(folder)).map(Path::to_path_buf)
}

fn is_root(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    toml::from_str::<toml::Table>(&manifest).is_ok_and(|table| table.contains_key("workspace"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_above_the_packages() {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(find(&package.join("src")).as_deref(), package.parent());
        assert_eq!(find(Path::new("/")), None);
    }
}
