//! Installs the server that the tests of a shared quota start.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

/// Installs a Redis server with apt-get if there is none; this needs root on Debian or a derivative.
pub(crate) fn install_if_missing() -> Result<()> {
    if SERVERS.iter().any(|program| runs(program, "--version")) {
        return Ok(());
    }
    ensure!(
        is_root() && runs("apt-get", "--version"),
        "the tests need {}; install one (on Debian and Ubuntu: apt-get install redis-server)",
        SERVERS.join(" or ")
    );
    apt_get(&["update"])?;
    apt_get(&["install", "--yes", "--no-install-recommends", "redis-server"])
}

fn runs(program: &str, argument: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(argument).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn apt_get(words: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let line = format!("apt-get {}", words.join(" "));
    let status = command.status().with_context(|| format!("cannot run `{line}`"))?;
    ensure!(status.success(), "`{line}` failed");
    Ok(())
}

const SERVERS: [&str; 2] = ["redis-server", "valkey-server"];
