//! Prints a signature.

use serde_json::Value;

use crate::{
    error::{Error, Exit},
    output::Output,
};

/// Prints a signature, or with `--output json` the object about it, and reminds somebody who sees it of
/// what it is.
pub(super) fn print_signature(
    signature: &str,
    object: &Value,
    out: &mut Output,
) -> Result<Exit, Error> {
    if out.is_json_by_choice() {
        out.json(object)?;
    } else {
        out.line(signature)?;
    }
    if out.is_terminal() {
        out.note("whoever sees this signature can act as the account until it expires");
    }
    Ok(Exit::Done)
}
