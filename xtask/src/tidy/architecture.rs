//! ARCHITECTURE.md states which crate of the workspace depends on which, and that is what cargo sees.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::{sources::Sources, violation::Violation};

/// Compares the table between the marks in ARCHITECTURE.md with the manifests.
pub(super) fn check(root: &Path, sources: &Sources) -> Result<Vec<Violation>> {
    let page = sources.with_ending(PAGE).next().context("ARCHITECTURE.md is missing")?;
    let stated = stated(&page.text)?;
    Ok(differences(&stated, &actual(root)?))
}

type Dependencies = BTreeMap<String, BTreeSet<String>>;

/// The rows of the table: a crate, and the crates that it depends on.
fn stated(page: &str) -> Result<Dependencies> {
    let (_, rest) = page.split_once(BEGIN).context("ARCHITECTURE.md has no dependency table")?;
    let (table, _) = rest.split_once(END).context("the dependency table has no end mark")?;
    let rows: Dependencies = rows_of(table).collect();
    ensure!(!rows.is_empty(), "the dependency table is empty");
    Ok(rows)
}

fn rows_of(table: &str) -> impl Iterator<Item = (String, BTreeSet<String>)> {
    table.lines().filter(|line| line.starts_with("| `")).map(|line| {
        let mut names = line.split('`').skip(1).step_by(2).map(str::to_owned);
        (names.next().unwrap_or_default(), names.collect())
    })
}

/// The dependencies between the members of the workspace, optional ones included.
fn actual(root: &Path) -> Result<Dependencies> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .current_dir(root)
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot run cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata failed");
    let metadata: Metadata = serde_json::from_slice(&output.stdout)
        .context("cannot read the output of cargo metadata")?;
    let members: BTreeSet<String> =
        metadata.packages.iter().map(|package| package.name.clone()).collect();
    let dependencies = metadata.packages.into_iter().map(|package| {
        let normal = package.dependencies.into_iter().filter(|each| each.kind.is_none());
        let inside = normal.map(|each| each.name).filter(|name| members.contains(name));
        (package.name, inside.collect())
    });
    Ok(dependencies.collect())
}

fn differences(stated: &Dependencies, actual: &Dependencies) -> Vec<Violation> {
    let names: BTreeSet<&String> = stated.keys().chain(actual.keys()).collect();
    let differ = names.into_iter().filter(|name| stated.get(*name) != actual.get(*name));
    differ
        .map(|name| {
            let list = |dependencies: &Dependencies| match dependencies.get(name) {
                None => "nothing about it".to_owned(),
                Some(names) if names.is_empty() => "no dependencies".to_owned(),
                Some(names) => names.iter().cloned().collect::<Vec<_>>().join(", "),
            };
            let message = format!(
                "the dependency table states for {name}: {}; the manifests have: {}",
                list(stated),
                list(actual)
            );
            Violation { path: PAGE.to_owned(), line: None, message }
        })
        .collect()
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    kind: Option<String>,
}

const PAGE: &str = "ARCHITECTURE.md";
const BEGIN: &str = "<!-- dependencies -->";
const END: &str = "<!-- end of dependencies -->";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_is_not_stated_is_reported() {
        let page = format!(
            "{BEGIN}\n| crate | uses |\n| --- | --- |\n| `a` | `b`, `c` |\n| `b` | |\n{END}"
        );
        let stated = stated(&page).unwrap();
        let actual = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let same = [("a".to_owned(), actual(&["b", "c"])), ("b".to_owned(), actual(&[]))].into();
        assert!(differences(&stated, &same).is_empty());
        let other = [("a".to_owned(), actual(&["b"])), ("b".to_owned(), actual(&["a"]))].into();
        let messages: Vec<_> =
            differences(&stated, &other).into_iter().map(|each| each.message).collect();
        assert_eq!(
            messages,
            [
                "the dependency table states for a: b, c; the manifests have: b",
                "the dependency table states for b: no dependencies; the manifests have: a",
            ]
        );
    }
}
