//! The OpenAPI document of the control API, written from the routes.

use std::{env, fs};

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use super::{
    ROUTES,
    description::OPENAPI,
    error::ErrorBody,
    operation::{JSON, Operation, PREFIX, parameter_name},
    query::ParameterKind,
    route::Route,
    schemas::Schemas,
};

fn document() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    let error = generator.subschema_for::<ErrorBody>();
    for route in ROUTES.iter() {
        let path =
            paths.entry(format!("{PREFIX}{}", route.operation.path)).or_insert_with(|| json!({}));
        path[route.operation.method.as_str().to_lowercase()] =
            operation(route, &mut generator, &error);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Control API of chat-emulator",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0" },
            "description": "What tests do with an emulator. Requests with an Origin header are refused, \
                and so are host names other than localhost and those that were allowed.",
        },
        "servers": [{ "url": "http://127.0.0.1:8080" }],
        "paths": paths,
        "components": { "schemas": generator.take_definitions(true) },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator, error: &Schema) -> Value {
    let Operation { path, parameters, id, summary, .. } = &route.operation;
    let in_path = path.split('/').filter_map(parameter_name).map(|name| {
        let kind = if name == "sdkappid" { "integer" } else { "string" };
        json!({ "name": name, "in": "path", "required": true, "schema": { "type": kind } })
    });
    let in_query = parameters.iter().map(|parameter| {
        let kind = match parameter.kind {
            ParameterKind::String => "string",
            ParameterKind::Integer => "integer",
            ParameterKind::Boolean => "boolean",
        };
        json!({
            "name": parameter.name, "in": "query", "description": parameter.doc,
            "schema": { "type": kind },
        })
    });
    let parameters: Vec<Value> = in_path.chain(in_query).collect();
    let Schemas { request, response, content_type, raw_request } = &route.schemas;
    let response = response.map_or(json!({}), |schema| schema(generator).into());
    let mut operation = json!({
        "operationId": id,
        "summary": summary,
        "responses": {
            "200": { "description": "Done.", "content": { *content_type: { "schema": response } } },
            "4XX": { "description": "Refused.", "content": { JSON: { "schema": error } } },
        },
    });
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(schema) = request {
        operation["requestBody"] = json!({ "content": { JSON: { "schema": schema(generator) } } });
    }
    if let Some(content_type) = raw_request {
        operation["requestBody"] = json!({ "content": { *content_type: { "schema": {} } } });
    }
    operation
}

#[test]
fn description_agrees_with_the_routes() {
    let document = document();
    if env::var_os("UPDATE_CONTROL_API").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/control-api.json");
        fs::write(path, format!("{document:#}\n")).unwrap();
    } else {
        let committed: Value = serde_json::from_slice(OPENAPI).unwrap();
        assert_eq!(
            committed, document,
            "run UPDATE_CONTROL_API=1 cargo test -p chat-emulator --lib control"
        );
    }
}

#[test]
fn names_and_paths_of_operations_are_unique() {
    let mut seen = std::collections::BTreeSet::new();
    for route in ROUTES.iter() {
        assert!(seen.insert(route.operation.id.to_owned()), "{}", route.operation.id);
        assert!(seen.insert(format!("{route:?}")), "{route:?}");
        assert!(route.operation.summary.ends_with('.'), "{}", route.operation.id);
    }
}
