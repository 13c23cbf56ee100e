//! Looks up the types of an endpoint or a webhook by name, for tools that only learn the name at run
//! time.
//!
//! ```
//! let endpoint = chat_types::typed::find("group_open_http_svc", "forbid_send_msg")
//!     .ok_or("no such endpoint")?;
//! let request = br#"{"GroupId":"@TGS#2C5SZEAEF","Members_Account":["peter"],"MuteTime":60}"#;
//! assert_eq!(endpoint.read_request(request)?, request);
//!
//! let mismatch = endpoint.read_request(br#"{"GroupId":7}"#).unwrap_err();
//! assert_eq!(mismatch.path, "GroupId");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use serde::{Serialize, de::DeserializeOwned};
use thiserror::Error;

use crate::{
    Batched, Endpoint, catalog::find_sorted, envelope::expect_object, generated::TYPED,
    spec::EndpointSpec,
};
#[cfg(feature = "webhook")]
use crate::{spec::WebhookSpec, webhook::Webhook};

/// Both directions of an endpoint or a webhook, with its types erased.
#[derive(Debug)]
pub struct Typed<S: 'static> {
    spec: &'static S,
    request: RoundTrip,
    response: RoundTrip,
}

type RoundTrip = fn(&[u8]) -> Result<Vec<u8>, Mismatch>;

/// The request and the response of one endpoint, with their types erased.
pub type TypedEndpoint = Typed<EndpointSpec>;

/// The body and the response of one webhook, with their types erased.
#[cfg(feature = "webhook")]
pub type TypedWebhook = Typed<WebhookSpec>;

impl<S> Typed<S> {
    /// Returns the specification.
    pub fn spec(&self) -> &'static S {
        self.spec
    }

    /// Reads a successful response through its type and writes it back. For an endpoint, the fields
    /// of the [`Envelope`](crate::Envelope) are left out.
    ///
    /// # Errors
    /// Returns an error if the JSON does not match the type, or if a webhook does not have the
    /// response's code.
    pub fn read_response(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.response)(json)
    }
}

impl TypedEndpoint {
    pub(crate) const fn of<E>() -> Self
    where
        E: Endpoint + DeserializeOwned,
        E::Response: Serialize,
    {
        Self { spec: E::SPEC, request: round_trip::<E>, response: round_trip::<E::Response> }
    }

    /// Reads a request through its type and writes it back.
    ///
    /// # Errors
    /// Returns an error if the JSON does not match the type.
    pub fn read_request(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.request)(json)
    }
}

#[cfg(feature = "webhook")]
impl TypedWebhook {
    pub(crate) const fn of<W>() -> Self
    where
        W: Webhook + Serialize,
        W::Response: DeserializeOwned,
    {
        Self { spec: W::SPEC, request: round_trip::<W>, response: round_trip::<W::Response> }
    }

    /// Reads a body through its type and writes it back.
    ///
    /// # Errors
    /// Returns an error if the JSON does not match the type.
    pub fn read_body(&self, json: &[u8]) -> Result<Vec<u8>, Mismatch> {
        (self.request)(json)
    }
}

/// Returns the types of the endpoint with this service and command.
pub fn find(service: &str, command: &str) -> Option<&'static TypedEndpoint> {
    find_sorted(TYPED, |typed| typed.spec.cmp_name(service, command))
}

/// Returns the types of every endpoint, sorted by service and command.
pub fn all() -> &'static [TypedEndpoint] {
    TYPED
}

/// Does something for the type of each endpoint whose list can be split; see [`visit_batched`].
pub trait BatchedVisitor {
    /// Is called once for each such endpoint.
    fn visit<E: Batched + DeserializeOwned>(&mut self);
}

/// Visits the types of all endpoints whose list can be split into several calls, sorted by service
/// and command.
///
/// ```
/// use chat_types::{Batched, typed::{BatchedVisitor, visit_batched}};
/// use serde::de::DeserializeOwned;
///
/// struct Largest(u32);
///
/// impl BatchedVisitor for Largest {
///     fn visit<E: Batched + DeserializeOwned>(&mut self) {
///         self.0 = self.0.max(E::BATCH.max.unwrap_or_default());
///     }
/// }
///
/// let mut largest = Largest(0);
/// visit_batched(&mut largest);
/// assert!(largest.0 >= 500);
/// ```
pub fn visit_batched(visitor: &mut impl BatchedVisitor) {
    crate::generated::visit_batched(visitor);
}

/// Returns the types of the webhook with this command.
#[cfg(feature = "webhook")]
pub fn find_webhook(command: &str) -> Option<&'static TypedWebhook> {
    find_sorted(webhooks(), |typed| typed.spec.command.cmp(command))
}

/// Returns the types of every webhook, sorted by command.
#[cfg(feature = "webhook")]
pub fn webhooks() -> &'static [TypedWebhook] {
    crate::generated::webhook::TYPED
}

/// Does something for the type of each webhook; see [`visit_webhooks`].
#[cfg(feature = "webhook")]
pub trait WebhookVisitor {
    /// Is called once for each webhook.
    fn visit<W>(&mut self)
    where
        W: Webhook + Serialize,
        W::Response: DeserializeOwned;
}

/// Visits the types of all webhooks, sorted by command.
///
/// ```
/// use chat_types::{
///     spec::WebhookPhase,
///     typed::{WebhookVisitor, visit_webhooks},
///     webhook::Webhook,
/// };
/// use serde::{Serialize, de::DeserializeOwned};
///
/// struct Questions(u32);
///
/// impl WebhookVisitor for Questions {
///     fn visit<W>(&mut self)
///     where
///         W: Webhook + Serialize,
///         W::Response: DeserializeOwned,
///     {
///         self.0 += u32::from(W::SPEC.phase == WebhookPhase::Before);
///     }
/// }
///
/// let mut questions = Questions(0);
/// visit_webhooks(&mut questions);
/// assert!(questions.0 >= 9);
/// ```
#[cfg(feature = "webhook")]
pub fn visit_webhooks(visitor: &mut impl WebhookVisitor) {
    crate::generated::webhook::visit_webhooks(visitor);
}

/// JSON that does not match a type.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {reason}")]
#[non_exhaustive]
pub struct Mismatch {
    /// The location, such as `MemberList[3].Role`; `.` for the whole value.
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
