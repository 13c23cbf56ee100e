//! The lists from which the tables of all endpoints are made.

use super::rust::Code;
use crate::model::{Endpoint, Model};

/// One row per endpoint, sorted by service and command.
pub(super) fn endpoints(model: &Model) -> String {
    let mut all: Vec<&Endpoint> = model.areas.values().flat_map(|area| &area.endpoints).collect();
    all.sort_by_key(|endpoint| (&endpoint.service, &endpoint.command));
    let mut code = Code::file("spec/endpoints/");
    code.line("use crate::catalog::{batched, catalog};");
    code.gap();
    code.line("catalog! {");
    for Endpoint { area, name, module, .. } in &all {
        code.line(format!("    {area}::{name} => {area:?} / {module:?},"));
    }
    code.line("}");
    code.gap();
    code.line("batched! {");
    for Endpoint { area, name, .. } in all.iter().filter(|endpoint| endpoint.batch.is_some()) {
        code.line(format!("    {area}::{name} => {area:?},"));
    }
    code.line("}");
    code.finish()
}
