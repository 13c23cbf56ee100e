//! Webhooks that come twice.

use std::{
    future::ready,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chat_types::webhook::{
    Acknowledgement, RefusalCode,
    group::{CallbackAfterSendMsg, CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse},
};
use chat_webhook::{
    BoxFuture, Claim, Duplicates, DuplicatesError, Event, EventKey, MemoryDuplicates,
    WebhookReceiver, WebhookReceiverBuilder,
};
use http::StatusCode;
use tokio::time::sleep;

use crate::request::{post, receiver};

const BEFORE: &str = "Group.CallbackBeforeSendMsg";

const AFTER: &str = "Group.CallbackAfterSendMsg";

const MESSAGE: &str =
    r#"{"GroupId": "g", "From_Account": "peter", "MsgSeq": 7, "EventTime": 1670574414123}"#;

fn store() -> MemoryDuplicates {
    MemoryDuplicates::new(Duration::from_secs(60), 1_000)
}

/// Refuses the first message, and allows the others.
fn refusing_the_first(builder: WebhookReceiverBuilder) -> (WebhookReceiver, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let handler = move |_: Event<CallbackBeforeSendMsg>| {
        let is_first = counter.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            sleep(Duration::from_millis(100)).await;
            if !is_first {
                return CallbackBeforeSendMsgResponse::default();
            }
            let info = "no".to_owned();
            CallbackBeforeSendMsgResponse::RefuseWith { code: RefusalCode::MIN, info }
        }
    };
    (builder.on(handler).build().unwrap(), calls)
}

#[tokio::test(start_paused = true)]
async fn message_has_one_decision() {
    let (receiver, calls) = refusing_the_first(receiver().duplicates(store()));
    let (first, second) =
        tokio::join!(post(&receiver, BEFORE, MESSAGE), post(&receiver, BEFORE, MESSAGE));
    assert_eq!(first.json()["ErrorCode"], 10_100);
    assert_eq!(first.body, second.body, "the repeat waited for the decision");
    assert_eq!(post(&receiver, BEFORE, MESSAGE).await.body, first.body);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let other = MESSAGE.replace("peter", "paul");
    assert_eq!(post(&receiver, BEFORE, other).await.json()["ErrorCode"], 0);
    assert_eq!(receiver.stats().duplicates, 2);
}

#[tokio::test(start_paused = true)]
async fn default_after_the_deadline_is_a_decision_as_well() {
    let builder = receiver().duplicates(store()).deadline(Duration::from_millis(50), sleep);
    let (receiver, calls) = refusing_the_first(builder);
    assert_eq!(post(&receiver, BEFORE, MESSAGE).await.json()["ErrorCode"], 0);
    assert_eq!(post(&receiver, BEFORE, MESSAGE).await.json()["ErrorCode"], 0);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// Counts its calls. The first one panics.
fn counting(builder: WebhookReceiverBuilder) -> (WebhookReceiver, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let handler = move |_: Event<CallbackAfterSendMsg>| {
        let call = counter.fetch_add(1, Ordering::Relaxed);
        async move {
            assert!(call > 0, "the first call fails");
            Acknowledgement::default()
        }
    };
    (builder.on(handler).build().unwrap(), calls)
}

#[tokio::test]
async fn reported_event_is_handled_once_and_again_only_after_a_failure() {
    let (receiver, calls) = counting(receiver().duplicates(store()));
    let failed = post(&receiver, AFTER, MESSAGE).await;
    assert_eq!(failed.status, StatusCode::INTERNAL_SERVER_ERROR);
    for _ in 0..3 {
        assert_eq!(post(&receiver, AFTER, MESSAGE).await.json()["ErrorCode"], 0);
    }
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    assert_eq!(receiver.stats().duplicates, 2);
}

#[tokio::test]
async fn without_a_store_everything_is_handled() {
    let (receiver, calls) = counting(receiver());
    post(&receiver, AFTER, MESSAGE).await;
    post(&receiver, AFTER, MESSAGE).await.json();
    post(&receiver, AFTER, MESSAGE).await.json();
    assert_eq!(calls.load(Ordering::Relaxed), 3);
}

/// A store that cannot be reached.
struct Unreachable;

fn unreachable<'a, T: Send + 'a>() -> BoxFuture<'a, Result<T, DuplicatesError>> {
    Box::pin(ready(Err(DuplicatesError::new("no route to host"))))
}

impl Duplicates for Unreachable {
    fn claim<'a>(&'a self, _: &'a EventKey) -> BoxFuture<'a, Result<Claim, DuplicatesError>> {
        unreachable()
    }

    fn complete<'a>(
        &'a self,
        _: &'a EventKey,
        _: bytes::Bytes,
    ) -> BoxFuture<'a, Result<(), DuplicatesError>> {
        unreachable()
    }

    fn release<'a>(&'a self, _: &'a EventKey) -> BoxFuture<'a, Result<(), DuplicatesError>> {
        unreachable()
    }
}

#[tokio::test]
async fn webhooks_are_handled_while_the_store_is_unreachable() {
    let (receiver, calls) = counting(receiver().duplicates(Unreachable));
    post(&receiver, AFTER, MESSAGE).await;
    post(&receiver, AFTER, MESSAGE).await.json();
    assert_eq!(calls.load(Ordering::Relaxed), 2);
    assert_eq!(receiver.stats().unchecked, 2);
}
