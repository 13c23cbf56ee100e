//! JSON Schemas (2020-12) of requests and answers.

use serde_json::{Map, Value, json};

use crate::model::{
    AnswerType, Bounds, Endpoint, Field, Model, Struct, Type, TypePath, Values, Webhook,
    WebhookAnswer,
};

/// The schema of a request body.
pub(super) fn request(endpoint: &Endpoint, model: &Model) -> String {
    let mut schema = Scope::endpoint(endpoint, model, Side::Request).document(&endpoint.request);
    if !endpoint.facts.exactly_one_of.is_empty() {
        let groups: Vec<Value> = endpoint
            .facts
            .exactly_one_of
            .iter()
            .map(|fields| {
                let each: Vec<Value> =
                    fields.iter().map(|field| json!({ "required": [field] })).collect();
                json!({ "oneOf": each })
            })
            .collect();
        schema.insert("allOf".to_owned(), Value::Array(groups));
    }
    text(schema)
}

/// The schema of an answer, with the fields that all answers share.
pub(super) fn response(endpoint: &Endpoint, model: &Model) -> String {
    let mut schema = Scope::endpoint(endpoint, model, Side::Response).document(&endpoint.response);
    let envelope = [
        ("ActionStatus", json!({ "type": "string", "description": "OK or FAIL." })),
        ("ErrorCode", json!({ "type": "integer", "description": "0 on success, and only then." })),
        ("ErrorInfo", json!({ "type": "string", "description": "Reason of a failure." })),
        (
            "ErrorDisplay",
            json!({ "type": "string", "description": "Further text of some services." }),
        ),
    ];
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, field) in envelope {
            properties.insert(name.to_owned(), field);
        }
    }
    // A refusal holds nothing but the shared fields.
    schema.insert("required".to_owned(), json!(["ErrorCode"]));
    text(schema)
}

/// The schema of a webhook's body.
pub(super) fn webhook_body(webhook: &Webhook, model: &Model) -> String {
    text(Scope::webhook(webhook, model, Side::Response).document(&webhook.payload))
}

/// The schema of the answer to a webhook, with the fields that all of them share.
pub(super) fn webhook_answer(webhook: &Webhook, model: &Model) -> String {
    let answer = match &webhook.answer {
        WebhookAnswer::Own(own) => Some(own),
        WebhookAnswer::Shared(name) => model.webhooks.answer(name),
    };
    let nothing = Struct::default();
    let content = answer.and_then(|answer| answer.content.as_ref()).unwrap_or(&nothing);
    let mut schema = Scope::webhook(webhook, model, Side::Request).document(content);
    let own = schema.remove("properties");
    let mut properties = Map::new();
    properties
        .insert("ActionStatus".to_owned(), json!({ "const": "OK", "description": "Always OK." }));
    properties.insert("ErrorCode".to_owned(), codes(answer));
    let info = json!({ "type": "string", "description": "Text that goes with a refusal." });
    properties.insert("ErrorInfo".to_owned(), info);
    if let Some(Value::Object(own)) = own {
        properties.extend(own);
    }
    schema.insert("title".to_owned(), json!(answer.map(|answer| &answer.name)));
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(["ActionStatus", "ErrorCode", "ErrorInfo"]));
    text(schema)
}

/// The codes that an answer may have, with what each does.
fn codes(answer: Option<&AnswerType>) -> Value {
    let branches: Vec<Value> = answer
        .into_iter()
        .flat_map(|answer| &answer.variants)
        .map(|variant| {
            let mut branch = if variant.is_range() {
                json!({ "minimum": variant.first, "maximum": variant.last })
            } else {
                json!({ "const": variant.first })
            };
            branch["title"] = json!(variant.name);
            branch["description"] = json!(variant.doc);
            branch
        })
        .collect();
    json!({ "type": "integer", "oneOf": branches })
}

/// Which way an object travels: what is sent is strict, what is received stays open to new values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Response,
}

/// What a schema is about, and where the objects that it refers to are found.
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
        let what = if side == Side::Request { "answer" } else { "body" };
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
        schema.extend(object(root, self.side));
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
        let mut schema = object(found, self.side);
        schema.insert("description".to_owned(), json!(found.doc));
        definitions.insert(path.name.clone(), Value::Object(schema));
        self.define(found, definitions);
    }

    /// A union: the form of the content follows from the tag; an unlisted tag leaves it open.
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

fn object(object: &Struct, side: Side) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    let properties: Map<String, Value> =
        in_body(object).map(|each| (each.wire.clone(), field(each, side))).collect();
    schema.insert("properties".to_owned(), Value::Object(properties));
    let required: Vec<&str> =
        in_body(object).filter(|field| field.required).map(|field| field.wire.as_str()).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// The fields that are no parameters of the URL.
fn in_body(object: &Struct) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| !field.in_query)
}

fn field(field: &Field, side: Side) -> Value {
    let mut schema = shape(&field.ty, &field.bounds, side);
    schema.insert("description".to_owned(), json!(field.doc));
    if let Some(default) = &field.default {
        let default = serde_json::from_str(default).unwrap_or(Value::Null);
        schema.insert("default".to_owned(), default);
    }
    Value::Object(schema)
}

fn shape(ty: &Type, bounds: &Bounds, side: Side) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |key: &str, value: Value| schema.insert(key.to_owned(), value);
    match ty {
        Type::Array(item) => {
            put("type", json!("array"));
            put("items", Value::Object(shape(item, bounds, side)));
            if let Some(max) = bounds.max_items {
                put("maxItems", json!(max));
            }
            return schema;
        }
        Type::Map(item) => {
            put("type", json!("object"));
            put("additionalProperties", Value::Object(shape(item, bounds, side)));
            return schema;
        }
        Type::Struct(path) | Type::Union(path) => {
            put("$ref", json!(format!("#/$defs/{}", path.name)));
            return schema;
        }
        Type::TagValue => {
            put("type", json!(["string", "integer", "array"]));
            put("items", json!({ "type": "string" }));
            return schema;
        }
        Type::Verdict(min, max) => {
            put("type", json!("integer"));
            put("anyOf", json!([{ "const": 0 }, { "minimum": min, "maximum": max }]));
            return schema;
        }
        Type::Json => return schema,
        Type::String | Type::Id(_) | Type::TextEnum(_) => put("type", json!("string")),
        Type::Boolean => put("type", json!("boolean")),
        Type::F64 => put("type", json!("number")),
        _ => put("type", json!("integer")),
    };
    if let Some(min) = bounds.min {
        put("minimum", json!(min));
    }
    if let Some(max) = bounds.max {
        put("maximum", json!(max));
    }
    if let Some(bytes) = bounds.max_bytes {
        // JSON Schema counts characters; a text of so many bytes has no more than so many.
        put("maxLength", json!(bytes));
        put("x-max-bytes", json!(bytes));
    }
    match &bounds.values {
        Values::Any => None,
        Values::Listed(list) => {
            let key = if side == Side::Request { "enum" } else { "x-listed-values" };
            let numbers = list.texts.is_empty();
            put(key, if numbers { json!(list.numbers) } else { json!(list.texts) })
        }
        Values::Texts(texts) => put("enum", json!(texts)),
        Values::Numbers(numbers) => put("enum", json!(numbers)),
    };
    schema
}

fn text(schema: Map<String, Value>) -> String {
    let mut text = serde_json::to_string_pretty(&Value::Object(schema)).unwrap_or_default();
    text.push('\n');
    text
}
