//! Schemas, parameters and security schemes that the document refers to.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    index::{ENVELOPE, Index, TAG_VALUE, local_path, open_name, schema_ref},
    schemas::{Schemas, described, value_list},
    style::{Components, Received},
    unions, webhooks,
};
use crate::{
    model::{Bounds, Direction, Endpoint, Model, Type, Variant, markdown},
    print::{received, shape},
};

/// The components that the rest of the document refers to.
pub(super) fn components(model: &Model, index: &Index<'_>, document: &Value) -> Value {
    let mut schemas = shared(index);
    for endpoint in model.areas.values().flat_map(|area| &area.endpoints) {
        let name = |name: &str| index.name_of(&local_path(&endpoint.area, name)).to_owned();
        schemas.insert(name(&endpoint.name), request(endpoint, index));
        schemas.insert(name(&endpoint.response_name), response(endpoint, index));
    }
    webhooks::add_schemas(model, index, &mut schemas);
    let parameters = parameters(model, index);
    keep_used(&mut schemas, [document, &parameters]);
    json!({
        "securitySchemes": security_schemes(),
        "parameters": parameters,
        "schemas": schemas,
    })
}

/// All types except requests and responses.
fn shared(index: &Index<'_>) -> Schemas {
    let mut schemas = Schemas::new();
    schemas.insert(ENVELOPE.to_owned(), envelope(index));
    schemas.insert(TAG_VALUE.to_owned(), tag_value());
    for (path, id) in &index.ids {
        let bounds = Bounds { max_bytes: id.max_bytes, ..Bounds::default() };
        let schema = shape::value(&Type::String, &bounds, &Components { index, strict: true });
        schemas.insert(path.name.clone(), Value::Object(described(&id.doc, schema)));
    }
    for list in index.string_enums.values() {
        let listed = add_enumeration(&list.name, &list.doc, "string", &list.values, &mut schemas);
        let open = json!({
            "description": format!("{listed}\n\nOther values may occur."),
            "type": "string",
            "x-listed-values": list.values.iter().map(|each| &each.value).collect::<Vec<_>>(),
        });
        schemas.insert(open_name(&list.name), open);
    }
    for list in index.integer_enums.values() {
        add_enumeration(&list.name, &list.doc, "integer", &list.values, &mut schemas);
    }
    for (path, union) in &index.unions {
        unions::add(path, union, index, &mut schemas);
    }
    for (path, object) in &index.structs {
        if object.direction.is_sent() {
            let schema = shape::object(object, &Components { index, strict: true });
            let schema = described(&object.doc, schema);
            schemas.insert(index.name_of(path).to_owned(), Value::Object(schema));
        }
        if object.direction != Direction::Sent {
            let schema = described(&object.doc, received::object(object, &Received { index }));
            schemas.insert(index.received_name(path), Value::Object(schema));
        }
    }
    for (name, definition) in received::definitions(&Received { index }) {
        schemas.insert(name.to_owned(), definition);
    }
    schemas
}

fn request(endpoint: &Endpoint, index: &Index<'_>) -> Value {
    let schema = shape::object(&endpoint.request, &Components { index, strict: true });
    let mut schema = described(&markdown(&endpoint.facts.summary), schema);
    let facts = &endpoint.facts;
    let groups = shape::groups(facts);
    if !groups.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(groups));
    }
    for (key, groups) in
        [("x-exactly-one-of", &facts.exactly_one_of), ("x-at-least-one-of", &facts.at_least_one_of)]
    {
        if !groups.is_empty() {
            schema.insert(key.to_owned(), json!(groups));
        }
    }
    Value::Object(schema)
}

/// The fields of a response, besides those that all responses share. A failure has none of them, so
/// none is required; those of every success are listed in an extension.
fn response(endpoint: &Endpoint, index: &Index<'_>) -> Value {
    let mut schema = received::object(&endpoint.response, &Received { index });
    if let Some(required) = schema.shift_remove("required") {
        schema.insert("x-required-on-success".to_owned(), required);
    }
    json!({
        "description": format!("Response of {}/{}.", endpoint.service, endpoint.command),
        "allOf": [{ "$ref": schema_ref(ENVELOPE) }, schema],
    })
}

fn envelope(index: &Index<'_>) -> Value {
    json!({
        "description": "Fields of every response, including failures.",
        "type": "object",
        "properties": received::envelope(&Received { index }),
        "required": ["ErrorCode"],
    })
}

fn tag_value() -> Value {
    json!({
        "description": "A value whose type depends on an adjacent tag.",
        "oneOf": [
            { "type": "string" },
            { "type": "integer", "format": "int64" },
            { "type": "array", "items": { "type": "string" } },
        ],
    })
}

/// Adds a component with the listed values, and returns its description.
fn add_enumeration<T: serde::Serialize>(
    name: &str,
    doc: &str,
    json_type: &str,
    variants: &[Variant<T>],
    schemas: &mut Schemas,
) -> String {
    let description = format!("{doc}\n{}", value_list(variants));
    let values = json!(variants.iter().map(|variant| &variant.value).collect::<Vec<_>>());
    let names: Vec<&str> = variants.iter().map(|variant| variant.name.as_str()).collect();
    let listed = json!({
        "description": description,
        "type": json_type,
        "enum": values,
        "x-enum-varnames": names,
    });
    schemas.insert(name.to_owned(), listed);
    description
}

/// Drops schemas that nothing refers to.
fn keep_used(schemas: &mut Schemas, users: [&Value; 2]) {
    let mut used = BTreeSet::new();
    let mut pending = Vec::new();
    users.into_iter().for_each(|user| references(user, &mut pending));
    while let Some(name) = pending.pop() {
        if let Some(schema) = schemas.get(&name)
            && used.insert(name)
        {
            references(schema, &mut pending);
        }
    }
    schemas.retain(|name, _| used.contains(name));
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let reference = members.get("$ref").and_then(Value::as_str).unwrap_or_default();
            found.extend(reference.strip_prefix("#/components/schemas/").map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

fn security_schemes() -> Value {
    let scheme = |name: &str, description: &str| json!({ "type": "apiKey", "in": "query", "name": name, "description": description });
    json!({
        "sdkappid": scheme("sdkappid", "The app's SDKAppID."),
        "identifier": scheme("identifier", "Account of an app admin."),
        "usersig": scheme("usersig", "UserSig of that account, signed with the app's secret key."),
    })
}

/// The parameters of every call, except those that authenticate it, and those of webhooks.
fn parameters(model: &Model, index: &Index<'_>) -> Value {
    let mut parameters = json!({
        "random": {
            "name": "random",
            "in": "query",
            "required": true,
            "description": "A random number, different for each call.",
            "schema": { "type": "integer", "format": "int64", "minimum": 0, "maximum": u32::MAX },
        },
        "contenttype": {
            "name": "contenttype",
            "in": "query",
            "required": true,
            "description": "Format of the body.",
            "schema": { "type": "string", "const": "json" },
        },
    });
    if let Value::Object(parameters) = &mut parameters {
        parameters.extend(webhooks::parameters(model, index));
    }
    parameters
}
