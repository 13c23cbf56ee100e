//! Codes that no source states: where they probably come from, and where to look.

use std::{collections::BTreeSet, ops::RangeInclusive};

use chat_types::{DOCUMENTATION_URL, ERROR_CODES, ERROR_CODES_DOC_PAGE, ErrorCode};

use crate::error::Error;

/// Returns an error that says what is known of the codes around it.
pub(super) fn undocumented(code: ErrorCode) -> Error {
    let error = Error::usage(format!("error code {code} is not documented"));
    error.with_code(code.get()).with_hint(format!(
        "{}; see the ErrorInfo that came with it, and {DOCUMENTATION_URL}{ERROR_CODES_DOC_PAGE}",
        neighbors(code)
    ))
}

/// Returns whose codes the documented ones of the same thousand are.
fn neighbors(code: ErrorCode) -> String {
    let thousand = thousand(code.get());
    let documented = ERROR_CODES.iter().filter(|spec| thousand.contains(&spec.code.get()));
    let areas: BTreeSet<&str> = documented.map(|spec| spec.area).collect();
    let (from, to) = thousand.into_inner();
    if areas.is_empty() {
        return format!("none from {from} to {to} is");
    }
    let areas: Vec<&str> = areas.into_iter().collect();
    format!("documented codes from {from} to {to} are of the area {}", areas.join(", "))
}

fn thousand(code: i64) -> RangeInclusive<i64> {
    let from = code.div_euclid(1_000) * 1_000;
    from..=from + 999
}
