//! The limits of the service as constants.

use super::rust::{Code, number};
use crate::{model::Model, spec::format::LimitUnit};

/// The module of the limits.
pub(super) fn service_limits(model: &Model) -> String {
    let mut code = Code::file("spec/limits.toml");
    for limit in &model.limits {
        code.doc(0, &limit.doc);
        if let Some(page) = limit.doc_page {
            code.line("///");
            code.doc(0, &format!("[Documentation]({}{page})", model.documentation_url));
        }
        let (name, value) = (&limit.constant, number(limit.value.into()));
        code.line(format!("pub const {name}: {} = {value};", value_type(limit.unit)));
        code.gap();
    }
    code.finish()
}

/// Lengths are compared with those of Rust's collections, times with those of the protocol.
fn value_type(unit: LimitUnit) -> &'static str {
    match unit {
        LimitUnit::Items | LimitUnit::Bytes => "usize",
        LimitUnit::Number => "u32",
        LimitUnit::Seconds | LimitUnit::Days => "u64",
    }
}
