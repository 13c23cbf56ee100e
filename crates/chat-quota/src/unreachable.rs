//! Why a shared quota could not be asked.

use std::sync::Arc;

/// The server of a shared quota did not respond in time, or responded with an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the server of the shared quota cannot be reached: {reason}")]
pub(crate) struct Unreachable {
    reason: Arc<str>,
}

impl Unreachable {
    #[cfg(feature = "redis")]
    pub(crate) fn new(reason: &str) -> Self {
        Self { reason: reason.into() }
    }
}
