//! The script of the first hour, in a terminal.

use std::{
    path::Path,
    process::{Command, Stdio},
};

/// Runs a script in a terminal of 80 columns, and returns what that shows, without escape sequences.
///
/// `script` is part of util-linux, which every Linux distribution has.
fn run_in_terminal(script: &Path) -> (bool, String) {
    let programs = Path::new(env!("CARGO_BIN_EXE_chatctl")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &format!("sh {}", script.display())])
        .arg("/dev/null")
        .env("PATH", path)
        .env("TERM", "xterm")
        .env("COLUMNS", "80")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("cannot run script of util-linux: {error}"));
    let text = String::from_utf8_lossy(&output.stdout).replace('\r', "\n");
    (output.status.success(), without_escapes(&text))
}

/// Removes the sequences that move the cursor or set colors.
fn without_escapes(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end =
            part.find(|c: char| c.is_ascii_alphabetic()).map_or(part.len(), |index| index + 1);
        clean.push_str(&part[end..]);
    }
    clean
}

#[test]
fn script_runs_in_a_terminal_to_its_end() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/first-hour.sh");
    let (success, screen) = run_in_terminal(&script);
    assert!(success, "{screen}");
    for text in [
        // The doctor finds nothing wrong, and results are tables here.
        "CHECK",
        "group_open_http_svc/forbid_send_msg  20000",
        "the job ended with exit code 130",
        "chatctl bulk resume mute.journal",
        "done: 20000",
        "hall.jsonl",
        "the exit code is 1",
        "The group does not exist or was dissolved.",
        "That was the first hour.",
    ] {
        assert!(screen.contains(text), "no {text:?} on the screen:\n{screen}");
    }
    for secret in ["emulator-secret-key\n", "usersig=", "eJw"] {
        assert!(!screen.contains(secret), "{secret:?} on the screen:\n{screen}");
    }
}
