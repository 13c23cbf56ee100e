//! Journals, and files to import.

use std::fs;

use chat_admin::{
    Journal,
    migration::{Check, Preflight, Record, Records},
};
use sha2::{Digest as _, Sha256};

use crate::input::Input;

/// Any bytes as a journal.
pub(crate) fn journal(bytes: &[u8]) {
    check_journal(bytes);
}

/// Lines whose checksums are right, so that their content is read.
pub(crate) fn journal_lines(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let mut content = Vec::new();
    if input.below(8) > 0 {
        let header =
            r#"{"job":{"version":2,"sdk_app_id":1,"job":{"endpoint":"a/b"},"batch_size":5}}"#;
        seal(header.as_bytes(), &mut content);
    }
    for _ in 0..64 {
        let line = match input.below(6) {
            0 => String::from_utf8_lossy(input.part()).into_owned(),
            1 => format!(
                r#"{{"input":{{"chunks":{},"items":{}}}}}"#,
                input.below(9),
                input.below(40)
            ),
            2 => r#"{"invalid_input":{}}"#.to_owned(),
            3 => format!(r#"{{"sent":{}}}"#, part(&mut input)),
            4 => format!(r#"{{"refused":{}}}"#, part(&mut input)),
            _ => {
                let outcome = ["\"pending\"", "null", "7"][input.below(3)];
                let (part, indices) = (part(&mut input), indices(&mut input));
                format!(
                    r#"{{"settled":{{"part":{part},"not_done":[{{"indices":{indices},"outcome":{outcome}}}]}}}}"#
                )
            }
        };
        seal(line.as_bytes(), &mut content);
    }
    check_journal(&content);
}

fn part(input: &mut Input<'_>) -> String {
    let (chunk, length, digest) = (input.below(6), input.below(7), input.below(2));
    let indices = indices(input);
    format!(r#"{{"chunk":{chunk},"length":{length},"digest":"{digest}","indices":{indices}}}"#)
}

fn indices(input: &mut Input<'_>) -> String {
    let start = input.below(6);
    format!("[[{start},{}]]", start + input.below(4))
}

/// Appends an object with its checksum, as a job does.
fn seal(json: &[u8], content: &mut Vec<u8>) {
    let Some(members) = json.strip_suffix(b"}") else { return };
    let checksum: String =
        Sha256::digest(json).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    content.extend_from_slice(members);
    content.extend_from_slice(format!(",\"checksum\":\"{checksum}\"}}\n").as_bytes());
}

/// A journal that can be read can be resumed, which changes nothing of what it says.
fn check_journal(bytes: &[u8]) {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let before = Journal::read(file.path());
    let resumed = Journal::resume(file.path()).map(drop);
    match before {
        Ok(before) => {
            resumed.unwrap();
            let after = Journal::read(file.path()).unwrap();
            assert_eq!(before.summary, after.summary);
            assert_eq!((before.items, before.remaining), (after.items, after.remaining));
            assert!(before.remaining <= before.summary.items() + 5 * 64);
        }
        Err(error) if error.is_incomplete() => resumed.unwrap(),
        Err(error) => {
            assert!(!error.is_io(), "{error}");
            assert!(resumed.is_err());
            assert_eq!(fs::read(file.path()).unwrap(), bytes, "a refused journal stays as it was");
        }
    }
}

/// Any bytes as a file to import.
pub(crate) fn import(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        if let Ok(record) = Record::parse(line) {
            let written = serde_json::to_vec(&record).unwrap();
            assert_eq!(Record::parse(&written).unwrap(), record);
        }
    }
    let preflight = Preflight::of(Check::new(Records::new(bytes)), 10);
    assert_eq!(preflight.is_clean(), preflight.errors.is_empty());
}
