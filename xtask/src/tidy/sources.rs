//! The files that people write.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// The files that people write, by their path below the workspace root.
pub(super) struct Sources(pub(super) Vec<Source>);

pub(super) struct Source {
    pub(super) path: String,
    pub(super) text: String,
}

impl Sources {
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut sources = Vec::new();
        for folder in FOLDERS {
            collect(root, &root.join(folder), &mut sources)?;
        }
        for name in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
            add(root, &root.join(name), &mut sources)?;
        }
        sources.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self(sources))
    }

    pub(super) fn with_ending<'s>(&'s self, ending: &'s str) -> impl Iterator<Item = &'s Source> {
        self.0.iter().filter(move |source| source.path.ends_with(ending))
    }
}

fn collect(root: &Path, folder: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let context = || format!("cannot read {}", folder.display());
    for entry in fs::read_dir(folder).with_context(context)? {
        let path = entry.with_context(context)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if path.is_dir() {
            if !SKIPPED.contains(&name) {
                collect(root, &path, sources)?;
            }
        } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
            add(root, &path, sources)?;
        }
    }
    Ok(())
}

fn add(root: &Path, path: &Path, sources: &mut Vec<Source>) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let path = path.strip_prefix(root).unwrap_or(path);
    sources.push(Source { path: path.to_string_lossy().replace('\\', "/"), text });
    Ok(())
}

const FOLDERS: &[&str] = &["crates", "spec", "tests", "xtask"];

/// Generated files, samples as the service or other people write them, and what tools leave behind.
const SKIPPED: &[&str] = &[
    "generated",
    "schemas",
    "openapi",
    "schema",
    "snapshots",
    "exchanges",
    "target",
    "node_modules",
];

const ENDINGS: &[&str] = &[".rs", ".md", ".toml"];

#[cfg(test)]
impl Sources {
    pub(super) fn of<const N: usize>(files: [(&str, &str); N]) -> Self {
        let source = |(path, text): (&str, &str)| Source { path: path.into(), text: text.into() };
        Self(files.map(source).into())
    }
}
