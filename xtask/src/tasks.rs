//! Tests and checks, each a plain command that also works by hand.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};

use crate::model::WEBHOOK;

/// Every test of the workspace, with the optional features that have tests of their own.
pub(crate) fn test(root: &Path) -> Result<()> {
    crate::redis::install_if_missing()?;
    cargo(root, &["test", "--workspace", "--all-features"])
}

/// Everything that CI checks.
pub(crate) fn ci(root: &Path) -> Result<()> {
    cargo(root, &["fmt", "--all", "--check"])?;
    crate::codegen::check(root)?;
    layering(root)?;
    clippy(root, &["--workspace", "--all-targets", "--all-features"])?;
    features(root)?;
    test(root)?;
    documentation(root)?;
    crate::clients::check(root)
}

/// Features add up: a crate compiles without any, and chat-types with each area alone.
fn features(root: &Path) -> Result<()> {
    for package in ["chat-types", "chat-transport", "chat-admin"] {
        clippy(root, &["--package", package, "--no-default-features"])?;
    }
    for feature in ["hyper", "reqwest", "redis", "metrics", "testing"] {
        clippy(
            root,
            &["--package", "chat-transport", "--no-default-features", "--features", feature],
        )?;
    }
    for feature in ["group", "account", "migration"] {
        clippy(root, &["--package", "chat-admin", "--no-default-features", "--features", feature])?;
    }
    clippy(root, &["--package", "chat-types"])?;
    let areas = crate::codegen::model(root)?.areas.into_keys();
    for area in areas.chain([WEBHOOK.to_owned()]) {
        let alone = ["check", "--package", "chat-types", "--no-default-features", "--features"];
        // A check takes a third less time than clippy, which has seen this code by now.
        let mut check = command(root, &[&alone[..], &[area.as_str()]].concat());
        run(check.env("RUSTFLAGS", "--deny warnings"))?;
    }
    Ok(())
}

fn clippy(root: &Path, words: &[&str]) -> Result<()> {
    cargo(root, &[&["clippy"], words, &["--", "--deny", "warnings"]].concat())
}

fn documentation(root: &Path) -> Result<()> {
    let mut command = command(root, &["doc", "--workspace", "--no-deps", "--all-features"]);
    run(command.env("RUSTDOCFLAGS", "--deny warnings"))
}

/// A layer pulls in nothing that it does not need, and no arrow points the wrong way.
fn layering(root: &Path) -> Result<()> {
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

fn cargo(root: &Path, words: &[&str]) -> Result<()> {
    run(&mut command(root, words))
}

fn command(root: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command.current_dir(root).args(words).stdin(Stdio::null());
    command
}

fn run(command: &mut Command) -> Result<()> {
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
    ("chat-transport", "", &["reqwest", "chat-admin", "chat-emulator"]),
    ("chat-admin", "", &["reqwest", "chat-emulator", "clap"]),
    ("chat-emulator", "", &["reqwest", "chat-transport", "chat-admin"]),
    ("xtask", "", &["chat-types", "chat-transport", "chat-admin", "chat-emulator"]),
];
