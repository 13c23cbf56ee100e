//! Lists of accounts as people have them.

use std::fs;

use crate::{
    program::{Emulator, Ran},
    stage::{Stage, viewers},
};

#[test]
fn blank_lines_duplicates_crlf_and_a_byte_order_mark_do_no_harm() {
    let ran = mute(b"\xef\xbb\xbfpeter\r\n\r\n  leckie\t\r\npeter\r\n\r\n").exits(0);
    assert_eq!(ran.json()["summary"]["done"], 2);
    assert!(ran.err.contains("1 repeated accounts were dropped"), "{ran:?}");
}

#[test]
fn what_is_no_list_is_refused_before_anything_is_sent() {
    check(b"", &["the list of accounts is empty"]);
    check(b"\n\r\n  \n", &["the list of accounts is empty"]);
    check(b"peter\nab\xffcd\n", &["line 2", "not text in UTF-8"]);
    check(&[&b"peter\n"[..], &vec![b'x'; 10_000_000]].concat(), &["line 2", "longer than 1024"]);
    check(b"a\nb\x07c\n", &["line 2", "control character"]);
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let emulator = Emulator::start(&[]);
    let words = ["group", "mute", "g", "--forever", "--members-file", "no/such/list"];
    emulator.chatctl(&words).run().exits(2).says(&["no/such/list"]);
}

#[test]
fn a_list_comes_from_a_file_as_well() {
    let emulator = Emulator::start(&[]);
    let create = ["group", "create", "g", "--type", "AVChatRoom", "--name", "G"];
    emulator.chatctl(&create).run().exits(0);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), "peter\nleckie\n").unwrap();
    let path = file.path().to_str().unwrap();
    let words = ["group", "mute", "g", "--forever", "--members-file", path];
    assert_eq!(emulator.chatctl(&words).run().exits(0).json()["summary"]["done"], 2);
}

#[test]
fn a_long_list_is_streamed_and_repeated_accounts_are_not_looked_for() {
    let stage = Stage::new();
    let list = viewers(100_000) + "viewer0\nviewer1\n";
    stage.write("list", &list);
    let words = ["group", "mute", "live", "--forever"];
    let from_file = stage.chatctl(&[&words[..], &["--members-file", "list"]].concat()).run();
    let from_pipe = stage.chatctl(&words).input(list).run();
    for ran in [from_file, from_pipe] {
        let ran = ran.exits(0).says(&["more than 100000", "not looked for"]);
        let summary = &ran.json()["summary"];
        assert_eq!((&summary["done"], &summary["calls"]), (&100_002.into(), &201.into()));
        assert_eq!(summary["not_sent"], 0);
    }
    assert_eq!(stage.app.muted_count("live").unwrap(), 100_000);
}

#[test]
fn a_mistake_in_the_last_line_of_a_long_file_is_found_before_anything_is_sent() {
    let stage = Stage::new();
    stage.write("list", &(viewers(100_500) + "b\u{7}c\n"));
    let words = ["group", "mute", "live", "--forever", "--members-file", "list"];
    stage.chatctl(&words).run().exits(2).says(&["list, line 100501", "control character"]);
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn a_mistake_in_a_long_list_that_can_be_read_only_once_ends_the_job_there() {
    let stage = Stage::new();
    let list = viewers(100_500) + "b\u{7}c\n" + &viewers(1_000);
    let words = ["group", "mute", "live", "--forever"];
    let ran = stage.chatctl(&words).input(list).run().exits(5);
    for piece in ["standard input, line 100501", "100500 done", "was not sent", "correct it"] {
        assert!(ran.err.contains(piece), "no {piece:?} in {}", ran.err);
    }
    let report = ran.json();
    assert_eq!((&report["end"], &report["summary"]["done"]), (&"broken".into(), &100_500.into()));
    assert_eq!(stage.app.muted_count("live").unwrap(), 100_500);
}

#[cfg(unix)]
#[test]
fn a_pipe_with_a_name_is_read_once() {
    let stage = Stage::new();
    let pipe = stage.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn(move || fs::write(pipe, viewers(100_001)).unwrap());
    let words = ["group", "mute", "live", "--forever", "--members-file", "pipe"];
    let ran = stage.chatctl(&words).run().exits(0);
    writer.join().unwrap();
    assert_eq!(ran.json()["summary"]["done"], 100_001);
}

#[track_caller]
fn check(list: &[u8], pieces: &[&str]) {
    mute(list).exits(2).says(pieces);
}

/// Mutes a list from standard input in a group of a fresh emulator.
fn mute(list: &[u8]) -> Ran {
    let emulator = Emulator::start(&[]);
    let create = ["group", "create", "g", "--type", "AVChatRoom", "--name", "G"];
    emulator.chatctl(&create).run().exits(0);
    emulator.chatctl(&["group", "mute", "g", "--for", "1h"]).input(list).run()
}
