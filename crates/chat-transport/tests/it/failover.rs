//! Calls with two domains, one of which fails.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use chat_transport::{Client, ClientBuilder, Quota, RetryPolicy};
use chat_types::{GroupType, group::CreateGroup};

use crate::{
    server::{Reply, Server, closed_port, json},
    support::{APP, OK, key, request},
};

fn builder(primary: &str, backup: &Server) -> ClientBuilder {
    Client::builder(APP, key())
        .endpoint(primary)
        .backup_endpoint(backup.url())
        .quota(Quota::unlimited())
        .retry(RetryPolicy::standard().base_delay(Duration::from_millis(1)))
}

async fn healthy() -> Server {
    Server::start(|_| json(OK)).await
}

#[tokio::test]
async fn call_without_a_connection_goes_to_the_other_domain() {
    let backup = healthy().await;
    let port = closed_port();
    let unreachable = format!("http://{port}");
    let slow = RetryPolicy::standard().base_delay(Duration::from_secs(3_600));
    let client = builder(&unreachable, &backup).retry(slow).build().unwrap();
    for _ in 0..10 {
        client.call(&request()).await.unwrap();
    }
    let create = CreateGroup::new(GroupType::Public, "lobby");
    let error = client.call(&create).await.unwrap_err();
    assert_eq!(error.kind().name(), "decode", "the request arrived: {error}");
    assert_eq!(backup.seen().len(), 11);
    assert_eq!((client.stats().retries, client.stats().failovers), (3, 1));
}

#[tokio::test]
async fn failing_gateway_moves_all_calls_away() {
    for reply in [Reply::Status(502, "<html>".to_owned()), Reply::Busy(0), Reply::HangUp] {
        let (primary, backup) = (Server::start(move |_| reply.clone()).await, healthy().await);
        let client = builder(&primary.url(), &backup).build().unwrap();
        for _ in 0..50 {
            client.call(&request()).await.unwrap();
        }
        assert_eq!(primary.seen().len(), 3);
        assert_eq!(backup.seen().len(), 50);
    }
}

#[tokio::test]
async fn unsafe_call_is_not_sent_to_the_other_domain() {
    let (primary, backup) = (Server::start(|_| Reply::HangUp).await, healthy().await);
    let client = builder(&primary.url(), &backup).build().unwrap();
    let create = CreateGroup::new(GroupType::Public, "lobby");
    let error = client.call(&create).await.unwrap_err();
    assert!(!error.is_unsent() && !error.is_retryable(), "{error}");
    assert!(backup.seen().is_empty());
}

#[tokio::test]
async fn refusals_never_move_calls() {
    for reply in [
        json(r#"{"ErrorCode":60007,"ErrorInfo":"too many"}"#),
        json(r#"{"ErrorCode":60026,"ErrorInfo":"other region"}"#),
        json(r#"{"ErrorCode":10002,"ErrorInfo":"internal"}"#),
        Reply::Status(429, String::new()),
        Reply::Status(503, r#"{"ErrorCode":60004,"ErrorInfo":"overloaded"}"#.to_owned()),
        Reply::Status(404, String::new()),
        json("<html>"),
    ] {
        let (primary, backup) = (Server::start(move |_| reply.clone()).await, healthy().await);
        let client = builder(&primary.url(), &backup).retry(RetryPolicy::none()).build().unwrap();
        for _ in 0..5 {
            client.call(&request()).await.unwrap_err();
        }
        assert_eq!((primary.seen().len(), backup.seen().len()), (5, 0));
    }
}

#[tokio::test]
async fn calls_return_once_the_primary_domain_recovers() {
    let is_down = Arc::new(AtomicBool::new(true));
    let down = Arc::clone(&is_down);
    let failing = move |_: &_| if down.load(SeqCst) { Reply::HangUp } else { json(OK) };
    let (primary, backup) = (Server::start(failing).await, healthy().await);
    let client = builder(&primary.url(), &backup).build().unwrap();
    for _ in 0..5 {
        client.call(&request()).await.unwrap();
    }
    is_down.store(false, SeqCst);
    assert_eq!(primary.seen().len(), 3);

    // The network is real, so only the waits between the calls are virtual.
    for _ in 0..40 {
        tokio::time::pause();
        tokio::time::advance(Duration::from_millis(500)).await;
        tokio::time::resume();
        client.call(&request()).await.unwrap();
    }
    assert_eq!(client.stats().failovers, 2);
    let (before, served) = (backup.seen().len(), primary.seen().len());
    client.call(&request()).await.unwrap();
    assert_eq!((backup.seen().len(), primary.seen().len()), (before, served + 1));
}

#[tokio::test]
async fn failover_can_be_disabled() {
    let (primary, backup) = (Server::start(|_| Reply::HangUp).await, healthy().await);
    let client = builder(&primary.url(), &backup).failover(false).build().unwrap();
    for _ in 0..5 {
        client.call(&request()).await.unwrap_err();
    }
    assert!(backup.seen().is_empty());
}

#[test]
fn region_sets_the_backup_domain() {
    let client = Client::builder(APP, key()).region(chat_types::Region::Singapore).build().unwrap();
    let text = format!("{client:?}");
    assert!(text.contains("adminapisgp.im.qcloud.com"), "{text}");
    assert!(text.contains("adminapisgp.my-imcloud.com"), "{text}");
}

#[test]
fn backup_endpoint_requires_an_endpoint_of_the_same_scheme() {
    let builder = || Client::builder(APP, key()).backup_endpoint("https://chat.example.com");
    builder().build().unwrap_err();
    builder().region(chat_types::Region::Singapore).build().unwrap_err();
    builder().endpoint("http://127.0.0.1:1").build().unwrap_err();
}
