//! Rewrites OpenAPI 3.1, which uses JSON Schema, as 3.0, which has its own dialect.

use serde_json::{Map, Value, json};

/// Turns a document of version 3.1 into one of version 3.0.
pub(super) fn rewrite(document: &mut Value) {
    let Value::Object(members) = document else { return };
    members.insert("openapi".to_owned(), json!("3.0.3"));
    // In version 3.0 a license has a name only.
    if let Some(Value::Object(license)) =
        members.get_mut("info").and_then(|info| info.get_mut("license"))
    {
        license.shift_remove("identifier");
    }
    walk(document);
    let Value::Object(members) = document else { return };
    if let Some(webhooks) = members.shift_remove("webhooks") {
        members.insert("x-webhooks".to_owned(), webhooks);
    }
}

/// Rewrites every schema below. Quoted JSON, such as examples, stays as it is.
fn walk(value: &mut Value) {
    match value {
        Value::Object(members) => {
            wrap_reference(members);
            list_the_constant(members);
            mark_nullable(members);
            for (name, member) in members.iter_mut().filter(|(name, _)| !is_quoted(name)) {
                match member {
                    // Here the keys are names of fields.
                    Value::Object(fields) if name == "properties" => {
                        fields.values_mut().for_each(walk);
                    }
                    _ => walk(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(walk),
        _ => {}
    }
}

fn is_quoted(key: &str) -> bool {
    key.starts_with("x-") || matches!(key, "example" | "default" | "enum")
}

/// In version 3.0 the siblings of a reference are ignored.
fn wrap_reference(members: &mut Map<String, Value>) {
    if members.len() > 1
        && let Some(reference) = members.shift_remove("$ref")
    {
        members.shift_insert(0, "allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

/// Version 3.0 has no type for null.
fn mark_nullable(members: &mut Map<String, Value>) {
    match members.get_mut("type") {
        Some(Value::Array(types)) => {
            types.retain(|each| each != "null");
            if let [only] = types.as_mut_slice() {
                let only = only.take();
                members.insert("type".to_owned(), only);
                members.insert("nullable".to_owned(), json!(true));
            }
        }
        Some(Value::String(only)) if only == "null" => {
            // Generators of clients recognize null in this form only; a type would hide it.
            members.shift_remove("type");
            members.insert("enum".to_owned(), json!([null]));
        }
        _ => {}
    }
}

fn list_the_constant(members: &mut Map<String, Value>) {
    if let Some(constant) = members.shift_remove("const") {
        members.insert("enum".to_owned(), json!([constant]));
    }
}
