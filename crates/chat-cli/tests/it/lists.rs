//! Lists of accounts.

use std::fs;

use crate::{
    fixture::{Fixture, viewers},
    program::{Emulator, RunOutput},
};

#[test]
fn blank_lines_duplicates_crlf_and_bom_are_accepted() {
    let output = mute(b"\xef\xbb\xbfpeter\r\n\r\n  leckie\t\r\npeter\r\n\r\n").exits(0);
    assert_eq!(output.json()["summary"]["done"], 2);
    assert!(output.stderr.contains("dropped 1 repeated account"), "{output:?}");
}

#[test]
fn invalid_list_is_rejected_before_anything_is_sent() {
    check(b"", &["the list of accounts is empty"]);
    check(b"\n\r\n  \n", &["the list of accounts is empty"]);
    check(b"peter\nab\xffcd\n", &["line 2", "not valid UTF-8"]);
    check(&[&b"peter\n"[..], &vec![b'x'; 10_000_000]].concat(), &["line 2", "longer than 1024"]);
    check(b"a\nb\x07c\n", &["line 2", "control character"]);
}

#[test]
fn missing_file_is_reported_with_its_path() {
    let emulator = Emulator::start(&[]);
    let args = ["group", "mute", "g", "--forever", "--members-file", "no/such/list"];
    emulator.chatctl(&args).run().exits(2).says(&["no/such/list"]);
}

#[test]
fn list_is_read_from_a_file() {
    let emulator = Emulator::start(&[]);
    let create = ["group", "create", "g", "--type", "AVChatRoom", "--name", "G"];
    emulator.chatctl(&create).run().exits(0);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "peter\nleckie\n").unwrap();
    let path = file.path().to_str().unwrap();
    let args = ["group", "mute", "g", "--forever", "--members-file", path];
    assert_eq!(emulator.chatctl(&args).run().exits(0).json()["summary"]["done"], 2);
}

#[test]
fn long_list_is_streamed_with_its_repeated_accounts() {
    let fixture = Fixture::new();
    let list = viewers(100_000) + "viewer0\nviewer1\n";
    fixture.write("list", &list);
    let args = ["group", "mute", "live", "--forever"];
    let from_file = fixture.chatctl(&[&args[..], &["--members-file", "list"]].concat()).run();
    let from_pipe = fixture.chatctl(&args).input(list).run();
    for output in [from_file, from_pipe] {
        let output = output.exits(0).says(&["more than 100000", "not dropped"]);
        let summary = &output.json()["summary"];
        assert_eq!((&summary["done"], &summary["calls"]), (&100_002.into(), &201.into()));
        assert_eq!(summary["not_sent"], 0);
    }
    assert_eq!(fixture.app.muted_count("live").unwrap(), 100_000);
}

#[test]
fn error_at_the_end_of_a_long_file_is_found_early() {
    let fixture = Fixture::new();
    fixture.write("list", &(viewers(100_500) + "b\u{7}c\n"));
    let args = ["group", "mute", "live", "--forever", "--members-file", "list"];
    fixture.chatctl(&args).run().exits(2).says(&["list, line 100501", "control character"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn error_in_a_long_piped_list_stops_the_job() {
    let fixture = Fixture::new();
    let list = viewers(100_500) + "b\u{7}c\n" + &viewers(1_000);
    let args = ["group", "mute", "live", "--forever"];
    let output = fixture.chatctl(&args).input(list).run().exits(5);
    for piece in ["standard input, line 100501", "100500 done", "was not sent", "correct it"] {
        assert!(output.stderr.contains(piece), "no {piece:?} in {}", output.stderr);
    }
    let report = output.json();
    assert_eq!((&report["end"], &report["summary"]["done"]), (&"broken".into(), &100_500.into()));
    assert_eq!(fixture.app.muted_count("live").unwrap(), 100_500);
}

#[cfg(unix)]
#[test]
fn named_pipe_is_read_once() {
    let fixture = Fixture::new();
    let pipe = fixture.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || fs::write(pipe, viewers(100_001)).unwrap());
    let args = ["group", "mute", "live", "--forever", "--members-file", "pipe"];
    let output = fixture.chatctl(&args).run().exits(0);
    writer.join().unwrap();
    assert_eq!(output.json()["summary"]["done"], 100_001);
}

#[track_caller]
fn check(list: &[u8], pieces: &[&str]) {
    mute(list).exits(2).says(pieces);
}

/// Mutes a piped list in a group of a new emulator.
fn mute(list: &[u8]) -> RunOutput {
    let emulator = Emulator::start(&[]);
    let create = ["group", "create", "g", "--type", "AVChatRoom", "--name", "G"];
    emulator.chatctl(&create).run().exits(0);
    emulator.chatctl(&["group", "mute", "g", "--for", "1h"]).input(list).run()
}
