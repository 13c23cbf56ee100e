//! Settings from options and the environment.

use std::io::Write as _;

use crate::program::{Chatctl, Emulator, KEY};

const CALL: &[&str] =
    &["call", "group_open_http_svc/get_group_muted_account", "--data", r#"{"GroupId":"g"}"#];

#[test]
fn missing_settings_are_reported_with_how_to_set_them() {
    let all = ["--region", "china", "--sdkappid", "1"];
    check(&[], &[], &["address of the service", "--region", "CHAT_ENDPOINT"]);
    check(&all[..2], &[], &["app is not set", "CHAT_SDKAPPID"]);
    check(&all, &[], &["secret key is not set", "--secret-key-file", "CHAT_SECRET_KEY"]);
    check(&all, &[("CHAT_SECRET_KEY", "  \n")], &["secret key in CHAT_SECRET_KEY is empty"]);
    let both = [&all[..], &["--endpoint", "https://example.com"]].concat();
    check(&both, &[("CHAT_SECRET_KEY", "k")], &["both --region and --endpoint"]);
    check(&["--region", "atlantis"], &[], &["atlantis", "silicon-valley"]);
    check(&all[..2], &[("CHAT_SDKAPPID", "many")], &["CHAT_SDKAPPID", "between 1 and"]);
    let plain = ["--endpoint", "http://example.com", "--sdkappid", "1"];
    check(&plain, &[("CHAT_SECRET_KEY", "k")], &["http", "loopback"]);
    let gone = [&all[..], &["--secret-key-file", "no/such/file"]].concat();
    check(&gone, &[], &["no/such/file", "cannot read"]);
}

#[test]
fn option_takes_precedence_over_the_environment() {
    let emulator = Emulator::start(&[]);
    let wrong = "http://127.0.0.1:1";
    let output = emulator.chatctl(CALL).env("CHAT_ENDPOINT", wrong).run();
    output.exits(3).says(&["127.0.0.1:1"]);
    let args = [CALL, &["--endpoint", &emulator.url]].concat();
    emulator.chatctl(&args).env("CHAT_ENDPOINT", wrong).run().exits(1).says(&["10010"]);
}

#[test]
fn key_is_read_from_a_file_or_standard_input() {
    let emulator = Emulator::start(&[]);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "{KEY}").unwrap();
    let path = file.path().to_str().unwrap();
    let args = [CALL, &["--secret-key-file", path]].concat();
    emulator.chatctl(&args).env("CHAT_SECRET_KEY", "wrong").run().exits(1).says(&["10010"]);
    let args = [CALL, &["--secret-key-file", "-"]].concat();
    emulator.chatctl(&args).input(KEY).run().exits(1).says(&["10010"]);
    emulator.chatctl(CALL).env("CHAT_SECRET_KEY", "wrong").run().exits(6).says(&["70009"]);
}

#[test]
fn error_is_one_json_object_with_output_json() {
    let emulator = Emulator::start(&[]);
    let args = [CALL, &["--output", "json"]].concat();
    let output = emulator.chatctl(&args).run().exits(1);
    let error: serde_json::Value = serde_json::from_str(&output.stderr).unwrap();
    assert_eq!(error["error"]["code"], 10010);
    assert_eq!(error["error"]["endpoint"], CALL[1]);
    assert!(error["error"]["message"].as_str().unwrap().contains("does not exist"));
    assert_eq!(output.json()["ErrorCode"], 10010);
}

#[track_caller]
fn check(args: &[&str], environment: &[(&str, &str)], pieces: &[&str]) {
    let mut run = Chatctl::new(&[CALL, args].concat());
    for (name, value) in environment {
        run = run.env(name, value);
    }
    let output = run.run().exits(2);
    for piece in pieces {
        assert!(output.stderr.contains(piece), "no {piece:?} in {output:?}");
    }
}
