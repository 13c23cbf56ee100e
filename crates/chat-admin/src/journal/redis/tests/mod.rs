//! Journals on a real server.

#[path = "../../../../../chat-quota/tests/it/redis_server.rs"]
mod redis_server;

mod cluster;
mod jobs;
mod outages;

use redis::{FromRedisValue, cmd};
use redis_server::RedisServer;
use tokio::runtime::Runtime;

use super::*;
use crate::journal::{
    History, JournalWriter, Line, Settled,
    tests::{header, part},
};

const SECOND: Duration = Duration::from_secs(1);

/// Longer than a machine under load stands still.
const LEASE: Duration = Duration::from_secs(2);

/// A server that keeps what it has accepted.
fn durable_server() -> RedisServer {
    RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
}

fn journal(server: &RedisServer) -> RedisJournal {
    let mut journal = RedisJournal::new(&format!("{}/0/job", server.url())).unwrap();
    journal.timing = Timing { lease: LEASE, timeout: 10 * SECOND, retry_for: 20 * SECOND };
    journal
}

/// A process of its own, as far as the server can tell: its tasks run only while it does something.
fn process() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn start(journal: Journal) -> (JournalWriter, History) {
    journal.started(header()).unwrap()
}

fn settled(chunk: u64) -> Line {
    Line::Settled(Settled { part: part(chunk, 0..4), not_done: Vec::new() })
}

async fn ask<T: FromRedisValue>(server: &RedisServer, words: &[&str]) -> T {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    cmd(words[0]).arg(&words[1..]).query_async(&mut connection).await.unwrap()
}

#[tokio::test]
async fn lines_are_read_back_on_another_machine_and_are_those_of_a_file() {
    let server = RedisServer::start();
    let (writer, _) = start(journal(&server).create().await.unwrap());
    for chunk in 0..40 {
        writer.write(&settled(chunk)).await.unwrap();
    }
    writer.close().await;
    let (writer, history) = start(journal(&server).resume().await.unwrap());
    assert_eq!(history.chunks.len(), 40);
    writer.write(&settled(40)).await.unwrap();
    writer.close().await;
    assert_eq!(journal(&server).read().await.unwrap().summary.done, 41 * 4);

    let bytes: Vec<u8> = ask(&server, &["GET", "job"]).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &bytes).unwrap();
    let (_, history) = start(Journal::resume(file.path()).unwrap());
    assert_eq!(history.chunks.len(), 41);
}

#[tokio::test]
async fn journal_of_many_pages_is_read_back() {
    let server = RedisServer::start();
    let (writer, _) = start(journal(&server).create().await.unwrap());
    let writes = (0..20_000).map(|chunk| {
        let writer = writer.clone();
        async move { writer.write(&settled(chunk)).await.unwrap() }
    });
    futures_util::future::join_all(writes).await;
    drop(writer);
    let length: usize = ask(&server, &["STRLEN", "job"]).await;
    assert!(length > 2 << 20, "{length}");
    assert_eq!(journal(&server).read().await.unwrap().summary.done, 80_000);
}

#[tokio::test]
async fn journal_is_not_overwritten_and_a_missing_one_is_not_resumed() {
    let server = RedisServer::start();
    assert!(journal(&server).resume().await.unwrap_err().is_not_found());
    assert!(journal(&server).read().await.unwrap_err().is_not_found());
    start(journal(&server).open().await.unwrap()).0.close().await;
    assert!(journal(&server).create().await.unwrap_err().already_exists());
    start(journal(&server).open().await.unwrap()).0.close().await;
    let lines: String = ask(&server, &["GET", "job"]).await;
    assert_eq!(lines.lines().count(), 1);
}

#[tokio::test]
async fn only_one_process_has_the_journal() {
    let server = RedisServer::start();
    let first = journal(&server).create().await.unwrap();
    for _ in 0..4 {
        let error = journal(&server).open().await.unwrap_err();
        assert!(error.to_string().contains("in use by another process"), "{error}");
        // It is renewed.
        tokio::time::sleep(SECOND).await;
    }
    let (writer, _) = start(first);
    writer.begun().await.unwrap();
    assert_eq!(journal(&server).read().await.unwrap().sdk_app_id, 1_400_000_000);
    writer.close().await;
    journal(&server).resume().await.unwrap();
}

#[test]
fn journal_of_a_killed_process_can_be_resumed_when_its_lease_ends() {
    let server = RedisServer::start();
    let killed = process();
    let (writer, _) = killed.block_on(async {
        let started = start(journal(&server).create().await.unwrap());
        started.0.write(&settled(0)).await.unwrap();
        started
    });
    drop(killed);
    drop(writer);
    process().block_on(async {
        let error = journal(&server).resume().await.unwrap_err();
        assert!(error.to_string().contains("until its lease ends"), "{error}");
        tokio::time::sleep(LEASE + SECOND / 5).await;
        let (_, history) = start(journal(&server).resume().await.unwrap());
        assert_eq!(history.chunks.len(), 1);
    });
}

#[test]
fn process_that_lost_its_lease_cannot_write() {
    let server = RedisServer::start();
    let (suspended, other) = (process(), process());
    let (first, _) = suspended.block_on(async {
        let started = start(journal(&server).create().await.unwrap());
        started.0.write(&settled(0)).await.unwrap();
        started
    });
    let content = || other.block_on(ask::<String>(&server, &["GET", "job"]));
    // While it is suspended, it renews nothing, and another process takes over.
    for closes in [false, true] {
        let second = other.block_on(async {
            tokio::time::sleep(LEASE + SECOND / 5).await;
            let (writer, _) = start(journal(&server).resume().await.unwrap());
            writer.write(&settled(1)).await.unwrap();
            if closes {
                writer.close().await;
            }
            writer
        });
        let before = content();
        let error = suspended.block_on(first.write(&settled(2))).unwrap_err();
        assert!(error.is_lease_lost(), "{error}");
        assert!(first.check().unwrap_err().is_lease_lost());
        assert_eq!(content(), before);
        drop(second);
    }
}

#[test]
fn process_whose_lease_ended_continues_if_no_other_has_taken_over() {
    let server = RedisServer::start();
    let suspended = process();
    let (writer, _) = suspended.block_on(async { start(journal(&server).create().await.unwrap()) });
    suspended.block_on(writer.begun()).unwrap();
    std::thread::sleep(LEASE + SECOND / 5);
    suspended.block_on(writer.write(&settled(0))).unwrap();
    let error = process().block_on(journal(&server).resume()).unwrap_err();
    assert!(error.to_string().contains("in use"), "{error}");
}

#[tokio::test]
async fn key_that_something_else_changes_is_not_written_to() {
    for change in [&["DEL", "job"][..], &["APPEND", "job", "x"], &["SETRANGE", "job", "9999", "x"]]
    {
        let server = RedisServer::start();
        let (writer, _) = start(journal(&server).create().await.unwrap());
        writer.write(&settled(0)).await.unwrap();
        let _: i64 = ask(&server, change).await;
        let error = writer.write(&settled(1)).await.unwrap_err();
        assert!(error.to_string().contains("changed or deleted"), "{error}");
        assert!(writer.write(&settled(2)).await.is_err());
    }
}

#[tokio::test]
async fn damaged_journal_is_refused_with_the_line_number() {
    let server = RedisServer::start();
    let (writer, _) = start(journal(&server).create().await.unwrap());
    writer.write(&settled(0)).await.unwrap();
    writer.close().await;
    let whole: Vec<u8> = ask(&server, &["GET", "job"]).await;
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    for index in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let mut damaged = whole.clone();
        damaged[index] ^= 2;
        let () = cmd("SET").arg("job").arg(damaged).query_async(&mut connection).await.unwrap();
        let error = journal(&server).resume().await.unwrap_err();
        assert!(error.to_string().contains("is not a line of a journal"), "byte {index}: {error}");
    }
    let _: i64 = ask(&server, &["DEL", "job"]).await;
    let _: i64 = ask(&server, &["RPUSH", "job", "x"]).await;
    let error = journal(&server).open().await.unwrap_err();
    assert!(error.is_io() && error.to_string().contains("WRONGTYPE"), "{error}");
}

#[tokio::test]
async fn login_is_used_and_appears_in_no_text() {
    let server = RedisServer::start_with(&["--requirepass", "opensesame"]);
    let plain = format!("redis://127.0.0.1:{}/0/job", server.port());
    let url = |password: &str| format!("redis://:{password}@127.0.0.1:{}/0/job", server.port());
    let error = RedisJournal::new(&url("shibboleth")).unwrap().open().await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains("shibboleth"), "{error}");
    assert!(RedisJournal::new(&plain).unwrap().open().await.is_err());
    let journal = RedisJournal::new(&plain).unwrap().or_password("opensesame");
    assert_eq!(journal.open().await.unwrap().name(), plain);
    let journal = RedisJournal::new(&url("opensesame")).unwrap().or_password("shibboleth");
    assert!(!format!("{journal:?}").contains("opensesame"));
    journal.read().await.unwrap_err();
}
