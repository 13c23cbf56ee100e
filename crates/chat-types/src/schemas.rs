//! JSON Schemas (2020-12) of every request, answer and webhook, and the whole API in OpenAPI, as
//! text.
//!
//! ```
//! let schemas = chat_types::schemas::find("group_open_http_svc", "forbid_send_msg");
//! assert!(schemas.is_some_and(|schemas| schemas.request.contains("Members_Account")));
//! ```

#[cfg(feature = "webhook")]
use crate::spec::WebhookSpec;
use crate::{generated::SCHEMAS, spec::EndpointSpec};

/// The two schemas of one endpoint.
#[derive(Debug)]
#[non_exhaustive]
pub struct EndpointSchemas {
    /// First part of the path after the version.
    pub service: &'static str,
    /// Last part of the path.
    pub command: &'static str,
    /// Schema of the request.
    pub request: &'static str,
    /// Schema of the response.
    pub response: &'static str,
}

impl EndpointSchemas {
    pub(crate) const fn new(
        spec: &EndpointSpec,
        request: &'static str,
        response: &'static str,
    ) -> Self {
        Self { service: spec.service, command: spec.command, request, response }
    }
}

/// The whole API as an OpenAPI 3.1 document in JSON: about 1.2 MB.
///
/// ```
/// assert!(chat_types::schemas::openapi_3_1().contains("/v4/group_open_http_svc/forbid_send_msg"));
/// ```
pub fn openapi_3_1() -> &'static str {
    include_str!("../openapi/openapi-3.1.json")
}

/// The same in version 3.0 of OpenAPI, for tools that read no newer one.
pub fn openapi_3_0() -> &'static str {
    include_str!("../openapi/openapi-3.0.json")
}

/// The schemas of all endpoints, sorted by service and command.
pub fn all() -> &'static [EndpointSchemas] {
    SCHEMAS
}

/// The schemas of the endpoint at this service and command.
pub fn find(service: &str, command: &str) -> Option<&'static EndpointSchemas> {
    SCHEMAS.iter().find(|schemas| (schemas.service, schemas.command) == (service, command))
}

/// The two schemas of one webhook.
#[cfg(feature = "webhook")]
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookSchemas {
    /// Its name on the wire.
    pub command: &'static str,
    /// Schema of the body.
    pub request: &'static str,
    /// Schema of the response.
    pub response: &'static str,
}

#[cfg(feature = "webhook")]
impl WebhookSchemas {
    pub(crate) const fn new(
        spec: &WebhookSpec,
        request: &'static str,
        response: &'static str,
    ) -> Self {
        Self { command: spec.command, request, response }
    }
}

/// The schemas of all webhooks, sorted by command.
#[cfg(feature = "webhook")]
pub fn webhooks() -> &'static [WebhookSchemas] {
    crate::generated::webhook::SCHEMAS
}

/// The schemas of the webhook of this command.
#[cfg(feature = "webhook")]
pub fn find_webhook(command: &str) -> Option<&'static WebhookSchemas> {
    webhooks().iter().find(|schemas| schemas.command == command)
}
