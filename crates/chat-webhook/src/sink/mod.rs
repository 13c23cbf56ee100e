//! Where webhooks are stored before they are acknowledged.

mod json_lines;

use std::{error::Error, fmt};

use bytes::Bytes;
use chat_types::webhook::WebhookParameters;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub use self::json_lines::JsonLines;
use crate::{BoxFuture, RawWebhook};

/// Stores webhooks, such as in a message broker.
///
/// A receiver stores each webhook after an event before it acknowledges it, so that no event is lost
/// when the program ends. If storing fails, it responds with HTTP status 503, and the service repeats
/// the webhook if the console says so.
///
/// ```
/// use chat_webhook::{BoxFuture, RawWebhook, Sink, SinkError, StoredWebhook};
///
/// #[derive(Debug)]
/// struct Broker;
///
/// impl Broker {
///     async fn publish(&self, subject: &str, message: Vec<u8>) -> Result<(), std::io::Error> {
///         Ok(())
///     }
/// }
///
/// impl Sink for Broker {
///     fn store<'a>(&'a self, webhook: &'a RawWebhook) -> BoxFuture<'a, Result<(), SinkError>> {
///         Box::pin(async move {
///             let subject = &webhook.parameters.callback_command;
///             let message = StoredWebhook::from(webhook).to_json();
///             self.publish(subject, message).await.map_err(SinkError::new)
///         })
///     }
/// }
/// ```
pub trait Sink: Send + Sync + 'static {
    /// Stores a webhook. It is stored when the future is ready; the receiver drops the future at its
    /// deadline, after which the webhook may or may not be stored.
    fn store<'a>(&'a self, webhook: &'a RawWebhook) -> BoxFuture<'a, Result<(), SinkError>>;
}

/// A webhook could not be stored.
#[derive(Debug)]
pub struct SinkError(Box<dyn Error + Send + Sync>);

impl SinkError {
    /// Creates an error from what failed.
    pub fn new(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the webhook could not be stored: {}", self.0)
    }
}

impl Error for SinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.0)
    }
}

/// A webhook as one line of JSON: what it is, when it was sent, and its body.
///
/// The body is kept as it came, as JSON if it is JSON, and as a string otherwise.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StoredWebhook {
    /// The parameters of the URL, without the signature.
    pub parameters: WebhookParameters,
    /// The body as it came.
    pub body: Bytes,
}

impl From<&RawWebhook> for StoredWebhook {
    fn from(webhook: &RawWebhook) -> Self {
        Self { parameters: webhook.parameters.clone(), body: webhook.body.clone() }
    }
}

impl From<StoredWebhook> for RawWebhook {
    fn from(stored: StoredWebhook) -> Self {
        Self { parameters: stored.parameters, body: stored.body, problem: None }
    }
}

#[derive(Serialize, Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    parameters: Parameters<'a>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
    /// A body that is not JSON, with replacements for what is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

/// The parameters under their names in the URL.
#[derive(Serialize, Deserialize)]
struct Parameters<'a> {
    #[serde(rename = "SdkAppid")]
    sdk_appid: u32,
    #[serde(rename = "CallbackCommand")]
    command: std::borrow::Cow<'a, str>,
    #[serde(rename = "contenttype", skip_serializing_if = "Option::is_none")]
    content_type: Option<String>,
    #[serde(rename = "ClientIP", skip_serializing_if = "Option::is_none")]
    client_ip: Option<String>,
    #[serde(rename = "OptPlatform", skip_serializing_if = "Option::is_none")]
    platform: Option<String>,
    #[serde(rename = "RequestID", skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    #[serde(rename = "RequestTime", skip_serializing_if = "Option::is_none")]
    request_time: Option<u64>,
}

impl StoredWebhook {
    /// Returns the webhook as JSON on one line, without a line feed.
    pub fn to_json(&self) -> Vec<u8> {
        let from = &self.parameters;
        let parameters = Parameters {
            sdk_appid: from.sdk_appid,
            command: from.callback_command.as_str().into(),
            content_type: from.content_type.clone(),
            client_ip: from.client_ip.clone(),
            platform: from.opt_platform.as_ref().map(|platform| platform.as_str().to_owned()),
            request_id: from.request_id.clone(),
            request_time: from.request_time.map(chat_types::UnixSeconds::get),
        };
        let is_one_line = |raw: &&RawValue| !raw.get().contains(['\n', '\r']);
        let body = serde_json::from_slice(&self.body).ok().filter(is_one_line);
        let text = body.is_none().then(|| String::from_utf8_lossy(&self.body).into_owned());
        // It has no maps with keys that are not strings, the only values that cannot be written.
        serde_json::to_vec(&Line { parameters, body, text }).unwrap_or_default()
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// When it is something else.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        let Line { parameters: from, body, text } = serde_json::from_slice(json)?;
        let mut parameters = WebhookParameters::default();
        parameters.sdk_appid = from.sdk_appid;
        parameters.callback_command = from.command.into_owned();
        parameters.content_type = from.content_type;
        parameters.client_ip = from.client_ip;
        parameters.opt_platform = from.platform.map(|platform| platform.as_str().into());
        parameters.request_id = from.request_id;
        parameters.request_time = from.request_time.map(chat_types::UnixSeconds::new);
        let body = body.map(|body| Bytes::copy_from_slice(body.get().as_bytes()));
        let body = body.unwrap_or_else(|| text.unwrap_or_default().into());
        Ok(Self { parameters, body })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_survives_a_line() {
        let mut parameters = WebhookParameters::default();
        parameters.sdk_appid = 1_400_000_000;
        parameters.callback_command = "Group.CallbackAfterSendMsg".to_owned();
        parameters.opt_platform = Some("RESTAPI".into());
        parameters.request_time = Some(chat_types::UnixSeconds::new(7));
        for body in [r#"{"a" : [1.10, 12345678901234567890]}"#, "{\n}", "not JSON", "", "\"x\""] {
            let stored = StoredWebhook { parameters: parameters.clone(), body: body.into() };
            let line = stored.to_json();
            assert!(!line.contains(&b'\n'));
            assert_eq!(StoredWebhook::from_json(&line).unwrap(), stored, "{body}");
        }
    }
}
