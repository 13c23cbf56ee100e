//! What somebody should know who sees a signature.

use crate::output::Output;

/// Reminds somebody who sees a signature of what it is.
pub(super) fn warn_of_signature(out: &Output) {
    if out.is_terminal() {
        out.note("whoever sees this signature can act as the account until it expires");
    }
}
