//! What handlers get and return.

use bytes::Bytes;
use chat_types::{
    spec::{FieldKind, WebhookSpec},
    webhook::WebhookParameters,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

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
    fields: Map<String, Value>,
}

impl RawResponse {
    /// Creates a response with a code of the webhook: 0 acknowledges or allows, others depend on the
    /// webhook. The service passes `info` on to the client together with a custom code.
    pub fn new(code: i64, info: impl Into<String>) -> Self {
        Self { code, info: info.into(), fields: Map::new() }
    }
}

impl RawResponse {
    /// Creates the response that acknowledges a webhook or allows its event: code 0, with empty arrays for
    /// the fields that a response to this webhook must have.
    ///
    /// ```
    /// use chat_webhook::RawResponse;
    ///
    /// let response = RawResponse::allowing("Sns.CallbackPrevFriendAdd");
    /// assert_eq!(
    ///     serde_json::to_string(&response)?,
    ///     r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ResultItem":[]}"#
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn allowing(command: &str) -> Self {
        let fields = WebhookSpec::find(command).map_or(&[][..], |spec| spec.response.fields);
        let arrays = fields
            .iter()
            .filter(|field| field.required && matches!(field.kind, FieldKind::Array(_)))
            .map(|field| (field.name.to_owned(), Value::Array(Vec::new())));
        Self::default().with_fields(arrays.collect())
    }

    /// Adds fields of the webhook's response, such as `MsgBody`. `ActionStatus`, `ErrorCode` and
    /// `ErrorInfo` in them have no effect.
    #[must_use]
    pub fn with_fields(mut self, fields: Map<String, Value>) -> Self {
        self.fields.extend(fields);
        self.fields.retain(|name, _| !SHARED_FIELDS.contains(&&**name));
        self
    }

    /// Reads a response, such as one of another server.
    ///
    /// ```
    /// use chat_webhook::RawResponse;
    ///
    /// let response = RawResponse::from_json(br#"{"ErrorCode":0,"CloudCustomData":"x"}"#)?;
    /// assert_eq!(
    ///     serde_json::to_string(&response)?,
    ///     r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","CloudCustomData":"x"}"#
    /// );
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// When it is not a JSON object, or has no `ErrorCode`.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Fields {
            error_code: i64,
            #[serde(default)]
            error_info: String,
            #[serde(flatten)]
            others: Map<String, Value>,
        }
        let Fields { error_code, error_info, others } = serde_json::from_slice(json)?;
        Ok(Self::new(error_code, error_info).with_fields(others))
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
            #[serde(flatten)]
            others: &'a Map<String, Value>,
        }
        let (error_code, error_info) = (self.code, &*self.info);
        Fields { action_status: "OK", error_code, error_info, others: &self.fields }
            .serialize(serializer)
    }
}

const SHARED_FIELDS: [&str; 3] = ["ActionStatus", "ErrorCode", "ErrorInfo"];
