//! `cargo xtask codegen`: spec in, code and schemas out.

mod generator;
mod rustfmt;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, IsTerminal, Write},
    path::Path,
};

use anyhow::{Context, Result, bail};
use similar::TextDiff;

pub(crate) use self::generator::Generator;
use crate::{
    coverage,
    model::{self, Model},
    print::Files,
    spec::{Diagnostics, Spec},
};

/// Writes what the generators make of `spec/`, and deletes files that they no longer make.
pub(crate) fn write(root: &Path, generators: &[Generator]) -> Result<()> {
    let files = generate(root, generators)?;
    let mut written = 0;
    for (path, text) in &files {
        let destination = root.join(path);
        if fs::read_to_string(&destination).is_ok_and(|before| before == *text) {
            continue;
        }
        if let Some(folder) = destination.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot create the folder of {path}"))?;
        }
        fs::write(&destination, text).with_context(|| format!("cannot write {path}"))?;
        written += 1;
    }
    let stale = stale_files(root, generators, &files)?;
    for path in &stale {
        fs::remove_file(root.join(path)).with_context(|| format!("cannot delete {path}"))?;
    }
    report(&format!("{} files, {written} written, {} deleted", files.len(), stale.len()))
}

/// Compares the files on disk with what the generators make of `spec/`, and changes nothing.
pub(crate) fn check(root: &Path, generators: &[Generator]) -> Result<()> {
    let files = generate(root, generators)?;
    let mut differences = String::new();
    for (path, text) in &files {
        let before = fs::read_to_string(root.join(path)).unwrap_or_default();
        if before != *text {
            differences += &TextDiff::from_lines(before.as_str(), text.as_str())
                .unified_diff()
                .context_radius(2)
                .header(&format!("{path} (on disk)"), &format!("{path} (generated)"))
                .to_string();
        }
    }
    for path in stale_files(root, generators, &files)? {
        differences += &format!("{path}: no longer generated from spec/\n");
    }
    if differences.is_empty() {
        return report(&format!("{} files are up to date", files.len()));
    }
    bail!(
        "{differences}\ngenerated files are stale: run `cargo xtask codegen` and commit the result"
    )
}

/// Prints how much of the API the spec covers.
pub(crate) fn coverage(root: &Path) -> Result<()> {
    let report = coverage::report(&load(root)?);
    write!(io::stdout(), "{report}").context("cannot write to standard output")
}

/// The generated files, formatted.
pub(crate) fn generate(root: &Path, generators: &[Generator]) -> Result<Files> {
    let spec = load(root)?;
    let coverage = coverage::table(&spec);
    let model = build(spec)?;
    generator::run(root, &model, &coverage, generators)
}

/// The model of the workspace's `spec/`.
pub(crate) fn model(root: &Path) -> Result<Model> {
    build(load(root)?)
}

fn load(root: &Path) -> Result<Spec> {
    let mut diagnostics = Diagnostics::default();
    let spec = Spec::load(root, &mut diagnostics)?;
    fail_on(&diagnostics)?;
    spec.context("cannot read spec/")
}

fn build(spec: Spec) -> Result<Model> {
    let mut diagnostics = Diagnostics::default();
    let model = model::build(spec, &mut diagnostics);
    fail_on(&diagnostics)?;
    Ok(model)
}

fn fail_on(diagnostics: &Diagnostics) -> Result<()> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    bail!("{}", diagnostics.render(io::stderr().is_terminal()))
}

/// Files in the folders of these generators that they no longer make.
fn stale_files(root: &Path, generators: &[Generator], files: &Files) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in generators.iter().filter_map(|generator| generator.folder()) {
        collect(root, Path::new(folder), &mut found)?;
    }
    found.retain(|path| !files.contains_key(path));
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return Ok(()) };
    for entry in entries {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            collect(root, &path, found)?;
        } else {
            found.insert(path.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(())
}

fn report(text: &str) -> Result<()> {
    writeln!(io::stdout(), "codegen: {text}").context("cannot write to standard output")
}
