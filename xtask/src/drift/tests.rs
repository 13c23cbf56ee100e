//! Tests with made-up fact files about the small spec of the generator's tests.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{
    compare,
    difference::{Difference, Kind},
    facts::Facts,
    notes::contains_word,
    report::Report,
};
use crate::codegen;

#[test]
fn matching_facts_have_no_differences() {
    let report = report(&facts(), &small());
    let found = open_differences(&report);
    assert!(found.is_empty(), "{found:#?}");
    assert_eq!(report.fields.documented, report.fields.covered);
    assert_eq!((report.endpoints.documented, report.endpoints.covered), (2, 2));
    assert_eq!((report.webhooks.documented, report.webhooks.covered), (1, 1));
}

#[test]
fn report_of_a_whole_folder() {
    let folder = copy(&facts());
    let mark = folder.path().join(MARK_READ);
    let service = mark.parent().unwrap();
    let text = fs::read_to_string(&mark).unwrap();
    fs::write(service.join("mark_old.json"), text.replace("mark_read", "mark_old")).unwrap();
    replace(&mark, "\"name\": \"Random\"", "\"name\": \"Seed\"");
    replace(&mark, "\"doc_id\": 3", "\"doc_id\": 4");
    insta::assert_snapshot!(report(folder.path(), &small()).text());
}

#[test]
fn changed_fields_are_reported() {
    check(
        MARK_READ,
        "\"All\"",
        "\"Each\"",
        &["request.Each is missing in the spec", "request.All is not documented"],
    );
    check(
        MARK_READ,
        "{ \"name\": \"ResultInfo\", \"type\": \"String\", \"desc\": \"Text.\" }",
        "{ \"name\": \"Why\", \"type\": \"Object\", \"desc\": \"\", \"fields\": [] }",
        &[
            "response.ResultItem[].Why is missing in the spec",
            "response.ResultItem[].ResultInfo is not documented",
        ],
    );
    check(
        MARK_READ,
        "\"type\": \"Array<Object>\",\n      \"required\"",
        "\"type\": \"Array<String>\",\n      \"required\"",
        &["request.Items: Array<String>, but an array of objects in the spec"],
    );
    check(
        MARK_READ,
        "\"required\": true",
        "\"required\": false",
        &["request.Items[].MsgKey: optional, but required in the spec"],
    );
    check(
        WEBHOOK,
        "\"GroupAt_Account\"",
        "\"GroupAtAccount\"",
        &[
            "request.Mentions[].GroupAtAccount is missing in the spec",
            "request.Mentions[].GroupAt_Account is not documented",
        ],
    );
}

#[test]
fn changed_limits_and_values_are_reported() {
    check(
        MARK_READ,
        "\"max_bytes\": 100",
        "\"max_bytes\": 64",
        &["request.Items[].MsgKey: max_bytes is 64, but 100 in the spec"],
    );
    check(
        MARK_READ,
        "\"max_items\": 10,",
        "\"max_items\": 10, \"max_bytes\": 7,",
        &["request.Items: max_bytes is 7, but missing in the spec"],
    );
    check(
        MARK_READ,
        ", \"max_bytes\": 100",
        "",
        &["request.Items[].MsgKey: max_bytes 100 is not documented"],
    );
    check(
        MARK_READ,
        "[0, 1], \"default\": 0",
        "[0, 2], \"default\": 2",
        &[
            "request.All: the value 2 is not listed in the spec",
            "request.All: the value 1 is not documented",
            "request.All: the default is 2, but 0 in the spec",
        ],
    );
    check(
        MARK_READ,
        "\"enum\": [0, 1] }",
        "\"enum\": [3] }",
        &["response.ResultItem[].ResultCode: the value 3 is not listed in the spec"],
    );
}

#[test]
fn limit_that_files_share_needs_one_page() {
    check(
        SEQUENCE,
        ", at most 48 bytes",
        "",
        &["GroupId: max_bytes 48 is not documented for any command"],
    );
    check(
        SEQUENCE,
        "{ \"name\": \"Size\", \"type\": \"Integer\", \"desc\": \"Number of bytes.\" }",
        "{ \"name\": \"MsgTime\", \"type\": \"Integer\", \"desc\": \"\" }",
        &[
            "response.RspMsgList[].MsgTime is missing in the spec",
            "Message.Size is not documented for any command",
        ],
    );
}

#[test]
fn changed_properties_are_reported() {
    check(
        MARK_READ,
        "\"doc_id\": 3",
        "\"doc_id\": null",
        &["documentation pages: 3 is not documented"],
    );
    check(
        MARK_READ,
        "\"max_calls_per_second\": 1",
        "\"max_calls_per_second\": 7",
        &[
            "quotas: 7 calls per second is missing in the spec",
            "quotas: 1 calls per second is not documented",
        ],
    );
    check(
        MARK_READ,
        "\"code\": 10002",
        "\"code\": 10003",
        &["error codes: 10003 is missing in the spec", "error codes: 10002 is not documented"],
    );
    check(
        MARK_READ,
        "\"field\": \"Items\", \"max\": 10",
        "\"field\": \"Items\", \"max\": 20",
        &[
            "batches: 20 items per call is missing in the spec",
            "batches: 10 items per call is not documented",
        ],
    );
    check(
        SEQUENCE,
        "\"Private\": false",
        "\"Private\": true",
        &["group types: Private is missing in the spec"],
    );
    check(
        SEQUENCE,
        "\"max_page\": 20",
        "\"max_page\": null",
        &["paging: 20 items per page is not documented"],
    );
    check(
        SEQUENCE,
        "\"idempotent\": true",
        "\"idempotent\": false",
        &["repeats: documented as unsafe, but Always in the spec"],
    );
    check(
        WEBHOOK,
        "\"phase\": \"before\"",
        "\"phase\": \"after\"",
        &["phases: phase after is missing in the spec", "phases: phase before is not documented"],
    );
    check(WEBHOOK, ", \"ClientIP\"", "", &["URL parameters: ClientIP is not documented"]);
    check(
        WEBHOOK,
        "\"code\": 1,",
        "\"code\": 2,",
        &["response codes: 2 is missing in the spec", "response codes: 1 is not documented"],
    );
}

#[test]
fn quirk_explains_a_difference() {
    let folder = copy(&facts());
    replace(
        &folder.path().join(SEQUENCE),
        "\"max_calls_per_second\": 5",
        "\"max_calls_per_second\": 9",
    );
    let spec = copy(&small());
    let file = spec.path().join("spec/endpoints/message/get_by_sequence.toml");
    replace(
        &file,
        "quirks = [",
        "quirks = [\"Older pages allow 9 calls per second.\", \"5 since 2026.\", ",
    );
    let report = report(folder.path(), spec.path());
    let quotas: Vec<_> = differences_of(&report)
        .filter(|difference| difference.kind == Kind::Quota)
        .map(|difference| difference.explanation.as_deref())
        .collect();
    assert_eq!(quotas, [Some("Older pages allow 9 calls per second."), Some("5 since 2026.")]);
}

#[test]
fn drift_is_denied_only_if_asked() {
    // The small spec has endpoints without fact files.
    for (deny, fails) in [(false, false), (true, true)] {
        let code = super::run(&small(), &facts(), deny).unwrap();
        assert_eq!(code != std::process::ExitCode::SUCCESS, fails);
    }
}

#[test]
fn unreadable_fact_files_are_named() {
    let folder = copy(&facts());
    let mark = folder.path().join(MARK_READ);
    replace(&mark, "\"command\": \"mark_read\"", "\"command\": \"mark_unread\"");
    let error = format!("{:#}", Facts::read(folder.path()).unwrap_err());
    assert!(error.contains("mark_read.json describes sample_svc/mark_unread"), "{error}");
    fs::write(&mark, "{}").unwrap();
    let error = format!("{:#}", Facts::read(folder.path()).unwrap_err());
    assert!(error.contains("mark_read.json is not a fact file: missing field"), "{error}");
    let error = format!("{:#}", Facts::read(&folder.path().join("none")).unwrap_err());
    assert!(error.contains("cannot read the folder"), "{error}");
}

#[test]
fn words_are_found_whole() {
    assert!(contains_word("At most 1,000 of them.", "1000"));
    assert!(contains_word("`MsgKey` is missing", "MsgKey"));
    assert!(!contains_word("MsgKeyList", "MsgKey"));
    assert!(!contains_word("10030", "1003"));
    assert!(!contains_word("codes 1,2,3", "123"));
    assert!(!contains_word("anything", ""));
}

/// Replaces a piece of a fact file, and compares the differences that this makes.
fn check(file: &str, piece: &str, replacement: &str, expected: &[&str]) {
    let folder = copy(&facts());
    replace(&folder.path().join(file), piece, replacement);
    let report = report(folder.path(), &small());
    let mut found = open_differences(&report);
    let mut expected = expected.to_vec();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "after {piece:?} became {replacement:?}");
}

/// What differs within commands and is not explained.
fn open_differences(report: &Report) -> Vec<&str> {
    differences_of(report)
        .filter(|difference| difference.kind != Kind::Command)
        .filter(|difference| difference.explanation.is_none())
        .map(|difference| difference.text.as_str())
        .collect()
}

fn differences_of(report: &Report) -> impl Iterator<Item = &Difference> {
    report.others.iter().chain(&report.fields.differences)
}

fn report(facts: &Path, root: &Path) -> Report {
    compare(&codegen::model(root).unwrap(), &Facts::read(facts).unwrap())
}

fn replace(file: &Path, piece: &str, replacement: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(piece), "{} does not contain {piece:?}", file.display());
    fs::write(file, text.replacen(piece, replacement, 1)).unwrap();
}

fn copy(from: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    crate::tests::copy(from, folder.path());
    folder
}

fn facts() -> PathBuf {
    crate::tests::fixture("facts")
}

fn small() -> PathBuf {
    crate::tests::fixture("small")
}

const MARK_READ: &str = "endpoints/sample_svc/mark_read.json";
const SEQUENCE: &str = "endpoints/sample_svc/get_by_sequence.json";
const WEBHOOK: &str = "webhooks/Group.CallbackBeforeSendMsg.json";
