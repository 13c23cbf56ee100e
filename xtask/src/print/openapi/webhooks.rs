//! One operation per webhook: the service sends the request, and the app's server responds.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase;
use serde_json::{Map, Value, json};

use super::{
    index::{Index, local_path, webhook_area},
    operation::{json_content, parameter},
    schemas::{Schemas, described, without_empty},
    style::{Components, Received},
};
use crate::{
    model::{
        Field, Model, ResponseVariant, TypePath, WEBHOOK, Webhook, WebhookResponse, Webhooks,
        markdown,
    },
    print::{received, shape},
};

/// The operations of all webhooks by their command.
pub(super) fn operations(model: &Model, index: &Index<'_>) -> Value {
    let mut operations: Map<String, Value> = all(model)
        .map(|webhook| {
            (webhook.command.clone(), json!({ "post": operation(webhook, model, index) }))
        })
        .collect();
    operations.sort_keys();
    Value::Object(operations)
}

pub(super) fn tag() -> Value {
    json!({
        "name": WEBHOOK,
        "description": "Requests from the service to the app's server.",
    })
}

/// The parameters of the URL of webhooks.
pub(super) fn parameters(model: &Model, index: &Index<'_>) -> Map<String, Value> {
    let style = Components { index, strict: false };
    fields(&model.webhooks)
        .map(|field| (component(&field.wire), parameter(field, &style)))
        .collect()
}

/// The bodies and the responses of all webhooks.
pub(super) fn add_schemas(model: &Model, index: &Index<'_>, schemas: &mut Schemas) {
    let sent = Components { index, strict: true };
    for webhook in all(model) {
        let summary = markdown(&webhook.facts.summary);
        let body = described(&summary, received::object(&webhook.payload, &Received { index }));
        schemas.insert(index.name_of(&payload(webhook)).to_owned(), Value::Object(body));
        let kind = model.webhooks.response_to(webhook);
        let doc = match &webhook.response {
            WebhookResponse::Own(_) => format!("Response to {}.", webhook.command),
            WebhookResponse::Shared(_) => kind.map(|kind| kind.doc.clone()).unwrap_or_default(),
        };
        let schema = described(&doc, shape::webhook_response(kind, &sent));
        schemas.insert(index.name_of(&response(webhook)).to_owned(), Value::Object(schema));
    }
}

fn operation(webhook: &Webhook, model: &Model, index: &Index<'_>) -> Value {
    let facts = &webhook.facts;
    let id = format!("{WEBHOOK}{}{}", webhook.area.to_upper_camel_case(), webhook.name);
    let page = facts.doc_page.as_ref().map(|page| json!({ "url": page.url }));
    let accepted = json!({ "ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": "" });
    let variants = model.webhooks.response_to(webhook).map(|kind| kind.variants.as_slice());
    let mut operation = without_empty(json!({
        "operationId": id,
        "tags": [WEBHOOK],
        "summary": facts.title,
        "description": webhook.docs.without_data(),
        "externalDocs": page,
        "parameters": own_parameters(webhook, model),
        "x-phase": facts.phase,
        "x-requirement": facts.requirement,
        "x-console-switch": facts.switch,
        "x-caused-by": facts.caused_by,
        "x-response-variants": variants.unwrap_or_default().iter().map(variant).collect::<Value>(),
        "x-confidence": facts.confidence,
        "x-page-date": facts.page_date,
        "x-unverified": facts.unverified,
    }));
    // The service signs webhooks with a token from the console, not with a UserSig.
    operation["security"] = json!([]);
    operation["requestBody"] = json!({
        "required": true,
        "content": json_content(&index.reference(&payload(webhook)), &webhook.example),
    });
    operation["responses"] = json!({
        "200": {
            "description": "The response of the app's server.",
            "content": json_content(&index.reference(&response(webhook)), &accepted),
        },
    });
    operation
}

/// The parameters of every webhook, and those that this one has in addition.
fn own_parameters(webhook: &Webhook, model: &Model) -> Value {
    let special: BTreeSet<&String> = all(model).flat_map(|each| &each.facts.query).collect();
    fields(&model.webhooks)
        .filter(|field| !special.contains(&field.wire) || webhook.facts.query.contains(&field.wire))
        .map(|field| {
            json!({ "$ref": format!("#/components/parameters/{}", component(&field.wire)) })
        })
        .collect()
}

fn variant(variant: &ResponseVariant) -> Value {
    if variant.is_range() {
        json!({
            "name": variant.name,
            "from": variant.first,
            "to": variant.last,
            "doc": variant.doc,
        })
    } else {
        json!({ "name": variant.name, "code": variant.first, "doc": variant.doc })
    }
}

fn payload(webhook: &Webhook) -> TypePath {
    local_path(&webhook_area(webhook), &webhook.name)
}

fn response(webhook: &Webhook) -> TypePath {
    match &webhook.response {
        WebhookResponse::Own(response) => local_path(&webhook_area(webhook), &response.name),
        WebhookResponse::Shared(name) => local_path(WEBHOOK, name),
    }
}

fn all(model: &Model) -> impl Iterator<Item = &Webhook> {
    model.webhooks.modules.values().flatten()
}

fn fields(webhooks: &Webhooks) -> impl Iterator<Item = &Field> {
    webhooks.parameters.iter().flat_map(|parameters| &parameters.fields)
}

/// The name of a parameter of webhooks among all parameters.
fn component(wire: &str) -> String {
    format!("{WEBHOOK}{}", wire.to_upper_camel_case())
}
