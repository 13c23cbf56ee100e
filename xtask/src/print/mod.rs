//! Prints the model as text, and decides nothing.

mod access;
mod batch;
mod catalog;
mod digits;
mod editions;
mod endpoint;
mod error_codes;
mod example;
mod facts;
mod imports;
mod limits;
mod objects;
mod openapi;
mod paging;
mod received;
mod rust;
mod schema;
mod service_limits;
mod shape;
mod tables;
mod types;
mod webhooks;

use std::{collections::BTreeMap, iter};

pub(crate) use self::rust::HEADER;
use crate::model::{Model, WEBHOOK};

/// Generated files by their path from the root of the repository.
pub(crate) type Files = BTreeMap<String, String>;

/// The Rust code of chat-types, not yet formatted.
pub(crate) fn types(model: &Model) -> Files {
    let mut files = Files::new();
    let mut put = |path: &str, text: String| files.insert(format!("{GENERATED}/{path}.rs"), text);
    put("mod", types::root_module(model));
    put("types", types::shared(&model.shared, None));
    put("spec/mod", types::tables_module("spec/", iter::empty(), &model.shared));
    put("spec/types", types::shared_tables(&model.shared, None));
    put("catalog", catalog::endpoints(model));
    put("limits", service_limits::service_limits(model));
    put("services", tables::services(model));
    put("editions", editions::editions(model));
    put("regions", tables::regions(model));
    put("group_types", tables::group_types(model));
    put("error_codes", error_codes::error_codes(model));
    for (name, area) in &model.areas {
        put(&format!("{name}/mod"), types::area_module(name, area));
        let modules = area.endpoints.iter().map(|endpoint| endpoint.module.as_str());
        let origin = format!("spec/endpoints/{name}/");
        put(&format!("{name}/spec/mod"), types::tables_module(&origin, modules, &area.shared));
        if types::has_types(&area.shared) {
            put(&format!("{name}/types"), types::shared(&area.shared, Some(name)));
        }
        if types::has_tables(&area.shared) {
            put(&format!("{name}/spec/types"), types::shared_tables(&area.shared, Some(name)));
        }
        for endpoint in &area.endpoints {
            let module = &endpoint.module;
            put(&format!("{name}/{module}"), endpoint::module(endpoint));
            put(&format!("{name}/spec/{module}"), endpoint::spec_module(endpoint));
        }
    }
    webhooks::add_files(model, &mut put);
    files
}

/// The JSON Schemas of requests, responses and webhooks.
pub(crate) fn schemas(model: &Model) -> Files {
    let mut files = Files::new();
    let mut put = |path: String, request: String, response: String| {
        files.insert(format!("{SCHEMAS}/{path}.request.json"), request);
        files.insert(format!("{SCHEMAS}/{path}.response.json"), response);
    };
    for endpoint in model.areas.values().flat_map(|area| &area.endpoints) {
        let path = format!("{}/{}", endpoint.area, endpoint.module);
        put(path, schema::request(endpoint, model), schema::response(endpoint, model));
    }
    for webhook in model.webhooks.modules.values().flatten() {
        let path = format!("{WEBHOOK}/{}/{}", webhook.area, webhook.module);
        let body = schema::webhook_body(webhook, model);
        put(path, body, schema::webhook_response(webhook, model));
    }
    files
}

/// The OpenAPI documents of the model.
pub(crate) fn openapi(model: &Model) -> Files {
    let documents = openapi::documents(model).into_iter();
    documents.map(|(name, text)| (format!("{OPENAPI}/{name}"), text)).collect()
}

/// The folder of the generated modules of chat-types.
pub(crate) const GENERATED: &str = "crates/chat-types/src/generated";
/// The folder of the JSON Schemas of requests and responses.
pub(crate) const SCHEMAS: &str = "crates/chat-types/schemas";
/// The folder of the OpenAPI documents.
pub(crate) const OPENAPI: &str = "crates/chat-types/openapi";
