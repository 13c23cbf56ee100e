//! What handlers get and return.

use bytes::Bytes;
use chat_types::webhook::WebhookParameters;
use serde::Serialize;

/// A webhook that was authenticated and decoded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Event<W> {
    /// The body.
    pub body: W,
    /// The parameters of the URL, without the signature.
    pub parameters: WebhookParameters,
    /// The body as it came, with fields that [`body`](Self::body) does not have.
    pub raw: Bytes,
}

impl<W> Event<W> {
    /// Creates an event, for the test of a handler.
    pub fn new(body: W, parameters: WebhookParameters) -> Self {
        Self { body, parameters, raw: Bytes::new() }
    }
}

/// A webhook that was authenticated, but that no handler of its type could take.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RawWebhook {
    /// The parameters of the URL, without the signature; `callback_command` is the name of the webhook.
    pub parameters: WebhookParameters,
    /// The body as it came, which need not be JSON.
    pub body: Bytes,
    /// Why the body is not one of this webhook; `None` if the webhook has no handler.
    pub problem: Option<String>,
}

/// A response to a webhook without a type. The default acknowledges the webhook, or allows the event.
#[derive(Clone, Debug)]
pub struct RawResponse {
    code: i64,
    info: String,
}

impl RawResponse {
    /// Creates a response with a code of the webhook: 0 acknowledges or allows, others depend on the
    /// webhook. The service passes `info` on to the client together with a custom code.
    pub fn new(code: i64, info: impl Into<String>) -> Self {
        Self { code, info: info.into() }
    }
}

impl Default for RawResponse {
    fn default() -> Self {
        Self::new(0, "")
    }
}

impl Serialize for RawResponse {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Fields<'a> {
            action_status: &'static str,
            error_code: i64,
            error_info: &'a str,
        }
        let fields = Fields { action_status: "OK", error_code: self.code, error_info: &self.info };
        fields.serialize(serializer)
    }
}
