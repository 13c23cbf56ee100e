//! Many webhooks at once, whose handlers sleep, panic and block their threads.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chat_types::webhook::group::{CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse};
use chat_webhook::{Event, MemoryDuplicates, WebhookReceiver};
use futures_util::{StreamExt as _, stream};
use http::{Method, StatusCode};
use tokio::time::sleep;

use crate::request::{SIGN, TIME, post, receiver, send, url};

const COMMAND: &str = "Group.CallbackBeforeSendMsg";

const DEADLINE: Duration = Duration::from_millis(1_500);

/// How long the service waits.
const LIMIT: Duration = Duration::from_secs(2);

/// 100 seconds before the time of the receiver, and its signature.
const OLD_TIME: u64 = TIME - 100;

const OLD_SIGN: &str = "019acb7c0cb1955f26cdbcefaaa14319d5d63479991248a9fa951c7543a41ba4";

fn message(number: usize) -> String {
    format!(r#"{{"GroupId": "g", "From_Account": "user{number}", "EventTime": {number}}}"#)
}

/// The number that a message was made with.
fn number(event: &Event<CallbackBeforeSendMsg>) -> u64 {
    event.body.event_time.map_or(0, chat_types::UnixMillis::get)
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_questions_are_answered_while_handlers_sleep_and_panic() {
    let handler = |event: Event<CallbackBeforeSendMsg>| async move {
        let number = number(&event);
        // From nothing to 99 seconds.
        sleep(Duration::from_millis(number % 100 * 1_000)).await;
        assert!(!number.is_multiple_of(3), "a mistake in the handler");
        CallbackBeforeSendMsgResponse::Refuse
    };
    let receiver = receiver().deadline(DEADLINE, sleep).on(handler).build().unwrap();
    let refused = AtomicUsize::new(0);
    let all = stream::iter(0..10_000).for_each_concurrent(None, |number| {
        let (receiver, refused) = (&receiver, &refused);
        async move {
            let start = tokio::time::Instant::now();
            let response = post(receiver, COMMAND, message(number)).await.json();
            assert!(start.elapsed() < LIMIT, "{number}: {:?}", start.elapsed());
            refused.fetch_add(usize::from(response["ErrorCode"] == 1), Ordering::Relaxed);
        }
    });
    all.await;
    // Of the 200 that sleep for at most a second, a third panics.
    let stats = receiver.stats();
    assert_eq!(refused.into_inner() as u64, stats.handled);
    assert_eq!((stats.received, stats.late), (10_000, 9_800));
    assert_eq!(stats.handled + stats.failed + stats.late, 10_000);
    assert!(stats.failed > 60, "{stats:?}");
}

/// A receiver whose handlers run on a runtime with two threads, and block them for good.
fn blocking(runtime: &tokio::runtime::Runtime) -> (WebhookReceiver, std::sync::mpsc::Sender<()>) {
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = Arc::new(std::sync::Mutex::new(released));
    let handler = move |_: Event<CallbackBeforeSendMsg>| {
        let released = Arc::clone(&released);
        async move {
            // Until the test ends.
            let _ = released.lock().unwrap().recv();
            CallbackBeforeSendMsgResponse::Refuse
        }
    };
    let handlers = runtime.handle().clone();
    let builder = receiver().deadline(Duration::from_millis(200), sleep).on(handler);
    let builder = builder.spawn(1_000, move |task| drop(handlers.spawn(task)));
    (builder.build().unwrap(), release)
}

#[test]
fn handlers_that_block_their_threads_do_not_delay_a_response() {
    let runtime = |threads| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(threads).enable_all().build().unwrap()
    };
    let (server, handlers) = (runtime(1), runtime(2));
    let (receiver, release) = blocking(&handlers);
    server.block_on(async {
        let all = stream::iter(0..10_000).for_each_concurrent(200, |number| {
            let receiver = &receiver;
            async move {
                let start = Instant::now();
                let response = post(receiver, COMMAND, message(number)).await.json();
                assert_eq!(response["ErrorCode"], 0, "the default");
                assert!(start.elapsed() < LIMIT, "{number}: {:?}", start.elapsed());
            }
        });
        all.await;
    });
    let stats = receiver.stats();
    assert_eq!((stats.handled, stats.late + stats.overloaded), (0, 10_000));
    assert!(stats.late >= 1_000 && stats.overloaded > 0, "{stats:?}");
    drop(release);
    drop(handlers);
}

#[tokio::test(start_paused = true)]
async fn late_response_is_counted_and_its_task_ends() {
    let handler = |_: Event<CallbackBeforeSendMsg>| async {
        sleep(Duration::from_secs(10)).await;
        CallbackBeforeSendMsgResponse::Refuse
    };
    let builder = receiver().deadline(DEADLINE, sleep).on(handler);
    let receiver = builder.spawn(1, |task| drop(tokio::spawn(task))).build().unwrap();
    assert_eq!(post(&receiver, COMMAND, message(1)).await.json()["ErrorCode"], 0);
    assert_eq!((receiver.stats().late, receiver.stats().late_responses), (1, 0));
    post(&receiver, COMMAND, message(2)).await.json();
    assert_eq!(receiver.stats().overloaded, 1, "the first still runs");
    sleep(Duration::from_secs(10)).await;
    assert_eq!(receiver.stats().late_responses, 1);
    post(&receiver, COMMAND, message(3)).await.json();
    assert_eq!(receiver.stats().overloaded, 1);
}

#[tokio::test(start_paused = true)]
async fn hostile_requests_are_refused_and_no_event_is_handled_twice() {
    let handled = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&handled);
    let handler = move |_: Event<CallbackBeforeSendMsg>| {
        counter.fetch_add(1, Ordering::Relaxed);
        async {
            sleep(Duration::from_millis(10)).await;
            CallbackBeforeSendMsgResponse::default()
        }
    };
    let duplicates = MemoryDuplicates::new(Duration::from_secs(60), 10_000);
    let builder = receiver().deadline(DEADLINE, sleep).duplicates(duplicates).max_body_bytes(1_024);
    let receiver = builder.on(handler).build().unwrap();
    let signed = url(COMMAND);
    let forged = signed.replace(SIGN, &SIGN.replace('1', "2"));
    let stale = signed.replace(SIGN, OLD_SIGN).replace(&TIME.to_string(), &OLD_TIME.to_string());
    let all = stream::iter(0..10_000_usize).for_each_concurrent(None, |number| {
        let (receiver, signed, forged, stale) = (&receiver, &signed, &forged, &stale);
        async move {
            let body = message(number / 10 + 1);
            let (url, body, expected) = match number % 10 {
                0 => (forged, body, StatusCode::UNAUTHORIZED),
                1 => (stale, body, StatusCode::UNAUTHORIZED),
                2 => (signed, " ".repeat(1_025), StatusCode::PAYLOAD_TOO_LARGE),
                _ => (signed, body, StatusCode::OK),
            };
            let response = send(receiver, Method::POST, url, body).await;
            assert_eq!(response.status, expected, "{number}");
        }
    });
    all.await;
    let stats = receiver.stats();
    assert_eq!(handled.load(Ordering::Relaxed), 1_000, "each event once");
    assert_eq!((stats.refused, stats.handled, stats.duplicates), (3_000, 1_000, 6_000));
}
