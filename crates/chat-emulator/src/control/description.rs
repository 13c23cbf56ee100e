//! What the emulator is: its health, its apps, and the description of the control API.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    call::Call,
    error::ControlError,
    operation::{JSON, Operation, PREFIX},
    route::Route,
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("describe", "", "Describes the emulator: its URL, apps and admins.", describe),
        Route::get("health", "/health", "Returns that the emulator serves requests.", |_| {
            Ok(Health { status: "ok" })
        }),
        Route::get_raw("openapi", "/openapi.json", "Returns this document.", JSON, |_| {
            Ok(OPENAPI.into())
        }),
    ]
}

/// The description of the control API, which a test writes from the routes.
pub(super) const OPENAPI: &[u8] = include_bytes!("../../control-api.json");

/// An emulator.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Emulator"))]
struct Description {
    /// The version of the emulator.
    version: &'static str,
    /// The base URL of the service.
    url: String,
    /// The SDKAppIDs of the apps, in ascending order.
    apps: Vec<u32>,
    /// The UserIDs of the admins, who may call the service.
    admins: Vec<String>,
    /// What the control API does.
    operations: Vec<OperationEntry>,
}

/// An operation of the control API.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Operation"))]
struct OperationEntry {
    /// Its name.
    id: &'static str,
    /// The HTTP method.
    method: String,
    /// The path. A segment in braces is a parameter.
    path: String,
    /// The optional parameters of the query, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query: BTreeMap<&'static str, &'static str>,
    /// What it does.
    summary: &'static str,
}

/// The health of the emulator.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Health {
    /// Always `ok`.
    status: &'static str,
}

fn describe(call: &Call<'_>) -> Result<Description, ControlError> {
    let service = &call.emulator.service;
    let mut apps: Vec<u32> = service.app_ids().collect();
    apps.sort_unstable();
    Ok(Description {
        version: env!("CARGO_PKG_VERSION"),
        url: call.emulator.url.clone(),
        apps,
        admins: service.admins().iter().cloned().collect(),
        operations: call.operations.iter().map(|operation| OperationEntry::of(operation)).collect(),
    })
}

impl OperationEntry {
    fn of(operation: &Operation) -> Self {
        let query = operation.parameters.iter().map(|parameter| (parameter.name, parameter.doc));
        Self {
            id: operation.id,
            method: operation.method.to_string(),
            path: format!("{PREFIX}{}", operation.path),
            query: query.collect(),
            summary: operation.summary,
        }
    }
}
