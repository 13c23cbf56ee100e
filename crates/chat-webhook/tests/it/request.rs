//! Requests as the service sends them, and calls of a receiver without a server.

use bytes::Bytes;
use chat_types::clock::ManualClock;
use chat_webhook::{Token, WebhookReceiver, WebhookReceiverBuilder};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use serde_json::Value;
use tower_service::Service as _;

pub(crate) const APP: u32 = 1_400_000_000;

/// The time of the documented signature.
pub(crate) const TIME: u64 = 1_669_872_112;

/// The documented signature of [`TIME`] with the token `xxxxyyyy`.
pub(crate) const SIGN: &str = "17773bc39a671d7b9aa835458704d2a6db81360a5940292b587d6d760d484061";

/// A receiver with the documented token, at the time of the documented signature.
pub(crate) fn receiver() -> WebhookReceiverBuilder {
    WebhookReceiver::builder(APP)
        .token(Token::new("xxxxyyyy").unwrap())
        .clock(ManualClock::at(TIME))
}

/// The URL to which the service sends a webhook.
pub(crate) fn url(command: &str) -> String {
    format!(
        "/webhooks?SdkAppid={APP}&CallbackCommand={command}&contenttype=json&ClientIP=127.0.0.1\
         &OptPlatform=RESTAPI&Sign={SIGN}&RequestTime={TIME}"
    )
}

/// A response: its status, its content type and its body.
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{:?}", self.body);
        assert_eq!(self.content_type, "application/json");
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(crate) async fn send(
    receiver: &WebhookReceiver,
    method: Method,
    url: &str,
    body: impl Into<Bytes>,
) -> Received {
    let request = Request::builder().method(method).uri(url).body(Full::new(body.into())).unwrap();
    let (head, body) = receiver.clone().call(request).await.unwrap().into_parts();
    Received {
        status: head.status,
        content_type: head.headers["content-type"].to_str().unwrap().to_owned(),
        body: body.collect().await.unwrap().to_bytes(),
    }
}

/// Posts a signed webhook.
pub(crate) async fn post(
    receiver: &WebhookReceiver,
    command: &str,
    body: impl Into<Bytes>,
) -> Received {
    send(receiver, Method::POST, &url(command), body).await
}
