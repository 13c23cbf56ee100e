//! Runs `chatctl` and `chatctl emulator` as processes.

use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

pub(crate) const KEY: &str = "emulator-secret-key";

/// A command line under construction, without the `CHAT_` variables of the environment.
pub(crate) struct Chatctl {
    command: Command,
    args: Vec<String>,
    input: Vec<u8>,
}

/// The output and the exit code of a run.
#[derive(Debug)]
pub(crate) struct RunOutput {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Chatctl {
    pub(crate) fn new(args: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chatctl"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CHAT_") {
                command.env_remove(name);
            }
        }
        // The profiles of whoever runs the tests are not theirs.
        command.args(args).env("RUST_BACKTRACE", "0").env("XDG_CONFIG_HOME", "/nonexistent");
        let args = args.iter().map(|arg| (*arg).to_owned()).collect();
        Self { command, args, input: Vec::new() }
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
    pub(crate) fn run(mut self) -> RunOutput {
        let mut child = self
            .command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = self.input;
        let writer = thread::spawn(move || drop(stdin.write_all(&input)));
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        writer.join().unwrap();
        let output = RunOutput {
            exit: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        };
        output.assert_no_leak();
        output.assert_hint_fits(&self.args);
        output
    }

    pub(crate) fn command(self) -> Command {
        self.command
    }
}

impl RunOutput {
    /// Asserts that no secret, no backtrace and no `Debug` output was printed.
    #[track_caller]
    fn assert_no_leak(&self) {
        for text in [&self.stdout, &self.stderr] {
            for leak in [KEY, "usersig=", "panicked at", "stack backtrace", "Error {"] {
                assert!(!text.contains(leak), "{leak:?} in {self:?}");
            }
        }
    }

    /// Asserts that an error names only options that the failed command has, and its help.
    #[track_caller]
    fn assert_hint_fits(&self, args: &[String]) {
        if self.exit == 0 || !self.stderr.starts_with("error: ") {
            return;
        }
        // What is in backquotes names another command line, and what was given may be wrong.
        let (quoted, own): (Vec<_>, Vec<_>) =
            self.stderr.split('`').enumerate().partition(|(index, _)| index % 2 == 1);
        let is_option = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let options = own.iter().flat_map(|(_, text)| text.split(|c| !is_option(c)));
        let mut options = options.filter(|word| {
            word.len() > 2
                && word.starts_with("--")
                && !args.iter().any(|arg| arg.starts_with(word))
        });
        let name = command_name(args);
        if let Some(first) = options.next() {
            let help = help(&name);
            for option in options.chain([first]) {
                assert!(help.contains(option), "{name:?} does not have {option}: {self:?}");
            }
        }
        let helps = quoted.iter().filter(|(_, text)| text.ends_with("--help"));
        for (_, text) in helps {
            assert_eq!(*text, format!("chatctl {name} --help").replace("  ", " "), "{self:?}");
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, exit: i32) -> Self {
        assert_eq!(self.exit, exit, "{self:?}");
        self
    }

    /// Asserts that standard error is one line, besides those about a resumed journal and about the
    /// usage, and contains these pieces.
    #[track_caller]
    pub(crate) fn says(self, pieces: &[&str]) -> Self {
        let lines = self.stderr.trim_end().lines();
        let lines =
            lines.filter(|line| !line.starts_with("resuming") && !line.starts_with("Usage: "));
        assert_eq!(lines.count(), 1, "{self:?}");
        self.mentions(pieces)
    }

    /// Asserts that standard error contains these pieces.
    #[track_caller]
    pub(crate) fn mentions(self, pieces: &[&str]) -> Self {
        for piece in pieces {
            assert!(self.stderr.contains(piece), "no {piece:?} in {self:?}");
        }
        self
    }

    /// Parses standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// `chatctl emulator` in a separate process, which is killed on drop.
pub(crate) struct Emulator {
    process: Child,
    pub(crate) url: String,
}

impl Emulator {
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut process = Chatctl::new(&[&["emulator"], args].concat())
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

    /// Returns chatctl with all settings for this emulator.
    pub(crate) fn chatctl(&self, args: &[&str]) -> Chatctl {
        Chatctl::new(args)
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

/// Returns the subcommands of a command line, which may begin with options that take values.
fn command_name(mut args: &[String]) -> String {
    while let [option, _, rest @ ..] = args
        && option.starts_with("--")
    {
        args = rest;
    }
    let words = args.iter().map(String::as_str).take_while(|arg| !arg.starts_with('-'));
    let has_subcommands = args.first().is_some_and(|arg| WITH_SUBCOMMANDS.contains(&&**arg));
    let is_api = args.first().is_some_and(|arg| arg == "api");
    let count = if is_api { 3 } else { 1 + usize::from(has_subcommands) };
    let words: Vec<&str> = words.take(count).collect();
    let names = (0..=words.len()).rev().map(|count| words[..count].join(" "));
    names.into_iter().find(|name| !help(name).is_empty()).unwrap_or_default()
}

/// Returns the help of a command, which is empty if there is no such command.
pub(crate) fn help(name: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_chatctl"))
        .args(name.split_whitespace())
        .arg("--help")
        .output()
        .unwrap();
    if output.status.success() { String::from_utf8(output.stdout).unwrap() } else { String::new() }
}

/// Waits until a condition holds, and panics if it does not within a minute.
#[track_caller]
pub(crate) fn wait_until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIME_LIMIT;
    while !condition() {
        assert!(Instant::now() < deadline, "timed out waiting for {what}");
        thread::sleep(Duration::from_millis(1));
    }
}

const WITH_SUBCOMMANDS: [&str; 5] = ["bulk", "group", "profile", "usersig", "webhook"];

/// How long a test waits for another process.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(60);
