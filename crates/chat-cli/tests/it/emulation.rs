//! `chatctl emulator`: what it prints, its apps and HTTPS.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, ChildStderr, Stdio},
};

use crate::program::{Chatctl, KEY};

/// `chatctl emulator` with its standard error.
struct Emulation {
    process: Child,
    url: String,
    stderr: BufReader<ChildStderr>,
}

impl Emulation {
    fn start(directory: &Path, args: &[&str]) -> Self {
        let chatctl = Chatctl::new(&[&["emulator"], args].concat()).directory(directory);
        let mut process = chatctl
            .env("KEY_OF_APP", "key-from-the-environment")
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        let stderr = BufReader::new(process.stderr.take().unwrap());
        Self { process, url, stderr }
    }

    /// Reads lines of standard error up to one with this text, and returns that line.
    fn line_with(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(self.stderr.read_line(&mut line).unwrap(), 0, "{text:?} was not printed");
            if line.contains(text) {
                return line;
            }
        }
    }

    fn chatctl(&self, sdk_app_id: &str, key: &str, args: &[&str]) -> Chatctl {
        Chatctl::new(args)
            .env("CHAT_ENDPOINT", &self.url)
            .env("CHAT_SDKAPPID", sdk_app_id)
            .env("CHAT_SECRET_KEY", key)
    }
}

impl Drop for Emulation {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const DEFAULT_APP: &str = "1400000000";

#[test]
fn emulator_introduces_itself_and_prints_calls() {
    let directory = tempfile::tempdir().unwrap();
    let mut emulator = Emulation::start(directory.path(), &["--log-bodies"]);
    assert!(emulator.line_with("SDKAppID").contains("1400000000, secret key emulator-secret-key"));
    assert!(emulator.line_with("admins").contains("administrator"));
    let url = emulator.url.clone();
    assert!(emulator.line_with("try: ").contains(&format!("CHAT_ENDPOINT={url} ")));

    emulator.chatctl(DEFAULT_APP, KEY, &["group", "list"]).run().exits(0);
    let line = emulator.line_with("group_open_http_svc/get_appid_group_list");
    assert!(line.contains(" OK ") && line.trim_end().ends_with(" ms"), "{line}");
    assert!(emulator.line_with("  > ").contains('{'));
    assert!(emulator.line_with("  < ").contains("GroupIdList"));
    emulator.chatctl(DEFAULT_APP, "another", &["group", "list"]).run();
    let line = emulator.line_with("get_appid_group_list");
    assert!(line.contains(" 70009 ") && line.contains("key"), "{line}");
}

#[test]
fn apps_come_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let apps = r#"
        [[apps]]
        sdkappid = 1400000001
        key_env = "KEY_OF_APP"
        edition = "pro"
        site = "china"

        [[apps]]
        sdkappid = 1400000002
        key_file = "key.txt"
        newer_group_types = true
    "#;
    fs::write(directory.path().join("apps.toml"), apps).unwrap();
    fs::write(directory.path().join("key.txt"), "key-from-a-file\n").unwrap();
    let mut emulator = Emulation::start(directory.path(), &["--app-file", "apps.toml"]);
    assert!(emulator.line_with("SDKAppID 1400000001").contains("(as configured)"));
    for (app, key) in
        [("1400000001", "key-from-the-environment"), ("1400000002", "key-from-a-file")]
    {
        emulator.chatctl(app, key, &["group", "list"]).run().exits(0);
    }
    emulator.chatctl(DEFAULT_APP, KEY, &["group", "list"]).run().exits(6);
}

#[test]
fn mistakes_in_an_app_file_are_named_without_keys() {
    let directory = tempfile::tempdir().unwrap();
    for (apps, expected) in [
        ("apps = []", "no apps"),
        ("[[apps]]\nsdkappid = 1400000001", "app 1400000001: expected one of key_file"),
        ("[[apps]]\nsdkappid = 1400000001\nkey = \"hidden\"\nedition = \"x\"", "unknown edition"),
        (
            "[[apps]]\nsdkappid = 1400000001\nkey = \"hidden\"\nkye = 1",
            "line 4: unknown field `kye`",
        ),
        ("[[apps]]\nsdkappid = 1400000001\nkey_env = \"CHAT_NOWHERE\"", "CHAT_NOWHERE is not set"),
        ("[[apps]]\nsdkappid = 1400000001\nkey = \"hidden", "line 3: "),
    ] {
        fs::write(directory.path().join("apps.toml"), apps).unwrap();
        let args = ["emulator", "--app-file", "apps.toml"];
        let output = Chatctl::new(&args).directory(directory.path()).run().exits(2);
        assert!(output.stderr.contains(expected), "{expected:?} in {}", output.stderr);
        assert!(!output.stderr.contains("hidden"), "{}", output.stderr);
    }
}

#[test]
fn https_is_trusted_with_the_written_authority() {
    let directory = tempfile::tempdir().unwrap();
    let emulator = Emulation::start(directory.path(), &["--tls", "--tls-ca-out", "ca.pem"]);
    assert!(emulator.url.starts_with("https://127.0.0.1:"), "{}", emulator.url);
    let trusting = emulator.chatctl(DEFAULT_APP, KEY, &["group", "list"]);
    trusting.directory(directory.path()).env("CHAT_CA_FILE", "ca.pem").run().exits(0);
    emulator.chatctl(DEFAULT_APP, KEY, &["group", "list", "--timeout", "5s"]).run().exits(3);
}
