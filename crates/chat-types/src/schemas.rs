//! The JSON Schemas (2020-12) of every request, response, and webhook, and the whole API as OpenAPI
//! documents, both as text.
//!
//! ```
//! let schemas = chat_types::schemas::find("group_open_http_svc", "forbid_send_msg");
//! assert!(schemas.is_some_and(|schemas| schemas.request.contains("Members_Account")));
//! ```

#[cfg(feature = "webhook")]
use crate::spec::WebhookSpec;
use crate::{catalog::find_sorted, generated::SCHEMAS, spec::EndpointSpec};

/// The schemas of both directions of an endpoint or a webhook.
#[derive(Debug)]
#[non_exhaustive]
pub struct Schemas<S: 'static> {
    /// The endpoint or the webhook.
    pub spec: &'static S,
    /// The schema of the request; of the body for a webhook.
    pub request: &'static str,
    /// The schema of the response.
    pub response: &'static str,
}

/// The schemas of one endpoint.
pub type EndpointSchemas = Schemas<EndpointSpec>;

/// The schemas of one webhook.
#[cfg(feature = "webhook")]
pub type WebhookSchemas = Schemas<WebhookSpec>;

/// Returns the whole API as an OpenAPI 3.1 document in JSON: about 1.2 MB.
///
/// ```
/// assert!(chat_types::schemas::openapi_3_1().contains("/v4/group_open_http_svc/forbid_send_msg"));
/// ```
pub fn openapi_3_1() -> &'static str {
    include_str!("../openapi/openapi-3.1.json")
}

/// Returns the same document in OpenAPI 3.0, for tools that do not support 3.1.
pub fn openapi_3_0() -> &'static str {
    include_str!("../openapi/openapi-3.0.json")
}

/// Returns the schemas of the endpoint with this service and command.
pub fn find(service: &str, command: &str) -> Option<&'static EndpointSchemas> {
    find_sorted(SCHEMAS, |schemas| schemas.spec.cmp_name(service, command))
}

/// Returns the schemas of every endpoint, sorted by service and command.
pub fn all() -> &'static [EndpointSchemas] {
    SCHEMAS
}

/// Returns the schemas of the webhook with this command.
#[cfg(feature = "webhook")]
pub fn find_webhook(command: &str) -> Option<&'static WebhookSchemas> {
    find_sorted(webhooks(), |schemas| schemas.spec.command.cmp(command))
}

/// Returns the schemas of every webhook, sorted by command.
#[cfg(feature = "webhook")]
pub fn webhooks() -> &'static [WebhookSchemas] {
    crate::generated::webhook::SCHEMAS
}
