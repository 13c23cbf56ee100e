//! The outcome of one item.

use crate::Failure;

/// The outcome of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The service did it, or it was done before.
    Done,
    /// The service accepted it and waits for an approval.
    Pending,
    /// It was not done.
    Failed(Failure),
    /// It was sent, but no response says whether it was done.
    Unknown(Failure),
}

impl Outcome {
    /// Returns `done`, `pending`, `failed` or `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Returns why it failed or is unknown.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Unknown(failure) => Some(failure),
            Self::Done | Self::Pending => None,
        }
    }

    /// Returns whether it may still be done later: it is unknown, or it failed for a temporary reason.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Done | Self::Pending => false,
            Self::Failed(failure) => failure.is_retryable(),
            Self::Unknown(_) => true,
        }
    }
}
