//! Lists of accounts as people have them.

use std::fs;

use crate::program::{Emulator, Ran};

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
