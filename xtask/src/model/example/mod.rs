//! Makes examples of requests and responses, as JSON and as Rust.

mod code;
pub(super) mod fit;
mod json;
#[cfg(test)]
mod tests;
mod types;

use serde_json::Value;

pub(super) use self::types::Types;
use super::{Endpoint, Examples, TypePath, Webhook};

/// The examples of an endpoint. Every type of the model has to be known.
pub(super) fn examples(types: Types<'_>, endpoint: &Endpoint) -> Examples {
    let request = &endpoint.request;
    let sent = json::sent(types, endpoint);
    let path =
        TypePath { area: Some(endpoint.area.clone()), local: true, name: endpoint.name.clone() };
    let code = code::request(types, request, &path, &sent);
    let in_body = |name: &str| request.field(name).is_some_and(|field| !field.in_query);
    Examples {
        request: sent.into_iter().filter(|(name, _)| in_body(name)).collect(),
        code,
        response: json::received(types, &endpoint.response).into(),
    }
}

/// The example of a webhook's body.
pub(super) fn webhook(types: Types<'_>, webhook: &Webhook) -> Value {
    json::received(types, &webhook.payload).into()
}
