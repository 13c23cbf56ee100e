//! JSON Schemas (2020-12) of requests and responses.

use serde_json::{Map, Value, json};

use super::shape::{self, Style};
use crate::model::{Bounds, Endpoint, Model, Struct, Type, TypePath, Webhook};

/// The schema of a request body.
pub(super) fn request(endpoint: &Endpoint, model: &Model) -> String {
    let mut schema = Scope::endpoint(endpoint, model, Side::Request).document(&endpoint.request);
    let groups = shape::groups(&endpoint.facts);
    if !groups.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(groups));
    }
    schema.insert("examples".to_owned(), json!([endpoint.examples.request]));
    shape::text(&Value::Object(schema))
}

/// The schema of a response, with the fields that all responses share.
pub(super) fn response(endpoint: &Endpoint, model: &Model) -> String {
    let mut schema = Scope::endpoint(endpoint, model, Side::Response).document(&endpoint.response);
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, field) in shape::envelope() {
            properties.insert(name.to_owned(), field);
        }
    }
    // A failure has only the shared fields.
    schema.insert("required".to_owned(), json!(["ErrorCode"]));
    schema.insert("examples".to_owned(), json!([shape::example_response(endpoint)]));
    shape::text(&Value::Object(schema))
}

/// The schema of a webhook's body.
pub(super) fn webhook_body(webhook: &Webhook, model: &Model) -> String {
    let mut schema = Scope::webhook(webhook, model, Side::Response).document(&webhook.payload);
    schema.insert("examples".to_owned(), json!([webhook.example]));
    shape::text(&Value::Object(schema))
}

/// The schema of the response to a webhook, with the fields that all of them share.
pub(super) fn webhook_response(webhook: &Webhook, model: &Model) -> String {
    let response = model.webhooks.response_to(webhook);
    let nothing = Struct::default();
    let content = response.and_then(|response| response.content.as_ref()).unwrap_or(&nothing);
    let mut schema = Scope::webhook(webhook, model, Side::Request).document(content);
    schema.insert("title".to_owned(), json!(response.map(|response| &response.name)));
    schema.extend(shape::webhook_response(response, &Side::Request));
    shape::text(&Value::Object(schema))
}

/// The direction of an object: schemas of requests are strict, those of responses accept new values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

impl Style for Side {
    fn is_strict(&self) -> bool {
        *self == Self::Request
    }

    fn reference(&self, ty: &Type, _bounds: &Bounds) -> Option<String> {
        match ty {
            Type::Struct(path) | Type::Union(path) => Some(format!("#/$defs/{}", path.name)),
            _ => None,
        }
    }

    fn splits_numbers(&self) -> bool {
        true
    }
}

/// The subject of a schema, and the objects that it can refer to.
struct Scope<'a> {
    title: String,
    summary: &'a str,
    structs: &'a [Struct],
    model: &'a Model,
    side: Side,
}

impl<'a> Scope<'a> {
    fn endpoint(endpoint: &'a Endpoint, model: &'a Model, side: Side) -> Self {
        let what = if side == Side::Request { "request" } else { "response" };
        Self {
            title: format!("{}/{} {what}", endpoint.service, endpoint.command),
            summary: &endpoint.facts.summary,
            structs: &endpoint.structs,
            model,
            side,
        }
    }

    fn webhook(webhook: &'a Webhook, model: &'a Model, side: Side) -> Self {
        let what = if side == Side::Request { "response" } else { "body" };
        Self {
            title: format!("webhook {} {what}", webhook.command),
            summary: &webhook.facts.summary,
            structs: &webhook.structs,
            model,
            side,
        }
    }

    fn document(&self, root: &Struct) -> Map<String, Value> {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!(root.name));
        schema.insert("$comment".to_owned(), json!(self.title));
        schema.insert("description".to_owned(), json!(self.summary));
        schema.extend(shape::object(root, &self.side));
        let mut definitions = Map::new();
        self.define(root, &mut definitions);
        if !definitions.is_empty() {
            definitions.sort_keys();
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        schema
    }

    /// Collects the objects that an object refers to.
    fn define(&self, holder: &Struct, definitions: &mut Map<String, Value>) {
        for field in &holder.fields {
            match field.ty.item() {
                Type::Struct(path) => self.define_struct(path, definitions),
                Type::Union(path) => self.define_union(path, definitions),
                _ => {}
            }
        }
    }

    fn define_struct(&self, path: &TypePath, definitions: &mut Map<String, Value>) {
        let Some(found) = self.find(path) else { return };
        if definitions.contains_key(&path.name) {
            return;
        }
        let mut schema = shape::object(found, &self.side);
        schema.insert("description".to_owned(), json!(found.doc));
        definitions.insert(path.name.clone(), Value::Object(schema));
        self.define(found, definitions);
    }

    /// A union: the tag determines the type of the content; an unlisted tag allows any.
    fn define_union(&self, path: &TypePath, definitions: &mut Map<String, Value>) {
        let Some(types) = self.model.shared_types(path.area.as_deref()) else { return };
        let Some(union) = types.unions.iter().find(|union| union.name == path.name) else { return };
        if definitions.contains_key(&path.name) {
            return;
        }
        let branches: Vec<Value> = union
            .variants
            .iter()
            .map(|variant| {
                let content = json!({ "$ref": format!("#/$defs/{}", variant.content.name) });
                json!({
                    "if": { "properties": { union.tag.as_str(): { "const": variant.value } } },
                    "then": { "properties": { union.content.as_str(): content } },
                })
            })
            .collect();
        let tags: Vec<&str> = union.variants.iter().map(|variant| variant.value.as_str()).collect();
        definitions.insert(
            path.name.clone(),
            json!({
                "description": union.doc,
                "type": "object",
                "properties": {
                    union.tag.as_str(): { "type": "string", "x-listed-values": tags },
                    union.content.as_str(): {},
                },
                "required": [union.tag, union.content],
                "allOf": branches,
            }),
        );
        for variant in &union.variants {
            self.define_struct(&variant.content, definitions);
        }
    }

    fn find(&self, path: &TypePath) -> Option<&'a Struct> {
        let structs = if path.local {
            self.structs
        } else {
            &self.model.shared_types(path.area.as_deref())?.structs
        };
        structs.iter().find(|object| object.name == path.name)
    }
}
