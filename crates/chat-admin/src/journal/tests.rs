use std::{fs, path::PathBuf};

use chat_types::{Endpoint as _, group::ForbidSendMsg};
use serde_json::json;

use super::*;
use crate::Failure;

/// A place for a journal, gone with the test.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("job.journal")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }
}

fn header() -> Header {
    Header {
        version: VERSION,
        sdk_app_id: 1_400_000_000,
        job: json!({ "endpoint": "a/b" }),
        batch_size: 500,
        note: Value::Null,
    }
}

fn part(chunk: u64, places: std::ops::Range<usize>) -> Part {
    let mut digest = Digest::default().go_on();
    std::io::Write::write_all(&mut digest, &chunk.to_be_bytes()).unwrap();
    Part { chunk, of: 4, digest: digest.finish(), at: places.collect() }
}

fn failed(code: i64) -> NotDone {
    NotDone::Failed(Failure::of_item(ForbidSendMsg::SPEC, Some(code), "no").facts().clone())
}

/// What was written is what is read.
fn history(lines: &[Line]) -> History {
    let directory = Place::new();
    let (writer, _) = Journal::create(directory.path()).unwrap().start(header()).unwrap();
    for line in lines {
        writer.write(line).unwrap();
    }
    drop(writer);
    Journal::resume(directory.path()).unwrap().start(header()).unwrap().1
}

#[test]
fn what_was_written_is_known_again() {
    let but = vec![
        Exception { at: [1].into_iter().collect(), outcome: failed(10019) },
        Exception { at: [2].into_iter().collect(), outcome: NotDone::Pending },
    ];
    let history = history(&[
        Line::Ended(Ended { part: part(0, 0..4), but: Vec::new() }),
        Line::Sent(part(1, 0..4)),
        Line::Ended(Ended { part: part(1, 0..4), but }),
        Line::Sent(part(2, 0..4)),
        Line::Refused(part(2, 0..4)),
        Line::Sent(part(2, 0..2)),
        Line::Input(Extent { chunks: 3, items: 12 }),
    ]);
    assert!(history.chunks[&0].items.is_none(), "a chunk that is done takes no room");
    let states = |chunk: u64| -> Vec<State> {
        (0..4).map(|index| history.chunks[&chunk].state(index)).collect()
    };
    assert_eq!(states(0), vec![State::Done; 4]);
    let not_done = |outcome| State::NotDone(outcome);
    let expected = [State::Done, not_done(failed(10019)), not_done(NotDone::Pending), State::Done];
    assert_eq!(states(1), expected);
    assert_eq!(states(2), [State::UnderWay, State::UnderWay, State::Unsent, State::Unsent]);
    assert_eq!(history.extent, Some(Extent { chunks: 3, items: 12 }));
    let summary = history.summary();
    assert_eq!((summary.done, summary.pending, summary.failed, summary.unknown), (6, 1, 1, 2));
}

#[test]
fn a_chunk_that_is_done_takes_less_than_two_hundred_bytes() {
    let directory = Place::new();
    let (writer, _) = Journal::create(directory.path()).unwrap().start(header()).unwrap();
    let before = directory.text().len();
    let part = Part { of: 500, at: (0..500).collect(), ..part(1_000_000, 0..4) };
    writer.write(&Line::Ended(Ended { part, but: Vec::new() })).unwrap();
    let bytes = directory.text().len() - before;
    assert!(bytes < 200, "{bytes}");
}

#[test]
fn wherever_a_journal_is_cut_off_it_is_read_up_to_the_last_whole_line() {
    let directory = Place::new();
    let (writer, _) = Journal::create(directory.path()).unwrap().start(header()).unwrap();
    for chunk in 0..3 {
        writer.write(&Line::Ended(Ended { part: part(chunk, 0..4), but: Vec::new() })).unwrap();
    }
    drop(writer);
    let text = directory.text();
    for end in 0..=text.len() {
        fs::write(directory.path(), &text[..end]).unwrap();
        let whole = text[..end].matches('\n').count();
        let journal = Journal::resume(directory.path()).unwrap();
        let (writer, history) = journal.start(header()).unwrap();
        assert_eq!(history.chunks.len(), whole.saturating_sub(1), "cut off at {end}");
        // And it can be gone on with.
        writer.write(&Line::Ended(Ended { part: part(9, 0..4), but: Vec::new() })).unwrap();
        drop(writer);
        let history = Journal::resume(directory.path()).unwrap().start(header()).unwrap().1;
        assert!(history.chunks.contains_key(&9), "cut off at {end}");
    }
}

#[test]
fn a_journal_is_not_written_over() {
    let directory = Place::new();
    drop(Journal::create(directory.path()).unwrap());
    assert!(Journal::create(directory.path()).unwrap_err().already_exists());
    assert!(Journal::open(directory.path()).is_ok());
    let error = Journal::resume(directory.0.path().join("none")).unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn two_jobs_cannot_share_a_journal() {
    let directory = Place::new();
    let first = Journal::create(directory.path()).unwrap();
    let error = Journal::resume(directory.path()).unwrap_err();
    assert!(error.to_string().contains("another process uses it"), "{error}");
    drop(first);
    assert!(Journal::resume(directory.path()).is_ok());
}

#[test]
fn the_journal_of_another_job_is_refused_and_left_alone() {
    let directory = Place::new();
    drop(Journal::create(directory.path()).unwrap().start(header()).unwrap());
    let before = directory.text();
    let others = [
        Header { sdk_app_id: 7, ..header() },
        Header { job: json!({ "endpoint": "a/c" }), ..header() },
        Header { batch_size: 20, ..header() },
    ];
    for other in others {
        let error = Journal::resume(directory.path()).unwrap().start(other).unwrap_err();
        assert!(error.is_job_mismatch(), "{error}");
    }
    assert_eq!(directory.text(), before);
}

#[test]
fn what_is_no_journal_is_refused_with_its_line() {
    let directory = Place::new();
    let refusal = |text: &str| {
        fs::write(directory.path(), text).unwrap();
        Journal::resume(directory.path()).map(drop).unwrap_err().to_string()
    };
    assert!(refusal("peter\nleckie\n").contains("line 1 is no line of a journal"));
    assert!(refusal("{\"input\":{\"chunks\":1,\"items\":1}}\n").contains("nothing of the job"));
    let mut future = header();
    future.version = 2;
    let future = serde_json::to_string(&Line::Job(future)).unwrap();
    assert!(refusal(&format!("{future}\n")).contains("version 2"));
    let header = serde_json::to_string(&Line::Job(header())).unwrap();
    assert!(refusal(&format!("{header}\n{header}\n")).contains("line 2"));
    let huge = r#"{"sent":{"chunk":0,"of":99999999999,"digest":"0","at":[[0,1]]}}"#;
    assert!(refusal(&format!("{header}\n{huge}\n")).contains("too large"));
}

#[test]
fn a_note_of_the_callers_is_found_again() {
    let directory = Place::new();
    let journal = Journal::create(directory.path()).unwrap().with_note(json!(["mute", "g"]));
    drop(journal.start(header()).unwrap());
    assert_eq!(Journal::read(directory.path()).unwrap().note, json!(["mute", "g"]));
    let journal = Journal::resume(directory.path()).unwrap().with_note("something else");
    assert_eq!(journal.note(), &json!(["mute", "g"]));
    drop(journal.start(header()).unwrap());
}
