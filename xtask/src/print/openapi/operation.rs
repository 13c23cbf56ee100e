//! One operation per endpoint.

use heck::ToLowerCamelCase;
use serde_json::{Map, Value, json};

use super::{
    extensions,
    index::{Index, local_path},
    style::Components,
};
use crate::{
    model::{Endpoint, Field, Model},
    print::shape,
};

/// The paths of all endpoints.
pub(super) fn paths(model: &Model, index: &Index<'_>) -> Value {
    let mut paths = Map::new();
    for endpoint in model.areas.values().flat_map(|area| &area.endpoints) {
        let path = format!("/v4/{}/{}", endpoint.service, endpoint.command);
        paths.insert(path, json!({ "post": operation(endpoint, index) }));
    }
    paths.sort_keys();
    Value::Object(paths)
}

fn operation(endpoint: &Endpoint, index: &Index<'_>) -> Value {
    let mut operation = Map::new();
    let mut put = |key: &str, value: Value| operation.insert(key.to_owned(), value);
    put("operationId", json!(format!("{}{}", endpoint.area.to_lower_camel_case(), endpoint.name)));
    put("tags", json!([endpoint.area]));
    put("summary", json!(endpoint.facts.title));
    put("description", json!(endpoint.docs.without_data()));
    if let Some(page) = &endpoint.facts.doc_page {
        put("externalDocs", json!({ "url": page.url }));
    }
    put("parameters", parameters(endpoint, index));
    let request = index.reference(&local_path(&endpoint.area, &endpoint.name));
    put(
        "requestBody",
        json!({ "required": true, "content": json_content(&request, &endpoint.examples.request) }),
    );
    let response = index.reference(&local_path(&endpoint.area, &endpoint.response_name));
    put(
        "responses",
        json!({
            "200": {
                "description": RESPONSE,
                "content": json_content(&response, &shape::example_response(endpoint)),
            },
        }),
    );
    operation.extend(extensions::of(endpoint, index));
    Value::Object(operation)
}

/// The parameters of every call, and those of this endpoint.
fn parameters(endpoint: &Endpoint, index: &Index<'_>) -> Value {
    let style = Components { index, strict: true };
    let own = endpoint.request.fields.iter().filter(|field| field.in_query);
    ["random", "contenttype"]
        .into_iter()
        .map(|name| json!({ "$ref": format!("#/components/parameters/{name}") }))
        .chain(own.map(|field| parameter(field, &style)))
        .collect()
}

pub(super) fn parameter(field: &Field, style: &Components<'_>) -> Value {
    let mut schema = shape::field(field, style);
    let description = schema.shift_remove("description");
    json!({
        "name": field.wire,
        "in": "query",
        "required": field.required,
        "description": description,
        "schema": schema,
    })
}

pub(super) fn json_content(schema: &str, example: &Value) -> Value {
    json!({ "application/json": { "schema": { "$ref": schema }, "example": example } })
}

const RESPONSE: &str = "The response. A failure also has HTTP status 200: its `ErrorCode` is not 0, \
                        `ErrorInfo` gives the reason, and the other fields may be missing.";
