//! Handlers that panic or take too long, and bodies that they cannot read.

use std::time::Duration;

use chat_types::webhook::{
    Webhook,
    group::{CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse},
    state::StateChange,
};
use chat_webhook::Event;
use http::StatusCode;
use tokio::time::{Instant, sleep};

use crate::request::{post, receiver};

const BEFORE: &str = "Group.CallbackBeforeSendMsg";

const MESSAGE: &str = r#"{"GroupId": "@TGS#1", "From_Account": "peter"}"#;

const AFTER: &str = "State.StateChange";

async fn never<W: Webhook>(_: Event<W>) -> W::Response {
    std::future::pending().await
}

#[expect(clippy::panic, reason = "it is the failure to test")]
async fn panic<W: Webhook>(_: Event<W>) -> W::Response {
    panic!("a mistake in the handler");
}

#[tokio::test(start_paused = true)]
async fn slow_handler_before_an_event_gets_the_configured_response() {
    let limit = Duration::from_millis(1_500);
    let started = Instant::now();
    let allowing =
        receiver().deadline(limit, sleep).on(never::<CallbackBeforeSendMsg>).build().unwrap();
    assert_eq!(post(&allowing, BEFORE, MESSAGE).await.json()["ErrorCode"], 0);
    assert_eq!(started.elapsed(), limit);
    let refusal = CallbackBeforeSendMsgResponse::Refuse;
    let refusing = receiver()
        .deadline(limit, sleep)
        .on_or(never::<CallbackBeforeSendMsg>, &refusal)
        .build()
        .unwrap();
    assert_eq!(post(&refusing, BEFORE, MESSAGE).await.json()["ErrorCode"], 1);
}

#[tokio::test]
async fn panic_before_an_event_gets_the_configured_response() {
    let allowing = receiver().on(panic::<CallbackBeforeSendMsg>).build().unwrap();
    assert_eq!(post(&allowing, BEFORE, MESSAGE).await.json()["ErrorCode"], 0);
    let refusal = CallbackBeforeSendMsgResponse::Refuse;
    let refusing = receiver().on_or(panic::<CallbackBeforeSendMsg>, &refusal).build().unwrap();
    assert_eq!(post(&refusing, BEFORE, MESSAGE).await.json()["ErrorCode"], 1);
    assert_eq!(post(&refusing, BEFORE, MESSAGE).await.json()["ErrorCode"], 1, "it still works");
}

#[tokio::test(start_paused = true)]
async fn failed_handler_after_an_event_fails_the_call() {
    let panicking = receiver().on(panic::<StateChange>);
    let response = post(&panicking.build().unwrap(), AFTER, STATE).await;
    assert_eq!(response.status, StatusCode::INTERNAL_SERVER_ERROR);
    let slow = receiver().deadline(Duration::from_secs(1), sleep).on(never::<StateChange>);
    let response = post(&slow.build().unwrap(), AFTER, STATE).await;
    assert_eq!(response.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn body_of_another_form_counts_as_failed_without_a_fallback() {
    let refusal = CallbackBeforeSendMsgResponse::Refuse;
    let before = receiver().on_or(never::<CallbackBeforeSendMsg>, &refusal).build().unwrap();
    assert_eq!(post(&before, BEFORE, "[]").await.json()["ErrorCode"], 1);
    let after = receiver().on(never::<StateChange>).build().unwrap();
    let response = post(&after, AFTER, r#"{"Info": 7}"#).await;
    assert_eq!(response.status, StatusCode::BAD_REQUEST);
    assert!(String::from_utf8_lossy(&response.body).contains("Info"), "{:?}", response.body);
}

const STATE: &str = r#"{"Info": {"To_Account": "peter", "Action": "Login", "Reason": "Register"}}"#;
