//! Requests that are refused before a handler runs.

use std::{
    convert::Infallible,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use chat_types::clock::ManualClock;
use chat_webhook::{RawResponse, RawWebhook, Token, WebhookReceiver, WebhookReceiverBuilder};
use http::{Method, Request, StatusCode};
use http_body::{Body, Frame};
use tower_service::Service as _;

use crate::request::{APP, SIGN, TIME, post, receiver, send, url};

const COMMAND: &str = "State.StateChange";

/// A receiver whose only handler counts its calls.
fn counting(builder: WebhookReceiverBuilder) -> (WebhookReceiver, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&calls);
    let handler = move |_: RawWebhook| {
        counter.fetch_add(1, Ordering::Relaxed);
        std::future::ready(RawResponse::default())
    };
    (builder.fallback(handler).build().unwrap(), calls)
}

#[tokio::test]
async fn requests_that_the_service_did_not_send_are_refused() {
    let (receiver, calls) = counting(receiver());
    let signed = url(COMMAND);
    for (url, status) in [
        (signed.replace(SIGN, &SIGN.replace('1', "2")), StatusCode::UNAUTHORIZED),
        (signed.replace(&format!("&Sign={SIGN}"), ""), StatusCode::UNAUTHORIZED),
        (signed.replace(&format!("&RequestTime={TIME}"), ""), StatusCode::UNAUTHORIZED),
        (signed.replace(&TIME.to_string(), &(TIME + 1).to_string()), StatusCode::UNAUTHORIZED),
        (signed.replace(&APP.to_string(), "1400000001"), StatusCode::FORBIDDEN),
        (signed.replace(&APP.to_string(), "x"), StatusCode::FORBIDDEN),
        (signed.replace("SdkAppid", "App"), StatusCode::BAD_REQUEST),
        (signed.replace("CallbackCommand", "Command"), StatusCode::BAD_REQUEST),
        ("/webhooks".to_owned(), StatusCode::UNAUTHORIZED),
    ] {
        let response = send(&receiver, Method::POST, &url, "{}").await;
        assert_eq!(response.status, status, "{url}");
        assert!(!String::from_utf8_lossy(&response.body).contains("xxxxyyyy"));
    }
    let response = send(&receiver, Method::GET, &signed, "").await;
    assert_eq!(response.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(calls.load(Ordering::Relaxed), 0, "no handler ran");
}

#[tokio::test]
async fn other_spelling_of_the_app_is_accepted() {
    let receiver = receiver().build().unwrap();
    let url = url(COMMAND).replace("SdkAppid", "SDKAppID");
    send(&receiver, Method::POST, &url, "{}").await.json();
}

#[tokio::test]
async fn token_can_be_replaced_without_refusing_a_request() {
    let old_and_new = receiver().token(Token::new("the new one").unwrap()).build().unwrap();
    post(&old_and_new, COMMAND, "{}").await.json();
    let only_new = WebhookReceiver::builder(APP)
        .token(Token::new("the new one").unwrap())
        .clock(ManualClock::at(TIME));
    let response = post(&only_new.build().unwrap(), COMMAND, "{}").await;
    assert_eq!(response.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn window_is_configurable() {
    let at = |now| {
        let clock = ManualClock::at(now);
        receiver().clock(clock).window(Duration::from_secs(5)).build().unwrap()
    };
    post(&at(TIME + 5), COMMAND, "{}").await.json();
    let response = post(&at(TIME + 6), COMMAND, "{}").await;
    assert_eq!(response.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn requests_without_a_signature_need_the_opt_out() {
    let receiver = WebhookReceiver::builder(APP).without_authentication().build().unwrap();
    let unsigned = format!("/?SdkAppid={APP}&CallbackCommand={COMMAND}");
    send(&receiver, Method::POST, &unsigned, "{}").await.json();
    let other = unsigned.replace(&APP.to_string(), "1");
    let response = send(&receiver, Method::POST, &other, "{}").await;
    assert_eq!(response.status, StatusCode::FORBIDDEN, "the app is checked all the same");
}

/// A body of unknown length that never ends.
struct Endless;

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 1_024])))))
    }
}

#[tokio::test]
async fn bodies_are_bounded() {
    let (receiver, calls) = counting(receiver().max_body_bytes(2_048));
    let fits = post(&receiver, COMMAND, vec![b' '; 2_048]).await;
    assert_eq!(fits.status, StatusCode::OK);
    let too_long = post(&receiver, COMMAND, vec![b' '; 2_049]).await;
    assert_eq!(too_long.status, StatusCode::PAYLOAD_TOO_LARGE);
    let endless = Request::post(url(COMMAND)).body(Endless).unwrap();
    let response = receiver.clone().call(endless).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
