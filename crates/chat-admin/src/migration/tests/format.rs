//! The format of records: its documentation, its examples and its errors.

use std::io::{self, BufReader, Read};

use chat_types::{UnixSeconds, account::AccountToImport};
use proptest::prelude::*;

use crate::migration::{
    Check, Line, MAX_LINE_BYTES, Preflight, Record, RecordError, RecordErrorKind, Records,
};

#[test]
fn documented_examples_are_read_and_written_back_unchanged() {
    let examples: Vec<&str> = examples().collect();
    for record_type in Record::TYPES {
        let start = format!("{{\"{record_type}\":");
        assert!(
            examples.iter().any(|example| example.starts_with(&start)),
            "no example of {record_type}"
        );
    }
    for example in examples {
        let record = Record::parse(example.as_bytes()).unwrap();
        assert!(example.starts_with(&format!("{{\"{}\":", record.record_type())));
        let written: serde_json::Value = serde_json::to_value(&record).unwrap();
        let expected: serde_json::Value = serde_json::from_str(example).unwrap();
        assert_eq!(written, expected);
    }
}

#[test]
fn documented_examples_make_a_file_without_errors() {
    let file: Vec<&str> = examples().collect();
    let preflight = Preflight::of(Check::new(Records::new(file.join("\n").as_bytes())), 20);
    assert!(preflight.is_clean(), "{:?}", preflight.errors);
    assert_eq!(
        (
            preflight.accounts,
            preflight.groups,
            preflight.messages,
            preflight.members,
            preflight.call_count()
        ),
        (1, 1, 1, 1, 4),
    );
}

#[test]
fn every_count_of_a_summary_is_documented() {
    let summary = r#"{"summary":{"accounts":1,"messages":1,"members":1,"omitted":{"nothing":1}}}"#;
    let error = Record::parse(summary.as_bytes()).unwrap_err().to_string();
    let names: Vec<&str> = error.split('`').skip(3).step_by(2).collect();
    assert!(names.len() > 10, "{error}");
    for name in names {
        assert!(DOCUMENTATION.contains(&format!("| `{name}` |")), "{name} is not documented");
    }
}

#[test]
fn invalid_line_is_an_error_that_names_the_field() {
    let cases = [
        ("{", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{}", "exactly one key"),
        (r#"{"account":{"UserID":"a"},"group":{}}"#, "exactly one key"),
        (
            r#"{"acount":{"UserID":"a"}}"#,
            "unknown record type \"acount\"; the record types are chat_export, account",
        ),
        (r#"{"chat_export":2}"#, "unsupported format version 2; this program reads version 1"),
        (r#"{"account":null}"#, "account: it must be an object, found null"),
        (r#"{"account":{}}"#, "account: UserID is required"),
        (r#"{"account":{"UserID":"a","Nic":"A"}}"#, "account: unknown field Nic"),
        (r#"{"account":{"UserID":7}}"#, "account: UserID must be a string, found a number"),
        (
            r#"{"group":{"Type":"Public","Name":"Stars"}}"#,
            "group: GroupId is required (see https://www.tencentcloud.com",
        ),
        (
            r#"{"group":{"GroupId":"g","Type":"AVChatRoom","Name":"Stars"}}"#,
            "group: Type must be one of",
        ),
        (
            r#"{"message":{"From_Account":"a","SendTime":1,"MsgBody":[]}}"#,
            "message: GroupId is required",
        ),
        (
            r#"{"message":{"GroupId":"g","From_Account":"a","SendTime":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Txt":"x"}}]}}"#,
            "message: unknown field MsgBody[0].MsgContent.Txt",
        ),
        (
            r#"{"member":{"GroupId":"g","Member_Account":"a","Role":"Owner"}}"#,
            "member: Role must be one of Admin, found \"Owner\"",
        ),
        (
            r#"{"member":{"GroupId":"g","Member_Account":"a","UnreadMsgNum":5000000000}}"#,
            "member: invalid value: integer `5000000000`, expected u32",
        ),
        (
            r#"{"summary":{"accounts":1,"messages":1,"members":1,"left":{}}}"#,
            "summary: unknown field `left`",
        ),
    ];
    for (line, expected) in cases {
        let error = Record::parse(line.as_bytes()).unwrap_err().to_string();
        assert!(error.contains(expected), "{line}: {error}");
    }
}

#[test]
fn reading_continues_after_an_error_and_keeps_counting_lines() {
    let file = "\u{feff}{\"account\":{\"UserID\":\"a\"}}\r\n\n  \nnonsense\n{\"account\":{\"UserID\":\"b\"}}";
    let lines: Vec<_> = Records::new(file.as_bytes()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0].as_ref().unwrap(), &account_at(1, "a"));
    assert_eq!(lines[1].as_ref().unwrap_err().line, 4);
    assert_eq!(lines[2].as_ref().unwrap(), &account_at(5, "b"));
}

#[test]
fn line_over_the_limit_is_skipped_without_being_held() {
    let start = io::Cursor::new(b"{\"account\":{\"UserID\":\"a\"}}\n".to_vec());
    let endless = io::repeat(b'x').take(4 * MAX_LINE_BYTES);
    let rest = io::Cursor::new(b"\n{\"account\":{\"UserID\":\"b\"}}\n".to_vec());
    let mut records = Records::new(BufReader::new(start.chain(endless).chain(rest)));

    assert_eq!(records.next().unwrap().unwrap(), account_at(1, "a"));
    let error = records.next().unwrap().unwrap_err();
    assert!(matches!(error, RecordError { line: 2, kind: RecordErrorKind::LineTooLong, .. }));
    assert_eq!(records.next().unwrap().unwrap(), account_at(3, "b"));
    assert!(records.next().is_none());
}

#[test]
fn line_at_the_limit_is_read() {
    let mut line = br#"{"account":{"UserID":"a"}}"#.to_vec();
    line.resize(MAX_LINE_BYTES as usize, b' ');
    for end in ["", "\n"] {
        let file = [line.as_slice(), end.as_bytes()].concat();
        let lines: Vec<_> = Records::new(file.as_slice()).map(Result::unwrap).collect();
        // The line break counts, so the longest line has one byte less before it.
        assert_eq!(lines, [account_at(1, "a")]);
    }
}

#[test]
fn io_error_ends_the_records() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let file = io::Cursor::new(b"{\"chat_export\":1}\n".to_vec()).chain(Broken);
    let mut records = Check::new(Records::new(BufReader::new(file)));
    assert!(records.next().unwrap().is_ok());
    let error = records.next().unwrap().unwrap_err();
    assert!(error.is_unreadable());
    assert_eq!(error.line, 2);
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "the disk is gone");
    assert!(records.next().is_none());
}

proptest! {
    #[test]
    fn parsing_never_panics(line in ".{0,200}") {
        let _ = Record::parse(line.as_bytes());
    }

    #[test]
    fn written_record_is_read_back(
        user in "[a-z]{1,32}", nick in ".{0,100}", time in 0_u64..4_000_000_000, text in ".{0,200}",
    ) {
        let account = Record::Account(AccountToImport::new(&*user).nick(nick));
        let message = chat_types::message::GroupMsgToImport::new(
            &*user,
            UnixSeconds::new(time),
            [chat_types::message::MsgElement::Text(chat_types::message::TextElement::new(text))],
        );
        let message = Record::Message(crate::migration::InGroup::new("stargazers", message));
        for record in [account, message] {
            let line = serde_json::to_vec(&record).unwrap();
            prop_assert!(!line.contains(&b'\n'));
            prop_assert_eq!(Record::parse(&line).unwrap(), record);
        }
    }
}

fn account_at(line: u64, id: &str) -> Line {
    Line::new(line, Record::Account(AccountToImport::new(id)))
}

fn examples() -> impl Iterator<Item = &'static str> {
    DOCUMENTATION.lines().filter(|line| line.starts_with('{'))
}

const DOCUMENTATION: &str = include_str!("../../../MIGRATION.md");
