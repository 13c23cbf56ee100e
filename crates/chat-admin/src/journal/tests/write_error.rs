//! A journal that cannot be written ends its job, and both reports of the job are true.

use std::fs::OpenOptions;

use chat_transport::testing::{Reply, Script};
use serde_json::json;

use super::*;
use crate::{Admin, End, JobError, Outcome};

/// Opens a journal whose file cannot be written, as on a full disk.
fn unwritable(folder: &Folder) -> Journal {
    let journal = Journal::open(folder.path()).unwrap();
    let file = OpenOptions::new().read(true).open(folder.path()).unwrap();
    Journal { storage: Storage::File(FileWriter::new(&folder.path(), file)), ..journal }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn job_whose_journal_cannot_begin_sends_nothing() {
    let folder = Folder::new();
    let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    let job = admin.group("g").mute(["peter"]).journal(unwritable(&folder));
    let report = run(job.run());
    let End::Broken(JobError::Journal(error)) = &report.end else { panic!("{:?}", report.end) };
    assert!(error.is_io(), "{error}");
    assert!(script.sent().is_empty());
}

#[test]
fn outcome_that_cannot_be_written_is_reported_as_such() {
    let folder = Folder::new();
    let script = Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })));
    let admin = Admin::new(script.client().unwrap());
    let template = || chat_types::message::SendGroupSystemNotification::new("g", "closing");
    // The journal has noted the call, and cannot note its outcome.
    let (writer, _) = {
        let job = admin.batch(template(), ["peter"]).journal(Journal::open(folder.path()).unwrap());
        run(async {
            let running = job.start();
            drop(running);
        });
        let lines = fs::read_to_string(folder.path()).unwrap();
        assert_eq!(lines.lines().count(), 1);
        let journal = Journal::open(folder.path()).unwrap();
        let header = journal.earlier.as_ref().unwrap().0.clone();
        journal.started(header).unwrap()
    };
    let mut items = Vec::new();
    serde_json::to_writer(&mut items, &(None::<&str>, ["peter"])).unwrap();
    let digest = Digest::default().after(&items).unwrap();
    let part = ChunkPart { chunk: 0, length: 1, digest, indices: [0].into_iter().collect() };
    writer.submit(&Line::Sent(part)).unwrap();
    drop(writer);

    let report = run(admin
        .batch(template(), ["peter"])
        .journal(Journal::open(folder.path()).unwrap())
        .run());
    assert!(script.sent().is_empty(), "it may have been sent before");
    let Outcome::Unknown(failure) = &report.failures[0].outcome else {
        panic!("{:?}", report.failures)
    };
    assert!(failure.to_string().contains("ended, or could not write"), "{failure}");
    let error = JournalError::io(folder.path(), "written", std::io::Error::other("disk full"));
    assert!(error.to_string().contains("count as unknown when the job resumes"), "{error}");
}
