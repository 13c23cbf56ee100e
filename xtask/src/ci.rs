//! `cargo xtask ci`: every check of CI, each a plain command that also works by itself.

use std::{
    io::{self, Write},
    path::Path,
    process::{Command, Stdio},
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};

use crate::{codegen::Generator, model::WEBHOOK};

/// Runs the named jobs in the order of [`JOBS`], or all of them.
pub(crate) fn run(root: &Path, names: &[&str]) -> Result<()> {
    if let Some(unknown) = names.iter().find(|name| !JOBS.iter().any(|(job, _)| job == *name)) {
        let known: Vec<&str> = JOBS.iter().map(|(job, _)| *job).collect();
        bail!("unknown job {unknown:?}; the jobs are {}", known.join(", "));
    }
    for (name, job) in JOBS.iter().filter(|(job, _)| names.is_empty() || names.contains(job)) {
        let start = Instant::now();
        job(root).with_context(|| format!("job {name} failed"))?;
        writeln!(io::stderr(), "ci: {name} passed in {} s", start.elapsed().as_secs())?;
    }
    Ok(())
}

type Job = fn(&Path) -> Result<()>;

const JOBS: &[(&str, Job)] = &[
    ("format", format),
    ("codegen", codegen),
    ("tidy", crate::tidy::check),
    ("layers", layers),
    ("clippy", clippy),
    ("features", features),
    ("test", test),
    ("docs", docs),
    ("clients", crate::clients::check),
];

fn codegen(root: &Path) -> Result<()> {
    crate::codegen::check(root, Generator::ALL)
}

fn format(root: &Path) -> Result<()> {
    cargo(root, &["fmt", "--all", "--check"])
}

fn clippy(root: &Path) -> Result<()> {
    lint(root, &["--workspace", "--all-targets", "--all-features"])
}

/// Runs every test, with the features that users get.
///
/// Cargo unifies the features of what it builds together. The tools of this workspace switch on
/// features of `serde_json` that change the order of keys and the reading of numbers, so the crates
/// are tested without them, and what depends on those features is tested with both sets.
pub(crate) fn test(root: &Path) -> Result<()> {
    crate::redis::install_if_missing()?;
    let others = ["xtask", "chat-export-tests"].map(|name| ["--exclude", name]).concat();
    cargo(root, &[&["test", "--workspace", "--all-features"], &others[..]].concat())?;
    // The two differ only in what they run, so that the second finds everything compiled.
    let features = "chat-admin/migration,serde_json/preserve_order";
    let crates = ["chat-export-tests", "chat-admin"].map(|name| ["--package", name]).concat();
    let with_other_features = [&["test", "--features", features], &crates[..]].concat();
    cargo(root, &[&with_other_features[..], &["--test", "exports"]].concat())?;
    cargo(root, &[&with_other_features[..], &["--lib", "digest"]].concat())?;
    cargo(root, &["test", "--package", "xtask"])
}

/// Features add up: a crate compiles without any, and chat-types with each area alone. Optional areas
/// have webhooks, so each is checked with them too.
fn features(root: &Path) -> Result<()> {
    for package in ["chat-types", "chat-quota", "chat-transport", "chat-admin"] {
        lint(root, &["--package", package, "--no-default-features"])?;
    }
    for feature in ["hyper", "reqwest", "redis", "metrics", "testing"] {
        lint(
            root,
            &["--package", "chat-transport", "--no-default-features", "--features", feature],
        )?;
    }
    for feature in ["group", "account", "migration", "redis"] {
        lint(root, &["--package", "chat-admin", "--no-default-features", "--features", feature])?;
    }
    lint(root, &["--package", "chat-types"])?;
    let areas = crate::codegen::model(root)?.areas;
    let optional = areas.iter().filter(|(_, area)| area.optional);
    let optional: Vec<String> = optional.map(|(name, _)| format!("{name},{WEBHOOK}")).collect();
    for features in areas.into_keys().chain([WEBHOOK.to_owned()]).chain(optional) {
        let alone = ["check", "--package", "chat-types", "--no-default-features", "--features"];
        // A check takes a third less time than clippy, which has seen this code by now.
        let mut check = command(root, &[&alone[..], &[features.as_str()]].concat());
        run_command(check.env("RUSTFLAGS", "--deny warnings"))?;
    }
    Ok(())
}

fn docs(root: &Path) -> Result<()> {
    let mut command = command(root, &["doc", "--workspace", "--no-deps", "--all-features"]);
    run_command(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// No crate pulls in what its layer does not need.
fn layers(root: &Path) -> Result<()> {
    for (package, features, forbidden) in FORBIDDEN {
        let features = features.split(' ').filter(|part| !part.is_empty());
        let mut words = vec!["tree", "--package", package, "--edges", "normal", "--prefix", "none"];
        words.extend(features);
        let output = command(root, &words)
            .stdout(Stdio::piped())
            .output()
            .context("cannot run cargo tree")?;
        ensure!(output.status.success(), "cargo tree failed for {package}");
        let tree = String::from_utf8_lossy(&output.stdout);
        let found: Vec<&str> = tree
            .lines()
            .filter_map(|line| line.split(' ').next())
            .filter(|name| forbidden.contains(name))
            .collect();
        ensure!(found.is_empty(), "{package} must not depend on {}", found.join(", "));
    }
    Ok(())
}

fn lint(root: &Path, words: &[&str]) -> Result<()> {
    cargo(root, &[&["clippy"], words, &["--", "--deny", "warnings"]].concat())
}

fn cargo(root: &Path, words: &[&str]) -> Result<()> {
    run_command(&mut command(root, words))
}

fn command(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(root).args(words).stdin(Stdio::null());
    command
}

fn run_command(command: &mut Command) -> Result<()> {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    let line = format!("cargo {}", words.join(" "));
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    ensure!(status.success(), "`{line}` failed");
    Ok(())
}

/// Package, features of `cargo tree`, and what must not be in its tree.
const FORBIDDEN: &[(&str, &str, &[&str])] = &[
    ("chat-types", "--all-features", &["tokio", "hyper", "reqwest", "http", "chat-transport"]),
    ("chat-usersig", "--all-features", &["tokio", "hyper", "reqwest", "chat-types"]),
    ("chat-quota", "", &["redis", "rustls"]),
    ("chat-redis", "--all-features", &["chat-types", "chat-quota", "hyper"]),
    ("chat-quota", "--all-features", &["hyper", "http", "reqwest", "chat-usersig"]),
    ("chat-transport", "", &["reqwest", "redis", "chat-admin", "chat-emulator"]),
    ("chat-admin", "", &["reqwest", "redis", "chat-emulator", "clap"]),
    ("chat-webhook", "", &["tokio", "hyper", "axum", "chat-transport", "chat-usersig"]),
    ("chat-emulator", "", &["reqwest", "chat-transport", "chat-admin"]),
    ("xtask", "", &["chat-types", "chat-quota", "chat-transport", "chat-admin", "chat-emulator"]),
];
