//! `cargo xtask codegen`: spec in, code and schemas out.

use std::{
    collections::BTreeSet,
    fs,
    io::{IsTerminal, Write},
    path::Path,
    process::Command,
    thread,
};

use anyhow::{Context, Result, anyhow, bail, ensure};
use similar::TextDiff;

use crate::{
    coverage::{self, README},
    manifests,
    model::{self, Model},
    print::{self, Files, GENERATED, OPENAPI, SCHEMAS},
    spec::{Diagnostics, Spec, format_schemas},
};

/// Writes everything that follows from `spec/` below `root`.
pub(crate) fn write(root: &Path) -> Result<()> {
    let files = generate(root)?;
    let mut written = 0;
    for (path, text) in &files {
        let destination = root.join(path);
        if fs::read_to_string(&destination).is_ok_and(|before| before == *text) {
            continue;
        }
        if let Some(folder) = destination.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder of {path}"))?;
        }
        fs::write(&destination, text).with_context(|| format!("cannot write {path}"))?;
        written += 1;
    }
    let stale = leftovers(root, &files)?;
    for path in &stale {
        fs::remove_file(root.join(path)).with_context(|| format!("cannot delete {path}"))?;
    }
    report(&format!("{} files, {written} written, {} deleted", files.len(), stale.len()))
}

/// Compares what is committed with what follows from `spec/`, and changes nothing.
pub(crate) fn check(root: &Path) -> Result<()> {
    let files = generate(root)?;
    let mut differences = String::new();
    for (path, text) in &files {
        let before = fs::read_to_string(root.join(path)).unwrap_or_default();
        if before != *text {
            differences += &TextDiff::from_lines(before.as_str(), text.as_str())
                .unified_diff()
                .context_radius(2)
                .header(&format!("{path} (committed)"), &format!("{path} (from spec/)"))
                .to_string();
        }
    }
    for path in leftovers(root, &files)? {
        differences += &format!("{path}: nothing in spec/ asks for this file\n");
    }
    if differences.is_empty() {
        return report(&format!("{} files are up to date", files.len()));
    }
    bail!(
        "{differences}\ngenerated files are stale: run `cargo xtask codegen` and commit the result"
    )
}

/// Prints the table of what is covered.
pub(crate) fn coverage(root: &Path) -> Result<()> {
    let table = coverage::table(&load(root)?);
    write!(std::io::stdout(), "{table}").context("cannot write to standard output")
}

/// Every generated file, formatted.
pub(crate) fn generate(root: &Path) -> Result<Files> {
    let spec = load(root)?;
    let readme = coverage::readme(root, &coverage::table(&spec))?;
    let model = build(spec)?;
    // The large documents are made while rustfmt works.
    thread::scope(|scope| {
        let documents = scope.spawn(|| print::openapi(&model));
        let mut files = print::print(&model);
        format_rust(&mut files)?;
        files.insert(README.to_owned(), readme);
        files.extend(manifests::with_areas(root, &model)?);
        files.extend(format_schemas()?);
        files.extend(documents.join().map_err(|_| anyhow!("printing OpenAPI failed"))?);
        Ok(files)
    })
}

/// What `spec/` says.
pub(crate) fn model(root: &Path) -> Result<Model> {
    build(load(root)?)
}

fn load(root: &Path) -> Result<Spec> {
    let mut diagnostics = Diagnostics::default();
    let spec = Spec::load(root, &mut diagnostics)?;
    complain(&diagnostics)?;
    spec.context("spec/ could not be read")
}

fn build(spec: Spec) -> Result<Model> {
    let mut diagnostics = Diagnostics::default();
    let model = model::build(spec, &mut diagnostics);
    complain(&diagnostics)?;
    Ok(model)
}

fn complain(diagnostics: &Diagnostics) -> Result<()> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    bail!("{}", diagnostics.render(std::io::stderr().is_terminal()))
}

/// Lays the Rust files out. The style edition fixes what rustfmt makes of them.
///
/// Starting rustfmt takes longer than formatting a file, so it gets many at once. Given a path it
/// would also look for the modules that a file declares, so these get an empty body meanwhile.
fn format_rust(files: &mut Files) -> Result<()> {
    let mut texts: Vec<&mut String> =
        files.iter_mut().filter(|(path, _)| path.ends_with(".rs")).map(|(_, text)| text).collect();
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let share = texts.len().div_ceil(workers).max(1);
    thread::scope(|scope| {
        let running: Vec<_> =
            texts.chunks_mut(share).map(|chunk| scope.spawn(|| rustfmt(chunk))).collect();
        running.into_iter().try_for_each(|worker| {
            worker.join().unwrap_or_else(|_| bail!("a formatting thread failed"))
        })
    })
}

fn rustfmt(texts: &mut [&mut String]) -> Result<()> {
    let folder = tempfile::tempdir().context("cannot make a folder for rustfmt")?;
    let mut paths = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let path = folder.path().join(format!("{index}.rs"));
        fs::write(&path, change_modules(text, ";", " {}")).context("cannot write for rustfmt")?;
        paths.push(path);
    }
    let output = Command::new("rustfmt")
        .args(STYLE)
        .args(&paths)
        .output()
        .context("cannot run rustfmt; `rustup component add rustfmt` installs it")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "rustfmt refused generated code: {complaint}");
    for (text, path) in texts.iter_mut().zip(&paths) {
        let formatted = fs::read_to_string(path).context("cannot read what rustfmt wrote")?;
        **text = change_modules(&formatted, " {}", ";");
    }
    Ok(())
}

/// Gives the declarations of modules another end.
fn change_modules(text: &str, from: &str, to: &str) -> String {
    let mut changed = String::with_capacity(text.len());
    for line in text.lines() {
        match line.strip_suffix(from) {
            Some(start) if format!(" {line}").contains(" mod ") && !start.contains('"') => {
                changed.push_str(start);
                changed.push_str(to);
            }
            _ => changed.push_str(line),
        }
        changed.push('\n');
    }
    changed
}

/// Files in the generated folders that nothing asks for any more.
fn leftovers(root: &Path, files: &Files) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for folder in [GENERATED, SCHEMAS, OPENAPI, "spec/schema"] {
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
    writeln!(std::io::stdout(), "codegen: {text}").context("cannot write to standard output")
}

const STYLE: [&str; 7] = [
    "--edition",
    "2024",
    "--style-edition",
    "2024",
    "--quiet",
    "--config",
    "use_small_heuristics=Max",
];
