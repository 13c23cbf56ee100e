//! JSON Schemas (2020-12) of every request, answer and webhook, as text.
//!
//! ```
//! let schemas = chat_types::schemas::find("group_open_http_svc", "forbid_send_msg");
//! assert!(schemas.is_some_and(|schemas| schemas.request.contains("Members_Account")));
//! ```

use crate::generated::schemas::{SCHEMAS, WEBHOOK_SCHEMAS};

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
    /// Schema of the answer.
    pub response: &'static str,
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
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookSchemas {
    /// Its name on the wire.
    pub command: &'static str,
    /// Schema of the body.
    pub request: &'static str,
    /// Schema of the answer.
    pub response: &'static str,
}

/// The schemas of all webhooks, sorted by command.
pub fn webhooks() -> &'static [WebhookSchemas] {
    WEBHOOK_SCHEMAS
}

/// The schemas of the webhook of this command.
pub fn find_webhook(command: &str) -> Option<&'static WebhookSchemas> {
    WEBHOOK_SCHEMAS.iter().find(|schemas| schemas.command == command)
}
