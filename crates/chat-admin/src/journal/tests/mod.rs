//! Tests of journals: what is written is read back, and nothing else is accepted.

mod damage;
mod digest;
mod write_error;

use std::{fs, path::PathBuf, sync::Arc};

use chat_types::{Endpoint as _, group::ForbidSendMsg};
use serde_json::json;

use super::*;
use crate::Failure;

impl Journal {
    /// Starts the journal of a job that it belongs to.
    pub(super) fn started(self, header: Header) -> Result<(JournalWriter, History), JournalError> {
        let (writer, history) = self.start(header);
        Ok((writer, history?))
    }
}

/// A folder for one journal, deleted at the end of the test.
struct Folder(tempfile::TempDir);

impl Folder {
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

pub(super) fn header() -> Header {
    Header {
        version: VERSION,
        sdk_app_id: 1_400_000_000,
        job: json!({ "endpoint": "a/b" }),
        batch_size: 500,
        input: None,
        note: Value::Null,
    }
}

pub(super) fn part(chunk: u64, indices: std::ops::Range<usize>) -> ChunkPart {
    let digest = Digest::default().after(chunk.to_string().as_bytes()).unwrap();
    ChunkPart { chunk, length: 4, digest, indices: indices.collect() }
}

fn failed(code: i64) -> NotDone {
    NotDone::Failed(Failure::of_item(ForbidSendMsg::SPEC, Some(code), "no").facts().clone())
}

/// Writes lines to a journal and reads them back.
fn history(lines: &[Line]) -> History {
    let folder = Folder::new();
    let (writer, _) = Journal::create(folder.path()).unwrap().started(header()).unwrap();
    for line in lines {
        writer.submit(line).unwrap();
    }
    drop(writer);
    Journal::resume(folder.path()).unwrap().started(header()).unwrap().1
}

#[test]
fn lines_are_read_back_as_history() {
    let not_done = vec![
        NotDoneItems { indices: [1].into_iter().collect(), outcome: failed(10019) },
        NotDoneItems { indices: [2].into_iter().collect(), outcome: NotDone::Pending },
    ];
    let history = history(&[
        Line::Settled(Settled { part: part(0, 0..4), not_done: Vec::new() }),
        Line::Sent(part(1, 0..4)),
        Line::Settled(Settled { part: part(1, 0..4), not_done }),
        Line::Sent(part(2, 0..4)),
        Line::Refused(part(2, 0..4)),
        Line::Sent(part(2, 0..2)),
        Line::Input(Extent { chunks: 3, items: 12 }),
    ]);
    assert!(history.chunks[&0].items.is_none(), "a chunk that is done takes no space");
    let states = |chunk: u64| -> Vec<ItemState> {
        (0..4).map(|index| history.chunks[&chunk].state(index)).collect()
    };
    assert_eq!(states(0), vec![ItemState::Done; 4]);
    let not_done = |outcome| ItemState::NotDone(Arc::new(outcome));
    let expected =
        [ItemState::Done, not_done(failed(10019)), not_done(NotDone::Pending), ItemState::Done];
    assert_eq!(states(1), expected);
    assert_eq!(
        states(2),
        [ItemState::InFlight, ItemState::InFlight, ItemState::Unsent, ItemState::Unsent]
    );
    assert_eq!(history.extent, Some(Extent { chunks: 3, items: 12 }));
    let summary = history.summary();
    assert_eq!((summary.done, summary.pending, summary.failed, summary.unknown), (6, 1, 1, 2));
}

#[test]
fn done_chunk_takes_less_than_two_hundred_bytes() {
    let folder = Folder::new();
    let (writer, _) = Journal::create(folder.path()).unwrap().started(header()).unwrap();
    let before = folder.text().len();
    let part = ChunkPart { length: 500, indices: (0..500).collect(), ..part(1_000_000, 0..4) };
    writer.submit(&Line::Settled(Settled { part, not_done: Vec::new() })).unwrap();
    let bytes = folder.text().len() - before;
    assert!(bytes < 200, "{bytes}");
}

#[test]
fn truncated_journal_is_read_to_its_last_complete_line() {
    let folder = Folder::new();
    let (writer, _) = Journal::create(folder.path()).unwrap().started(header()).unwrap();
    for chunk in 0..3 {
        writer
            .submit(&Line::Settled(Settled { part: part(chunk, 0..4), not_done: Vec::new() }))
            .unwrap();
    }
    drop(writer);
    let text = folder.text();
    for end in 0..=text.len() {
        fs::write(folder.path(), &text[..end]).unwrap();
        // A whole line may lack its line ending.
        let rest = &text[end..];
        let complete = text[..end].matches('\n').count() + usize::from(rest.starts_with('\n'));
        let journal = Journal::resume(folder.path()).unwrap();
        let (writer, history) = journal.started(header()).unwrap();
        assert_eq!(history.chunks.len(), complete.saturating_sub(1), "truncated to {end} bytes");
        // And it can be appended to.
        writer
            .submit(&Line::Settled(Settled { part: part(9, 0..4), not_done: Vec::new() }))
            .unwrap();
        drop(writer);
        let history = Journal::resume(folder.path()).unwrap().started(header()).unwrap().1;
        assert!(history.chunks.contains_key(&9), "truncated to {end} bytes");
    }
}

#[test]
fn journal_is_not_overwritten() {
    let folder = Folder::new();
    drop(Journal::create(folder.path()).unwrap());
    assert!(Journal::create(folder.path()).unwrap_err().already_exists());
    assert!(Journal::open(folder.path()).is_ok());
    let error = Journal::resume(folder.0.path().join("none")).unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn journal_in_use_is_refused() {
    let folder = Folder::new();
    let first = Journal::create(folder.path()).unwrap();
    let error = Journal::resume(folder.path()).unwrap_err();
    assert!(error.to_string().contains("in use by another process"), "{error}");
    drop(first);
    assert!(Journal::resume(folder.path()).is_ok());
}

#[test]
fn journal_of_another_job_is_refused_and_unchanged() {
    let folder = Folder::new();
    drop(Journal::create(folder.path()).unwrap().started(header()).unwrap());
    let before = folder.text();
    let others = [
        Header { sdk_app_id: 7, ..header() },
        Header { job: json!({ "endpoint": "a/c" }), ..header() },
        Header { batch_size: 20, ..header() },
    ];
    for other in others {
        let error = Journal::resume(folder.path()).unwrap().started(other).unwrap_err();
        assert!(error.is_job_mismatch(), "{error}");
    }
    assert_eq!(folder.text(), before);
}

#[test]
fn note_is_kept() {
    let folder = Folder::new();
    let journal = Journal::create(folder.path()).unwrap().with_note(json!(["mute", "g"]));
    drop(journal.started(header()).unwrap());
    assert_eq!(Journal::read(folder.path()).unwrap().note, json!(["mute", "g"]));
    let journal = Journal::resume(folder.path()).unwrap().with_note("something else");
    assert_eq!(journal.note(), &json!(["mute", "g"]));
    drop(journal.started(header()).unwrap());
}
