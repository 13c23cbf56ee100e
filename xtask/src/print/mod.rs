//! The model as text. Nothing is decided here.

mod batch;
mod catalog;
mod endpoint;
mod example;
mod facts;
mod imports;
mod objects;
mod openapi;
mod paging;
mod rust;
mod schema;
mod shape;
mod tables;
mod types;
mod webhooks;

use std::{collections::BTreeMap, iter};

use crate::model::Model;

/// Generated files by their path from the root of the repository.
pub(crate) type Files = BTreeMap<String, String>;

/// Every file that follows from the model but the OpenAPI documents.
pub(crate) fn print(model: &Model) -> Files {
    let mut files = Files::new();
    let mut put = |path: String, text: String| files.insert(path, text);
    for (name, area) in &model.areas {
        let folder = format!("{GENERATED}/{name}");
        put(format!("{folder}/mod.rs"), types::area_module(name, area));
        if types::has_types(&area.shared) {
            put(format!("{folder}/types.rs"), types::shared(&area.shared, Some(name)));
        }
        if types::has_tables(&area.shared) {
            let text = types::shared_tables(&area.shared, Some(name));
            put(format!("{folder}/spec/types.rs"), text);
        }
        let modules = area.endpoints.iter().map(|endpoint| endpoint.module.as_str());
        let origin = format!("spec/endpoints/{name}/");
        let text = types::tables_module(&origin, modules, &area.shared);
        put(format!("{folder}/spec/mod.rs"), text);
        for endpoint in &area.endpoints {
            let module = &endpoint.module;
            put(format!("{folder}/{module}.rs"), endpoint::module(endpoint, model));
            put(format!("{folder}/spec/{module}.rs"), endpoint::spec_module(endpoint));
            let path = format!("{SCHEMAS}/{name}/{}", endpoint.module);
            put(format!("{path}.request.json"), schema::request(endpoint, model));
            put(format!("{path}.response.json"), schema::response(endpoint, model));
        }
    }
    put(format!("{GENERATED}/mod.rs"), types::root_module(model));
    put(format!("{GENERATED}/types.rs"), types::shared(&model.shared, None));
    let text = types::tables_module("spec/", iter::empty(), &model.shared);
    put(format!("{GENERATED}/spec/mod.rs"), text);
    put(format!("{GENERATED}/spec/types.rs"), types::shared_tables(&model.shared, None));
    put(format!("{GENERATED}/catalog.rs"), catalog::endpoints(model));
    put(format!("{GENERATED}/services.rs"), tables::services(model));
    put(format!("{GENERATED}/regions.rs"), tables::regions(model));
    put(format!("{GENERATED}/group_types.rs"), tables::group_types(model));
    put(format!("{GENERATED}/error_codes.rs"), tables::error_codes(model));
    files.extend(webhooks::files(model));
    files
}

/// The OpenAPI documents of the model.
pub(crate) fn openapi(model: &Model) -> Files {
    let documents = openapi::documents(model).into_iter();
    documents.map(|(name, text)| (format!("{OPENAPI}/{name}"), text)).collect()
}

/// Where the generated modules of chat-types stand.
pub(crate) const GENERATED: &str = "crates/chat-types/src/generated";
/// Where the JSON Schemas of requests and responses stand.
pub(crate) const SCHEMAS: &str = "crates/chat-types/schemas";
/// Where the OpenAPI documents stand.
pub(crate) const OPENAPI: &str = "crates/chat-types/openapi";
