//! Runs chatctl, and chatctl as the emulator.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

pub(crate) const KEY: &str = "emulator-secret-key";

/// A command line under construction. The environment of the tests is kept out.
pub(crate) struct Chatctl {
    command: Command,
    input: Vec<u8>,
}

/// What a run printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Chatctl {
    pub(crate) fn new(words: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chatctl"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CHAT_") {
                command.env_remove(name);
            }
        }
        command.args(words).env("RUST_BACKTRACE", "0");
        Self { command, input: Vec::new() }
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn directory(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    pub(crate) fn input(mut self, input: impl Into<Vec<u8>>) -> Self {
        self.input = input.into();
        self
    }

    #[track_caller]
    pub(crate) fn run(mut self) -> Ran {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input;
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let ran = Ran {
            exit: status.code().unwrap_or(-1),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        };
        ran.assert_decent();
        ran
    }

    pub(crate) fn command(self) -> Command {
        self.command
    }
}

impl Ran {
    /// Whatever happens: no secret, no backtrace, no Debug dump.
    #[track_caller]
    fn assert_decent(&self) {
        for text in [&self.out, &self.err] {
            for leak in [KEY, "usersig=", "panicked at", "stack backtrace", "Error {"] {
                assert!(!text.contains(leak), "{leak:?} in {self:?}");
            }
        }
    }

    #[track_caller]
    pub(crate) fn exits(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{self:?}");
        self
    }

    /// The one line on standard error holds these pieces.
    #[track_caller]
    pub(crate) fn says(self, pieces: &[&str]) -> Self {
        assert_eq!(self.err.trim_end().lines().count(), 1, "{self:?}");
        for piece in pieces {
            assert!(self.err.contains(piece), "no {piece:?} in {self:?}");
        }
        self
    }

    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// `chatctl emulator` in a process of its own; ended when dropped.
pub(crate) struct Emulator {
    process: Child,
    pub(crate) url: String,
}

impl Emulator {
    pub(crate) fn start(words: &[&str]) -> Self {
        let mut process = Chatctl::new(&[&["emulator"], words].concat())
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { process, url }
    }

    /// chatctl with all settings for this emulator.
    pub(crate) fn chatctl(&self, words: &[&str]) -> Chatctl {
        Chatctl::new(words)
            .env("CHAT_ENDPOINT", &self.url)
            .env("CHAT_SDKAPPID", "1400000000")
            .env("CHAT_SECRET_KEY", KEY)
    }

    pub(crate) fn stop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop();
    }
}
