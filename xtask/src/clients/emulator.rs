//! Runs the emulator for the duration of the calls.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::step::Step;

/// A running `chatctl emulator`, which is stopped on drop.
pub(super) struct Emulator {
    process: Child,
    settings: [(&'static str, String); 4],
}

/// What the emulator prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    url: String,
    sdkappid: u32,
    admin: String,
}

impl Emulator {
    pub(super) fn start(chatctl: &Path) -> Result<Self> {
        let process = Command::new(chatctl)
            .args(["emulator", "--listen", "127.0.0.1:0", "--output", "json"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start chatctl emulator")?;
        // From here on, an early return stops it.
        let mut emulator = Self { process, settings: Default::default() };
        let output = emulator.process.stdout.take().context("the emulator has no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("cannot read from the emulator")?;
        let Ready { url, sdkappid, admin } = serde_json::from_str(&line)
            .with_context(|| format!("unexpected first line of the emulator: {line:?}"))?;
        let signature = sign(chatctl, sdkappid, &admin)?;
        emulator.settings = [
            ("CHAT_ENDPOINT", url),
            ("CHAT_SDKAPPID", sdkappid.to_string()),
            ("CHAT_IDENTIFIER", admin),
            ("CHAT_USERSIG", signature),
        ];
        Ok(emulator)
    }

    /// Passes the settings of a client to a step, as environment variables.
    pub(super) fn set_up(&self, step: Step) -> Step {
        self.settings.iter().fold(step, |step, (name, value)| step.env(name, value))
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        // It may have exited already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn sign(chatctl: &Path, sdkappid: u32, admin: &str) -> Result<String> {
    let output = Command::new(chatctl)
        .args(["usersig", "sign", "--sdkappid", &sdkappid.to_string(), "--identifier", admin])
        .env("CHAT_SECRET_KEY", EMULATOR_KEY)
        .output()
        .context("cannot run chatctl usersig sign")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "chatctl usersig sign failed: {errors}");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The documented key of the emulator's app.
const EMULATOR_KEY: &str = "emulator-secret-key";
