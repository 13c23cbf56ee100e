//! Webhooks that are acknowledged before they are handled, and stored before that.

use std::{
    future::ready,
    io,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chat_types::webhook::{Receipt, state::StateChange};
use chat_webhook::{
    BoxFuture, BuildError, Event, JsonLines, RawResponse, RawWebhook, Sink, SinkError,
    StoredWebhook, WebhookReceiver, Worker,
};
use http::StatusCode;
use tokio::time::{Instant, sleep};

use crate::request::{post, receiver};

const STATE: &str = "State.StateChange";

const BODY: &str = r#"{"Info": {"To_Account": "peter", "Action": "Login", "Reason": "Register"}}"#;

const DEADLINE: Duration = Duration::from_millis(1_500);

/// A receiver whose handler of state changes takes a second, and counts those that it handled.
fn slow(capacity: usize) -> (WebhookReceiver, Worker, Arc<AtomicUsize>) {
    let handled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&handled);
    let handler = move |_: Event<StateChange>| {
        let counter = Arc::clone(&counter);
        async move {
            sleep(Duration::from_secs(1)).await;
            counter.fetch_add(1, Ordering::Relaxed);
            Receipt::default()
        }
    };
    let builder = receiver().deadline(DEADLINE, sleep).on(handler);
    let (receiver, worker) = builder.build_queued(NonZeroUsize::new(capacity).unwrap()).unwrap();
    (receiver, worker, handled)
}

#[tokio::test(start_paused = true)]
async fn acknowledgement_does_not_wait_for_the_handler() {
    let (receiver, worker, handled) = slow(10);
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(post(&receiver, STATE, BODY).await.json()["ErrorCode"], 0);
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(handled.load(Ordering::Relaxed), 0);
    assert_eq!(receiver.stats().queue_length, 10);
    let worker = tokio::spawn(worker.run());
    drop(receiver);
    worker.await.unwrap();
    assert_eq!(handled.load(Ordering::Relaxed), 10, "the queue was drained");
    assert_eq!(start.elapsed(), Duration::from_secs(1), "handlers ran concurrently");
}

#[tokio::test(start_paused = true)]
async fn full_queue_holds_back_and_then_fails_the_call() {
    let (receiver, worker, handled) = slow(2);
    for _ in 0..2 {
        post(&receiver, STATE, BODY).await.json();
    }
    let start = Instant::now();
    let refused = post(&receiver, STATE, BODY).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(start.elapsed(), DEADLINE);
    assert_eq!(receiver.stats().queue_full, 1);

    // The worker makes room for one a second.
    let worker = tokio::spawn(worker.concurrency(NonZeroUsize::MIN).run());
    let start = Instant::now();
    for _ in 0..4 {
        post(&receiver, STATE, BODY).await.json();
    }
    assert!(start.elapsed() >= Duration::from_secs(2), "{:?}", start.elapsed());
    let stats = receiver.stats();
    assert_eq!((stats.received, stats.queued, stats.queue_full), (7, 6, 1));
    drop(receiver);
    worker.await.unwrap();
    assert_eq!(handled.load(Ordering::Relaxed), 6, "nothing was lost");
}

#[tokio::test(start_paused = true)]
async fn failed_handlers_of_acknowledged_webhooks_are_counted() {
    let handler = |_: Event<StateChange>| async { panic!("a mistake in the handler") };
    let builder = receiver().deadline(DEADLINE, sleep).on(handler);
    let (receiver, worker) = builder.build_queued(NonZeroUsize::MIN).unwrap();
    let worker = tokio::spawn(worker.run());
    for _ in 0..3 {
        post(&receiver, STATE, BODY).await.json();
    }
    let damaged = post(&receiver, STATE, "[]").await;
    assert_eq!(damaged.status, StatusCode::BAD_REQUEST, "a body is decoded before");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(receiver.stats().failed, 4);
    drop(receiver);
    worker.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn webhooks_fail_without_a_worker() {
    let (receiver, worker, _) = slow(10);
    drop(worker);
    let refused = post(&receiver, STATE, BODY).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn queue_needs_a_deadline() {
    let error = receiver().build_queued(NonZeroUsize::MIN).unwrap_err();
    assert_eq!(error, BuildError::NoDeadline);
}

/// Keeps the bodies, or fails.
#[derive(Clone, Default)]
struct Memory {
    is_full: bool,
    stored: Arc<Mutex<Vec<String>>>,
}

impl Sink for Memory {
    fn store<'a>(&'a self, webhook: &'a RawWebhook) -> BoxFuture<'a, Result<(), SinkError>> {
        if self.is_full {
            return Box::pin(ready(Err(SinkError::new("the disk is full"))));
        }
        let command = &webhook.parameters.callback_command;
        self.stored.lock().unwrap().push(command.clone());
        Box::pin(ready(Ok(())))
    }
}

#[tokio::test]
async fn events_are_stored_before_they_are_acknowledged() {
    let memory = Memory::default();
    let storing = receiver().sink(memory.clone()).build().unwrap();
    for command in [STATE, "Future.Event", "Group.CallbackBeforeSendMsg"] {
        post(&storing, command, BODY).await.json();
    }
    let stored = memory.stored.lock().unwrap().clone();
    assert_eq!(stored, [STATE, "Future.Event"], "a question is not an event");
    assert_eq!(storing.stats().stored, 2);

    let full = receiver().sink(Memory { is_full: true, ..memory }).build().unwrap();
    let refused = post(&full, STATE, BODY).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(full.stats().not_stored, 1);
}

/// A file that can be read while it is written.
#[derive(Clone, Default)]
struct File(Arc<Mutex<Vec<u8>>>);

impl io::Write for File {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn events_are_lines_of_a_file_and_still_reach_their_handler() {
    let file = File::default();
    let sink = JsonLines::new(file.clone());
    let handler = |_: RawWebhook| ready(RawResponse::new(1, "handled"));
    let receiver = receiver().sink(sink).fallback(handler).build().unwrap();
    for _ in 0..2 {
        assert_eq!(post(&receiver, STATE, BODY).await.json()["ErrorInfo"], "handled");
    }
    let lines = String::from_utf8(file.0.lock().unwrap().clone()).unwrap();
    assert_eq!(lines.lines().count(), 2);
    for line in lines.lines() {
        let stored = StoredWebhook::from_json(line.as_bytes()).unwrap();
        assert_eq!(stored.body, BODY);
        assert_eq!(stored.parameters.sign, None);
    }
}
