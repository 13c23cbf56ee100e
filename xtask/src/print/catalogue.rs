//! The tables of all endpoints.

use super::{rust::Code, webhooks};
use crate::model::{Endpoint, Model, WEBHOOK, Webhook};

/// The catalogue, sorted by service and command.
pub(super) fn endpoints(model: &Model) -> String {
    let mut code = Code::file("spec/endpoints/");
    code.line("use super::{");
    for area in model.areas.keys() {
        code.line(format!("{area},"));
    }
    code.line("};");
    code.line("use crate::spec::EndpointSpec;");
    code.gap();
    code.line("/// Every endpoint, sorted by service and command.");
    code.line("pub static ENDPOINTS: &[&EndpointSpec] = &[");
    for (endpoint, place) in sorted(model) {
        code.line(format!("{}::ENDPOINTS[{place}],", endpoint.area));
    }
    code.line("];");
    code.finish()
}

/// The table of JSON Schemas, sorted by service and command.
pub(super) fn schemas(model: &Model) -> String {
    let mut code = Code::file("spec/endpoints/");
    code.line("use crate::schemas::{EndpointSchemas, WebhookSchemas};");
    code.gap();
    code.line("pub(crate) static SCHEMAS: &[EndpointSchemas] = &[");
    for (endpoint, _) in sorted(model) {
        let path = format!("../../schemas/{}/{}", endpoint.area, endpoint.module);
        code.line("EndpointSchemas {");
        code.line(format!("service: {:?},", endpoint.service));
        code.line(format!("command: {:?},", endpoint.command));
        code.line(format!("request: include_str!(\"{path}.request.json\"),"));
        code.line(format!("response: include_str!(\"{path}.response.json\"),"));
        code.line("},");
    }
    code.line("];");
    code.gap();
    code.line("pub(crate) static WEBHOOK_SCHEMAS: &[WebhookSchemas] = &[");
    for (webhook, _) in webhooks::sorted(model) {
        let path = format!("../../schemas/{WEBHOOK}/{}/{}", webhook.area, webhook.module);
        code.line("WebhookSchemas {");
        code.line(format!("command: {:?},", webhook.command));
        code.line(format!("request: include_str!(\"{path}.request.json\"),"));
        code.line(format!("response: include_str!(\"{path}.response.json\"),"));
        code.line("},");
    }
    code.line("];");
    code.finish()
}

/// The table of round trips through the types, sorted by service and command.
pub(super) fn typed(model: &Model) -> String {
    let mut code = Code::file("spec/endpoints/");
    code.line("use super::{");
    for area in model.areas.keys() {
        code.line(format!("{area},"));
    }
    code.line("webhook,\n};");
    code.line("use crate::typed::{TypedEndpoint, TypedWebhook};");
    code.gap();
    code.line("pub(crate) static TYPED: &[TypedEndpoint] = &[");
    for (endpoint, _) in sorted(model) {
        let Endpoint { area, name, .. } = endpoint;
        code.line(format!("TypedEndpoint::of::<{area}::{name}>(),"));
    }
    code.line("];");
    code.gap();
    code.line("pub(crate) static TYPED_WEBHOOKS: &[TypedWebhook] = &[");
    for (webhook, _) in webhooks::sorted(model) {
        let Webhook { area, name, .. } = webhook;
        code.line(format!("TypedWebhook::of::<webhook::{area}::{name}>(),"));
    }
    code.line("];");
    code.finish()
}

/// All endpoints in the order of their paths, with their place in their area.
fn sorted(model: &Model) -> Vec<(&Endpoint, usize)> {
    let mut all: Vec<(&Endpoint, usize)> = model
        .areas
        .values()
        .flat_map(|area| area.endpoints.iter().enumerate())
        .map(|(place, endpoint)| (endpoint, place))
        .collect();
    all.sort_by_key(|(endpoint, _)| (&endpoint.service, &endpoint.command));
    all
}
