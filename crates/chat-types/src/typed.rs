//! The types of an endpoint or a webhook by its name, for tools that learn the name at run time.
//!
//! ```
//! let endpoint = chat_types::typed::find("group_open_http_svc", "forbid_send_msg")
//!     .ok_or("there is no such endpoint")?;
//! let request = br#"{"GroupId":"@TGS#2C5SZEAEF","Members_Account":["peter"],"MuteTime":60}"#;
//! assert_eq!(endpoint.read_request(request)?, request);
//!
//! let mismatch = endpoint.read_request(br#"{"GroupId":7}"#).unwrap_err();
//! assert_eq!(mismatch.path, "GroupId");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::{Endpoint, envelope::expect_object, generated::TYPED, spec::EndpointSpec};
#[cfg(feature = "webhook")]
use crate::{spec::WebhookSpec, webhook::Webhook};

/// The request and the response of one endpoint, without their types.
#[derive(Debug)]
pub struct TypedEndpoint {
    spec: &'static EndpointSpec,
    request: RoundTrip,
    response: RoundTrip,
}

type RoundTrip = fn(&[u8]) -> Result<Vec<u8>, Mismatch>;

impl TypedEndpoint {
    pub(crate) const fn of<E>() -> Self
    where
        E: Endpoint + DeserializeOwned,
        E::Response: Serialize,
    {
        Self { spec: E::SPEC, request: round_trip::<E>, response: round_trip::<E::Response> }
    }

    /// What the specification says of it.
    pub fn spec(&self) -> &'static EndpointSpec {
        self.spec
    }

    /// Reads a request through its type and writes it back.
    ///
    /// # Errors
    /// When the JSON does not fit the type.
    pub fn read_request(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.request)(json)
    }

    /// Reads a successful response through its type and writes it back, without the shared fields.
    ///
    /// # Errors
    /// When the JSON does not fit the type.
    pub fn read_response(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.response)(json)
    }
}

/// The endpoint at this service and command.
pub fn find(service: &str, command: &str) -> Option<&'static TypedEndpoint> {
    TYPED.iter().find(|typed| (typed.spec.service, typed.spec.command) == (service, command))
}

/// Every endpoint, sorted by service and command.
pub fn all() -> &'static [TypedEndpoint] {
    TYPED
}

/// The body and the response of one webhook, without their types.
#[cfg(feature = "webhook")]
#[derive(Debug)]
pub struct TypedWebhook {
    spec: &'static WebhookSpec,
    body: RoundTrip,
    response: RoundTrip,
}

#[cfg(feature = "webhook")]
impl TypedWebhook {
    pub(crate) const fn of<W>() -> Self
    where
        W: Webhook + Serialize,
        W::Response: DeserializeOwned,
    {
        Self { spec: W::SPEC, body: round_trip::<W>, response: round_trip::<W::Response> }
    }

    /// What the specification says of it.
    pub fn spec(&self) -> &'static WebhookSpec {
        self.spec
    }

    /// Reads a body through its type and writes it back.
    ///
    /// # Errors
    /// When the JSON does not fit the type.
    pub fn read_body(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.body)(json)
    }

    /// Reads a response through its type and writes it back.
    ///
    /// # Errors
    /// When the JSON does not fit the type, or its code is none that can be answered.
    pub fn read_response(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.response)(json)
    }
}

/// The webhook of this command.
#[cfg(feature = "webhook")]
pub fn find_webhook(command: &str) -> Option<&'static TypedWebhook> {
    webhooks().iter().find(|typed| typed.spec.command == command)
}

/// Every webhook, sorted by command.
#[cfg(feature = "webhook")]
pub fn webhooks() -> &'static [TypedWebhook] {
    crate::generated::webhook::TYPED
}

/// JSON that does not fit a type.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {reason}")]
#[non_exhaustive]
pub struct Mismatch {
    /// Where, such as `MemberList[3].Role`; `.` for the whole.
    pub path: String,
    /// What was expected and what was found.
    pub reason: String,
}

fn round_trip<T: DeserializeOwned + Serialize>(json: &[u8]) -> Result<Vec<u8>, Mismatch> {
    let whole =
        |error: serde_json::Error| Mismatch { path: ".".to_owned(), reason: error.to_string() };
    expect_object(json).map_err(whole)?;
    let mut reader = serde_json::Deserializer::from_slice(json);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| Mismatch {
        path: error.path().to_string(),
        reason: error.into_inner().to_string(),
    })?;
    reader.end().map_err(whole)?;
    serde_json::to_vec(&value).map_err(whole)
}
