//! Several receivers and workers that share a Redis server.

use std::{
    env,
    io::Write as _,
    process::{Child, Command, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chat_types::webhook::{
    Acknowledgement,
    group::{CallbackAfterSendMsg, CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse},
};
use chat_webhook::{
    Event, RedisAddress, RedisDuplicates, RedisStream, StreamWorker, WebhookReceiver,
};
use futures_util::{StreamExt as _, stream};
use http::StatusCode;
use tokio::time::sleep;

use crate::{
    redis_server::RedisServer,
    request::{APP, post, receiver},
};

const AFTER: &str = "Group.CallbackAfterSendMsg";

fn message(group: usize, seq: usize) -> String {
    format!(
        r#"{{"GroupId": "group{group}", "From_Account": "peter", "MsgSeq": {seq}, "EventTime": 1}}"#
    )
}

fn address(url: &str) -> RedisAddress {
    RedisAddress::parse(url).unwrap()
}

/// A receiver that counts the messages that it decides about.
fn deciding(url: &str, calls: &Arc<AtomicUsize>) -> WebhookReceiver {
    let counter = Arc::clone(calls);
    let handler = move |_: Event<CallbackBeforeSendMsg>| {
        let call = counter.fetch_add(1, Ordering::Relaxed);
        async move {
            sleep(Duration::from_millis(50)).await;
            if call.is_multiple_of(2) {
                CallbackBeforeSendMsgResponse::Refuse
            } else {
                CallbackBeforeSendMsgResponse::default()
            }
        }
    };
    let duplicates = RedisDuplicates::new(address(url), Duration::from_secs(60));
    receiver().duplicates(duplicates).on(handler).build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn message_has_one_decision_at_all_receivers() {
    let server = RedisServer::start();
    let calls = Arc::default();
    let receivers = [deciding(&server.url(), &calls), deciding(&server.url(), &calls)];
    let command = "Group.CallbackBeforeSendMsg";
    for seq in 0..10 {
        let body = message(seq, seq);
        let (first, second) = tokio::join!(
            post(&receivers[0], command, body.clone()),
            post(&receivers[1], command, body.clone())
        );
        assert_eq!(first.json(), second.json());
        assert_eq!(post(&receivers[1], command, body).await.body, first.body);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_handled_while_the_server_is_away() {
    let mut server = RedisServer::start();
    let calls = Arc::default();
    let receiver = deciding(&server.url(), &calls);
    let command = "Group.CallbackBeforeSendMsg";
    post(&receiver, command, message(1, 1)).await.json();
    server.stop();
    let start = Instant::now();
    post(&receiver, command, message(1, 1)).await.json();
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    assert_eq!((calls.load(Ordering::Relaxed), receiver.stats().unchecked), (2, 1));
    server.restart();
    post(&receiver, command, message(2, 2)).await.json();
    post(&receiver, command, message(2, 2)).await.json();
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

fn stream_at(url: &str) -> RedisStream {
    RedisStream::new(address(url)).partitions(4)
}

/// A worker that notes group and sequence number of each message.
fn noting(url: &str, name: &str, seen: &Arc<Mutex<Vec<(String, u64)>>>) -> StreamWorker {
    let seen = Arc::clone(seen);
    let handler = move |event: Event<CallbackAfterSendMsg>| {
        let seen = Arc::clone(&seen);
        async move {
            let seq = event.body.msg_seq.map_or(0, u64::from);
            let is_bad = seq == 13;
            assert!(!is_bad, "a mistake in the handler");
            seen.lock().unwrap().push((event.body.group_id.as_str().to_owned(), seq));
            Acknowledgement::default()
        }
    };
    WebhookReceiver::builder(APP).on(handler).build_stream_worker(stream_at(url), name)
}

async fn wait_until_empty(url: &str) {
    let stream = stream_at(url);
    let start = Instant::now();
    while stream.length().await.unwrap().waiting > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "webhooks are left in the streams");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_handle_each_group_in_order_and_give_up_what_always_fails() {
    let server = RedisServer::start();
    let receiver = receiver().sink(stream_at(&server.url())).build().unwrap();
    for seq in 1..=20 {
        for group in 0..8 {
            if seq != 13 || group == 0 {
                post(&receiver, AFTER, message(group, seq)).await.json();
            }
        }
    }
    let stored = 8 * 19 + 1;
    assert_eq!(stream_at(&server.url()).length().await.unwrap().waiting, stored);
    let seen = Arc::default();
    let workers = ["a", "b"].map(|name| noting(&server.url(), name, &seen));
    let url = server.url();
    tokio::select! {
        () = workers[0].run() => {}
        () = workers[1].run() => {}
        () = wait_until_empty(&url) => {}
    }
    let seen = seen.lock().unwrap().clone();
    assert_eq!(seen.len() as u64, stored - 1);
    for group in 0..8 {
        let group = format!("group{group}");
        let seqs: Vec<u64> =
            seen.iter().filter(|(id, _)| *id == group).map(|(_, seq)| *seq).collect();
        assert!(seqs.is_sorted() && seqs.len() == 19, "{group}: {seqs:?}");
    }
    assert_eq!(stream_at(&server.url()).length().await.unwrap().dead, 1);
    let failed: u64 = workers.iter().map(|worker| worker.stats().failed).sum();
    assert_eq!(failed, 5, "attempts are bounded");
}

#[tokio::test(flavor = "multi_thread")]
async fn full_stream_is_not_acknowledged() {
    let server = RedisServer::start();
    let stream = RedisStream::new(address(&server.url())).max_length(2);
    let receiver = receiver().sink(stream).build().unwrap();
    for seq in 0..2 {
        post(&receiver, AFTER, message(1, seq)).await.json();
    }
    let refused = post(&receiver, AFTER, message(1, 3)).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
}

const URL: &str = "CHAT_WEBHOOK_TEST_REDIS";

/// Runs in a process of its own, as the worker that the next test kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by the test that kills it"]
async fn worker_process() {
    let url = env::var(URL).unwrap();
    let handler = |event: Event<CallbackAfterSendMsg>| async move {
        let seq = event.body.msg_seq.map_or(0, u64::from);
        let mut out = std::io::stdout();
        writeln!(out, "handling {} {seq}", event.body.group_id.as_str()).unwrap();
        out.flush().unwrap();
        sleep(Duration::from_millis(20)).await;
        Acknowledgement::default()
    };
    let worker = WebhookReceiver::builder(APP).on(handler);
    worker.build_stream_worker(stream_at(&url), "killed").run().await;
}

fn start_worker_process(url: &str) -> Child {
    Command::new(env::current_exe().unwrap())
        .args(["--ignored", "--exact", "shared::worker_process", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_worker_loses_nothing() {
    let server = RedisServer::start();
    let receiver = receiver().sink(stream_at(&server.url())).build().unwrap();
    let all = stream::iter(0..400).for_each_concurrent(50, |number| {
        let receiver = &receiver;
        async move {
            post(receiver, AFTER, message(number % 8, 100 + number / 8)).await.json();
        }
    });
    all.await;
    let mut process = start_worker_process(&server.url());
    let stream = stream_at(&server.url());
    let start = Instant::now();
    while stream.length().await.unwrap().waiting > 300 {
        assert!(start.elapsed() < Duration::from_secs(60), "the worker does not run");
        sleep(Duration::from_millis(10)).await;
    }
    process.kill().unwrap();
    let output = process.wait_with_output().unwrap();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let first: Vec<(String, u64)> = output
        .lines()
        .filter_map(|line| line.split_once("handling ")?.1.split_once(' '))
        .filter_map(|(group, seq)| Some((group.to_owned(), seq.parse().ok()?)))
        .collect();
    assert!(first.len() >= 100, "{output}");

    let seen = Arc::default();
    let worker = noting(&server.url(), "successor", &seen);
    let url = server.url();
    tokio::select! {
        () = worker.run() => {}
        () = wait_until_empty(&url) => {}
    }
    let seen = seen.lock().unwrap().clone();
    let mut all: Vec<_> = first.iter().chain(&*seen).cloned().collect();
    let handled = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 400, "every webhook was handled");
    assert!(handled - all.len() <= 4, "only those that were being handled are handled twice");
}
