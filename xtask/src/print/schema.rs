//! JSON Schemas (2020-12) of requests and responses.

use serde_json::{Map, Value, json};

use super::{
    digits, received,
    shape::{self, Style},
};
use crate::{
    model::{Bounds, Endpoint, Model, Struct, Type, TypePath, Union, Webhook},
    spec::format::CustomGroupId,
};

/// The schema of a request body.
pub(super) fn request(endpoint: &Endpoint, model: &Model) -> String {
    let mut schema = Scope::endpoint(endpoint, model, Side::Request).document(&endpoint.request);
    let mut added = shape::groups(&endpoint.facts);
    added
        .extend(endpoint.facts.custom_group_id.iter().flat_map(|ids| custom_group_ids(ids, model)));
    if !added.is_empty()
        && let Value::Array(rules) = schema.entry("allOf").or_insert_with(|| json!([]))
    {
        rules.extend(added);
    }
    schema.insert("examples".to_owned(), json!([endpoint.examples.request]));
    shape::text(&Value::Object(schema))
}

/// How the custom ID of a new group begins, which depends on its type. An empty ID asks for an
/// assigned one.
fn custom_group_ids(ids: &CustomGroupId, model: &Model) -> Vec<Value> {
    let (field, group_type) = (ids.field.as_ref(), ids.group_type.as_ref());
    let prefixes: Vec<(&str, &str)> = model
        .group_types
        .iter()
        .filter_map(|(name, facts)| Some((name.as_str(), facts.id_prefix.as_deref()?)))
        .collect();
    let is_one_of = |names: &[&str]| json!({ "properties": { group_type: { "enum": names } }, "required": [group_type] });
    let with_prefix = prefixes.iter().map(|(name, prefix)| {
        let id = json!({ "anyOf": [{ "const": "" }, { "pattern": format!("^{prefix}") }] });
        json!({ "if": is_one_of(&[name]), "then": { "properties": { field: id } } })
    });
    let names: Vec<&str> = prefixes.iter().map(|(name, _)| *name).collect();
    let assigned = json!({ "pattern": format!("^{}", model.assigned_group_id_prefix) });
    let without_prefix = json!({
        "if": { "not": is_one_of(&names) },
        "then": { "properties": { field: { "not": assigned } } },
    });
    with_prefix.chain([without_prefix]).collect()
}

/// The schema of a response: the fields that all responses share, and with them its own fields if the
/// call succeeded. Of a failure nothing else is read.
pub(super) fn response(endpoint: &Endpoint, model: &Model) -> String {
    let scope = Scope::endpoint(endpoint, model, Side::Response);
    let mut schema = scope.head(&endpoint.response);
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(received::envelope(&Standalone)));
    schema.insert("required".to_owned(), json!(["ErrorCode"]));
    let mut content = received::object(&endpoint.response, &Standalone);
    content.shift_remove("type");
    if !endpoint.response.fields.is_empty() {
        schema.insert("if".to_owned(), json!({ "properties": { "ErrorCode": success() } }));
        schema.insert("then".to_owned(), Value::Object(content));
    }
    scope.add_definitions(&endpoint.response, &mut schema);
    schema.insert("examples".to_owned(), json!([shape::example_response(endpoint)]));
    shape::text(&Value::Object(schema))
}

/// The code of a success, in the forms that are read as 0.
fn success() -> Value {
    json!({ "anyOf": [{ "const": 0 }, { "type": "string", "pattern": digits::pattern(0, 0) }] })
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
    schema.extend(shape::webhook_response(response, &Standalone));
    shape::text(&Value::Object(schema))
}

/// The direction of an object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

/// Each document has its own definitions.
struct Standalone;

impl Standalone {
    fn reference(ty: &Type) -> Option<String> {
        match ty {
            Type::Struct(path) | Type::Union(path) => Some(definition(&path.name)),
            _ => None,
        }
    }
}

impl Style for Standalone {
    fn is_strict(&self) -> bool {
        true
    }

    fn reference(&self, ty: &Type, _bounds: &Bounds) -> Option<String> {
        Self::reference(ty)
    }

    fn splits_numbers(&self) -> bool {
        true
    }

    fn has_older_names(&self) -> bool {
        true
    }
}

impl received::Style for Standalone {
    fn definition(&self, name: &str) -> String {
        definition(name)
    }

    fn reference(&self, ty: &Type, _bounds: &Bounds) -> Option<String> {
        Self::reference(ty)
    }

    fn is_complete(&self) -> bool {
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
        let mut schema = self.head(root);
        schema.extend(self.object(root));
        self.add_definitions(root, &mut schema);
        schema
    }

    /// What the schema is about.
    fn head(&self, root: &Struct) -> Map<String, Value> {
        let mut schema = Map::new();
        schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        schema.insert("title".to_owned(), json!(root.name));
        schema.insert("$comment".to_owned(), json!(self.title));
        schema.insert("description".to_owned(), json!(self.summary));
        schema
    }

    /// Adds what the schema refers to.
    fn add_definitions(&self, root: &Struct, schema: &mut Map<String, Value>) {
        let mut definitions = Map::new();
        self.define(root, &mut definitions);
        for (name, integer) in received::definitions(&Standalone) {
            let reference = json!(definition(name)).to_string();
            let is_used = |user: &Map<String, Value>| json!(user).to_string().contains(&reference);
            if is_used(schema) || is_used(&definitions) {
                definitions.insert(name.to_owned(), integer);
            }
        }
        if !definitions.is_empty() {
            definitions.sort_keys();
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
    }

    fn object(&self, object: &Struct) -> Map<String, Value> {
        match self.side {
            Side::Request => shape::object(object, &Standalone),
            Side::Response => received::object(object, &Standalone),
        }
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
        let mut schema = self.object(found);
        schema.insert("description".to_owned(), json!(found.doc));
        definitions.insert(path.name.clone(), Value::Object(schema));
        self.define(found, definitions);
    }

    fn define_union(&self, path: &TypePath, definitions: &mut Map<String, Value>) {
        let Some(types) = self.model.shared_types(path.area.as_deref()) else { return };
        let Some(union) = types.unions.iter().find(|union| union.name == path.name) else { return };
        if definitions.contains_key(&path.name) {
            return;
        }
        let schema = match self.side {
            Side::Request => sent_union(union),
            Side::Response => received::union(union, Standalone::reference),
        };
        definitions.insert(path.name.clone(), schema);
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

/// The tag determines the type of the content; an unlisted tag allows any.
fn sent_union(union: &Union) -> Value {
    let branches: Vec<Value> = union
        .variants
        .iter()
        .map(|variant| {
            let content = json!({ "$ref": definition(&variant.content.name) });
            json!({
                "if": { "properties": { union.tag.as_str(): { "const": variant.value } } },
                "then": { "properties": { union.content.as_str(): content } },
            })
        })
        .collect();
    let tags: Vec<&str> = union.variants.iter().map(|variant| variant.value.as_str()).collect();
    json!({
        "description": union.doc,
        "type": "object",
        "properties": {
            union.tag.as_str(): { "type": "string", "x-listed-values": tags },
            union.content.as_str(): {},
        },
        "required": [union.tag, union.content],
        "allOf": branches,
    })
}

/// The reference to a definition of the same document.
fn definition(name: &str) -> String {
    format!("#/$defs/{name}")
}
