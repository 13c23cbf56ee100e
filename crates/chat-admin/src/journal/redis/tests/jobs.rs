//! Jobs whose journal is in Redis.

use chat_transport::testing::{Reply, Script};
use chat_types::message::SendGroupSystemNotification;
use serde_json::json;

use super::*;
use crate::{Admin, End, JobError, Outcome};

fn accepting() -> Script {
    Script::from_fn(|_, _| Reply::json(json!({ "ErrorCode": 0 })))
}

fn users(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("user{number}")).collect()
}

#[tokio::test]
async fn stopped_job_is_resumed_on_another_machine_and_repeats_nothing() {
    let server = durable_server();
    let script = accepting();
    let admin = Admin::new(script.client().unwrap());
    let template = || SendGroupSystemNotification::new("g", "closing");
    let job = async |limit: Option<usize>| {
        let journal = journal(&server).open().await.unwrap();
        let job = admin.batch(template(), users(100)).batch_size(10).concurrency(2);
        let mut running = job.journal(journal).start();
        let stop = running.stop_handle();
        let mut chunks = 0;
        while running.next().await.is_some() {
            chunks += 1;
            if Some(chunks) == limit {
                stop.stop();
            }
        }
        running.end().cloned().unwrap()
    };
    assert!(matches!(job(Some(3)).await, End::Stopped));
    // The lease was given up, so there is no wait.
    assert!(matches!(job(Some(2)).await, End::Stopped));
    assert!(matches!(job(None).await, End::Complete));
    assert_eq!(script.sent().len(), 10);
    let summary = journal(&server).read().await.unwrap();
    assert_eq!((summary.items, summary.summary.done, summary.remaining), (Some(100), 100, 0));
}

#[test]
fn another_job_leaves_the_journal_to_the_right_one() {
    let server = RedisServer::start();
    let script = accepting();
    let admin = Admin::new(script.client().unwrap());
    // Each run is a process that ends with its job.
    let run = |group: &str| {
        process().block_on(async {
            let mute = admin.group(group).mute(users(5));
            mute.journal(journal(&server).open().await.unwrap()).run().await.end
        })
    };
    assert!(matches!(run("g"), End::Complete));
    let End::Broken(JobError::Journal(error)) = run("other") else { panic!("another job") };
    assert!(error.is_job_mismatch(), "{error}");
    assert!(matches!(run("g"), End::Complete));
}

#[tokio::test]
async fn calls_that_must_not_be_repeated_need_a_server_that_keeps_everything() {
    for (arguments, setting) in [
        (&[][..], "appendonly is no"),
        (&["--appendonly", "yes", "--appendfsync", "everysec"], "appendfsync is everysec"),
    ] {
        let server = RedisServer::start_with(arguments);
        let script = accepting();
        let admin = Admin::new(script.client().unwrap());
        let job = admin.batch(SendGroupSystemNotification::new("g", "closing"), users(5));
        let report = job.journal(journal(&server).open().await.unwrap()).run().await;
        let End::Broken(JobError::Journal(error)) = &report.end else { panic!("{:?}", report.end) };
        assert!(error.to_string().contains(setting), "{error}");
        assert!(script.sent().is_empty());

        // A mute can be repeated.
        let _: i64 = ask(&server, &["DEL", "job"]).await;
        let job = admin.group("g").mute(users(5));
        let report = job.journal(journal(&server).open().await.unwrap()).run().await;
        assert!(matches!(report.end, End::Complete), "{:?}", report.end);
    }
}

#[tokio::test]
async fn job_whose_journal_cannot_begin_sends_nothing() {
    let mut server = RedisServer::start();
    let script = accepting();
    let admin = Admin::new(script.client().unwrap());
    let mut journal = journal(&server);
    journal.timing.retry_for = SECOND / 10;
    let opened = journal.open().await.unwrap();
    server.stop();
    let report = admin.group("g").mute(users(5)).journal(opened).run().await;
    let End::Broken(JobError::Journal(error)) = &report.end else { panic!("{:?}", report.end) };
    assert!(error.is_io(), "{error}");
    assert!(script.sent().is_empty());
}

#[test]
fn process_that_was_suspended_sends_nothing_once_another_has_taken_over() {
    let server = durable_server();
    let script = accepting();
    let admin = Admin::new(script.client().unwrap());
    let job = || {
        let template = SendGroupSystemNotification::new("g", "closing");
        admin.batch(template, users(20)).batch_size(1).concurrency(1)
    };
    let (suspended, other) = (process(), process());
    let mut running = suspended.block_on(async {
        let mut running = job().journal(journal(&server).open().await.unwrap()).start();
        for _ in 0..3 {
            running.next().await.unwrap();
        }
        running
    });
    let report = other.block_on(async {
        tokio::time::sleep(LEASE + SECOND / 5).await;
        job().journal(journal(&server).resume().await.unwrap()).run().await
    });
    assert_eq!(report.summary.items(), 20);
    let all = script.sent().len();
    suspended.block_on(async { while running.next().await.is_some() {} });
    let Some(End::Broken(JobError::Journal(error))) = running.end() else { panic!("{running:?}") };
    assert!(error.is_lease_lost(), "{error}");
    assert_eq!(script.sent().len(), all, "nothing is sent without the lease");
    assert_eq!(all, 20, "no item was sent twice");
}

#[tokio::test]
async fn item_whose_call_was_in_flight_when_the_process_was_killed_is_unknown() {
    let server = durable_server();
    let script = accepting();
    let admin = Admin::new(script.client().unwrap());
    let job = || {
        let template = SendGroupSystemNotification::new("g", "closing");
        admin.batch(template, users(2)).batch_size(1).concurrency(1)
    };
    // The journal notes the first call, and the process is killed before its outcome.
    let (writer, _) = {
        let running = job().journal(journal(&server).open().await.unwrap()).start();
        drop(running);
        tokio::time::sleep(SECOND / 5).await;
        let opened = journal(&server).resume().await.unwrap();
        let header = opened.earlier.as_ref().unwrap().0.clone();
        opened.started(header).unwrap()
    };
    let mut items = Vec::new();
    serde_json::to_writer(&mut items, &(None::<&str>, ["user0"])).unwrap();
    let digest = crate::journal::Digest::default().after(&items).unwrap();
    let indices = [0].into_iter().collect();
    let part = crate::journal::ChunkPart { chunk: 0, length: 1, digest, indices };
    writer.write(&Line::Sent(part)).await.unwrap();
    writer.close().await;
    let report = job().journal(journal(&server).resume().await.unwrap()).run().await;
    assert_eq!(script.sent().len(), 1, "the second item only");
    assert!(matches!(report.failures[0].outcome, Outcome::Unknown(_)), "{:?}", report.failures);
}
