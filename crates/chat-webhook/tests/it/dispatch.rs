//! Handlers: which one runs, what it gets, and what is sent.

use std::sync::{Arc, Mutex};

use chat_quota::Quota;
use chat_types::{
    Endpoint as _, UnixSeconds,
    group::ForbidSendMsg,
    message::SendGroupMsg,
    webhook::{
        OptPlatform, Receipt, RefusalCode,
        group::{CallbackBeforeSendMsg, CallbackBeforeSendMsgResponse},
        push::OfflinePush,
    },
};
use chat_webhook::{
    BuildError, Event, RawResponse, RawWebhook, Token, TokenError, WebhookReceiver,
};
use serde_json::json;

use crate::request::{APP, TIME, post, receiver};

const BEFORE_SEND: &str = "Group.CallbackBeforeSendMsg";

/// The body of a message from this account, as the service sends it.
fn message(from: &str) -> String {
    json!({
        "CallbackCommand": BEFORE_SEND, "GroupId": "@TGS#2J4SZEAEL", "Type": "Public",
        "From_Account": from, "Operator_Account": "admin", "Random": 123_456, "OnlineOnlyFlag": 1,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "red packet"}}],
        "EventTime": "1670574414123", "Weather": "sunny",
    })
    .to_string()
}

async fn refuse_jared(event: Event<CallbackBeforeSendMsg>) -> CallbackBeforeSendMsgResponse {
    if event.body.from_account.as_str() == "jared" {
        let info = "No advertisements, please.".to_owned();
        return CallbackBeforeSendMsgResponse::RefuseWith { code: RefusalCode::MIN, info };
    }
    CallbackBeforeSendMsgResponse::default()
}

#[tokio::test]
async fn handler_decides_about_a_message() {
    let receiver = receiver().on(refuse_jared).build().unwrap();
    let refusal = json!({"ActionStatus": "OK", "ErrorCode": 10100, "ErrorInfo": "No advertisements, please."});
    assert_eq!(post(&receiver, BEFORE_SEND, message("jared")).await.json(), refusal);
    let consent = json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""});
    assert_eq!(post(&receiver, BEFORE_SEND, message("peter")).await.json(), consent);
}

#[tokio::test]
async fn event_has_the_parameters_and_the_body_as_it_came() {
    let seen = Arc::new(Mutex::new(None));
    let log = Arc::clone(&seen);
    let handler = move |event: Event<CallbackBeforeSendMsg>| {
        *log.lock().unwrap() = Some(event);
        std::future::ready(CallbackBeforeSendMsgResponse::default())
    };
    let receiver = receiver().on(handler).build().unwrap();
    post(&receiver, BEFORE_SEND, message("peter")).await.json();
    let event = seen.lock().unwrap().take().unwrap();
    assert_eq!(event.parameters.sdk_appid, APP);
    assert_eq!(event.parameters.callback_command, BEFORE_SEND);
    assert_eq!(event.parameters.opt_platform, Some(OptPlatform::RestApi));
    assert_eq!(event.parameters.client_ip.as_deref(), Some("127.0.0.1"));
    assert_eq!(event.parameters.request_time, Some(UnixSeconds::new(TIME)));
    assert_eq!(event.parameters.sign, None, "the signature would fit any other request");
    assert!(String::from_utf8_lossy(&event.raw).contains("sunny"));
}

#[tokio::test]
async fn webhook_that_does_not_name_itself_is_known_by_its_url() {
    let receiver = receiver()
        .on(|event: Event<OfflinePush>| async move {
            assert_eq!(event.body.events.len(), 1);
            Receipt::default()
        })
        .on(refuse_jared)
        .build()
        .unwrap();
    let body = json!({"Events": [{"EventType": 1, "From_Account": "leckie", "To_Account": "peter", "PushStage": 1}]});
    let response = post(&receiver, "Push.OfflinePush", body.to_string()).await;
    assert_eq!(response.json()["ErrorCode"], 0);
}

#[tokio::test]
async fn webhook_without_a_handler_is_acknowledged() {
    let receiver = receiver().on(refuse_jared).build().unwrap();
    for (command, body) in [("State.StateChange", "{}"), ("Future.Event", "not json")] {
        let response = post(&receiver, command, body).await;
        assert_eq!(response.json(), json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}));
    }
}

#[tokio::test]
async fn fallback_gets_what_has_no_handler() {
    let receiver = receiver()
        .on(refuse_jared)
        .fallback(|webhook: RawWebhook| async move {
            let info = format!(
                "{} {}",
                webhook.parameters.callback_command,
                String::from_utf8_lossy(&webhook.body)
            );
            RawResponse::new(1, info)
        })
        .build()
        .unwrap();
    let response = post(&receiver, "Future.Event", "body").await.json();
    assert_eq!(
        response,
        json!({"ActionStatus": "OK", "ErrorCode": 1, "ErrorInfo": "Future.Event body"})
    );
    assert_eq!(post(&receiver, BEFORE_SEND, message("peter")).await.json()["ErrorCode"], 0);
}

#[tokio::test]
async fn body_of_another_form_goes_to_the_fallback_with_its_location() {
    let receiver = receiver()
        .on(refuse_jared)
        .fallback(|webhook: RawWebhook| async move {
            RawResponse::new(1, webhook.problem.unwrap_or_default())
        })
        .build()
        .unwrap();
    for body in ["", "{", "[]", r#"{"GroupId": 7}"#, "{} {}"] {
        let response = post(&receiver, BEFORE_SEND, body).await.json();
        assert_eq!(response["ErrorCode"], 1, "{body}");
        assert_ne!(response["ErrorInfo"], "", "{body}");
    }
    let body = message("peter").replace("\"@TGS#2J4SZEAEL\"", "[7]");
    let response = post(&receiver, BEFORE_SEND, body).await.json();
    assert!(response["ErrorInfo"].as_str().unwrap().contains("GroupId"), "{response}");
    assert_eq!(post(&receiver, "Future.Event", "").await.json()["ErrorInfo"], "", "no problem");
}

#[test]
fn mistakes_are_found_when_the_receiver_is_built() {
    let builder = || WebhookReceiver::builder(APP);
    assert_eq!(builder().build().unwrap_err(), BuildError::NoToken);
    let twice = builder().without_authentication().on(refuse_jared).on(refuse_jared);
    let error = twice.build().unwrap_err();
    assert_eq!(error.to_string(), "Group.CallbackBeforeSendMsg has two handlers; remove one");
    assert_eq!(Token::new("").unwrap_err(), TokenError::Empty);
    assert!(Token::new("x".repeat(128)).is_ok());
    assert!(Token::new("x".repeat(129)).is_err());
}

#[test]
fn debug_output_reveals_no_token() {
    let builder = receiver();
    assert!(!format!("{builder:?}").contains("xxxxyyyy"));
    assert!(!format!("{:?}", builder.build().unwrap()).contains("xxxxyyyy"));
}

#[tokio::test(start_paused = true)]
async fn rate_alarm_slows_down_the_endpoint_that_it_names() {
    let quota = Quota::documented();
    let slowed = quota.clone();
    let receiver =
        receiver().on_rate_alarm(move |endpoint| slowed.slow_down(endpoint)).build().unwrap();
    let alarm = |command: &str| {
        json!({"ServiceName": "group_open_http_svc", "Command": command, "Request": 170, "Limit": 200})
            .to_string()
    };
    for command in ["send_group_msg", "future_command"] {
        post(&receiver, "Alert.RequestOverLimit", alarm(command)).await.json();
    }
    let mut permits = Vec::new();
    while let Ok(permit) = quota.try_acquire(SendGroupMsg::SPEC).await {
        permits.push(permit);
    }
    assert_eq!(permits.len(), 100, "half of the documented 200 a second");
    assert!(quota.try_acquire(ForbidSendMsg::SPEC).await.is_ok());
}
