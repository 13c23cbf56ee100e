//! The OpenAPI documents accept everything that the types read.
//!
//! They accept more than that: a field of a success that a failure lacks is not required, and a field
//! that has another name is not checked under it. They leave out one thing that no client needs a class
//! for: another kind of JSON in the place of an array or of its entries.

use std::{iter, sync::LazyLock};

use chat_arbitrary::{arbitrary, mutate, splitmix64};
use chat_types::{
    Envelope, ErrorCode, schemas,
    spec::{FieldKind, FieldSpec},
    typed,
};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::{
    equivalence::{ALIASES, read_response},
    parse,
};

proptest! {
    // A smaller seed is not a simpler case.
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn openapi_accepts_every_response_that_the_type_reads(seed: u64, count in 0..4_usize) {
        let mut random = splitmix64(seed);
        for endpoint in typed::all() {
            let spec = endpoint.spec();
            let mut response = arbitrary(random()).response(spec);
            mutate(&mut response, count, &ALIASES, &mut random);
            keep_described(&mut response, spec.response);
            let is_success = Envelope::read(response.to_string().as_bytes())
                .is_ok_and(|envelope| envelope.error_code == ErrorCode::OK);
            if !is_success || read_response(endpoint, &response).is_err() {
                continue;
            }
            let path = format!("/paths/~1v4~1{}~1{}/post/responses/200", spec.service, spec.command);
            for document in DOCUMENTS.iter() {
                document.assert_accepts(&path, &response);
            }
        }
    }

    #[test]
    fn openapi_accepts_every_webhook_that_the_type_reads(seed: u64, count in 0..4_usize) {
        let mut random = splitmix64(seed);
        for webhook in typed::webhooks() {
            let spec = webhook.spec();
            let mut body = arbitrary(random()).webhook_body(spec);
            mutate(&mut body, count, &ALIASES, &mut random);
            keep_described(&mut body, spec.body);
            if webhook.read_body(body.to_string().as_bytes()).is_err() {
                continue;
            }
            for document in DOCUMENTS.iter() {
                let path = format!("{}/{}/post/requestBody", document.webhooks, spec.command);
                document.assert_accepts(&path, &body);
            }
        }
    }
}

/// Removes other kinds of JSON from arrays, and from the place of arrays.
fn keep_described(object: &mut Value, fields: &[FieldSpec]) {
    for field in fields {
        for name in iter::once(&field.name).chain(field.aliases) {
            if let Some(value) = object.get_mut(*name)
                && !is_described(value, &field.kind)
            {
                *value = Value::Null;
            }
        }
    }
}

fn is_described(value: &mut Value, kind: &FieldKind) -> bool {
    match (kind, value) {
        (FieldKind::Array(item), Value::Array(entries)) => {
            entries.retain_mut(|entry| has_kind(entry, item) && is_described(entry, item));
            true
        }
        (FieldKind::Array(_), _) => false,
        (FieldKind::Object(fields), value @ Value::Object(_)) => {
            keep_described(value, fields);
            true
        }
        (FieldKind::Map(item), Value::Object(values)) => {
            values.values_mut().all(|value| is_described(value, item))
        }
        _ => true,
    }
}

fn has_kind(entry: &Value, kind: &FieldKind) -> bool {
    match kind {
        FieldKind::String => entry.is_string(),
        // Every type of integer has these.
        FieldKind::Integer | FieldKind::Verdict { .. } => {
            entry.as_u64().is_some_and(|number| i32::try_from(number).is_ok())
        }
        FieldKind::Number => entry.is_number(),
        FieldKind::Boolean => entry.is_boolean(),
        FieldKind::Array(_) => entry.is_array(),
        FieldKind::Object(_) | FieldKind::Map(_) | FieldKind::Tagged(_) => entry.is_object(),
        _ => true,
    }
}

/// An OpenAPI document as one schema: an object with a property for each component.
struct Document {
    content: Value,
    webhooks: &'static str,
    components: Validator,
}

impl Document {
    fn new(text: &str, webhooks: &'static str) -> Self {
        let content = parse(text.as_bytes());
        let mut components = content["components"]["schemas"].clone();
        if content["openapi"].as_str().unwrap().starts_with("3.0") {
            allow_null(&mut components);
        }
        let names = components.as_object().unwrap().keys();
        let properties = names
            .map(|name| (name.clone(), json!({ "$ref": format!("#/components/schemas/{name}") })));
        let schema = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "properties": properties.collect::<Map<_, _>>(),
            "components": { "schemas": components },
        });
        let components = jsonschema::validator_for(&schema).unwrap();
        Self { content, webhooks, components }
    }

    /// Validates a value against the schema of the content at `path`.
    fn assert_accepts(&self, path: &str, value: &Value) {
        let schema = format!("{path}/content/application~1json/schema/$ref");
        let reference = self.content.pointer(&schema).unwrap().as_str().unwrap();
        let (_, name) = reference.rsplit_once('/').unwrap();
        crate::check(&self.components, &json!({ name: value }), path);
    }
}

/// Rewrites `nullable` of OpenAPI 3.0 as JSON Schema.
fn allow_null(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.get("nullable") == Some(&json!(true))
                && let Some(json_type) = members.get_mut("type")
            {
                *json_type = json!([json_type.take(), "null"]);
            }
            members.values_mut().for_each(allow_null);
        }
        Value::Array(items) => items.iter_mut().for_each(allow_null),
        _ => {}
    }
}

static DOCUMENTS: LazyLock<[Document; 2]> = LazyLock::new(|| {
    [
        Document::new(schemas::openapi_3_1(), "/webhooks"),
        Document::new(schemas::openapi_3_0(), "/x-webhooks"),
    ]
});
