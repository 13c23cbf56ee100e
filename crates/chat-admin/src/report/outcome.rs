//! The outcome of one item.

use chat_transport::Error;
use chat_types::{ItemOutcome, spec::EndpointSpec};

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
    /// Converts the outcome that a response reports for one item.
    pub(crate) fn of_item(
        endpoint: &EndpointSpec,
        outcome: ItemOutcome,
        is_safe_to_repeat: bool,
    ) -> Self {
        match outcome {
            ItemOutcome::Done => Self::Done,
            ItemOutcome::Pending => Self::Pending,
            ItemOutcome::Failed { code, info } => {
                Self::Failed(Failure::of_item(endpoint, code, &info))
            }
            _ => Self::Unknown(Failure::not_mentioned(endpoint, is_safe_to_repeat)),
        }
    }

    /// Returns the outcome of an item whose time may not have come when it was sent: if the service
    /// refused it with a result that may mean so, a later attempt can succeed.
    pub(crate) fn of_early_item(self, endpoint: &EndpointSpec) -> Self {
        let Self::Failed(failure) = &self else { return self };
        let batch = endpoint.batch.as_ref();
        let result = failure.code().and_then(|code| batch?.result(code));
        match result.filter(|result| result.is_too_early) {
            Some(_) => Self::Failed(failure.retryable(endpoint)),
            None => self,
        }
    }

    /// Returns the outcome of each item of a call that failed.
    pub(crate) fn of_call(error: Error) -> Self {
        let may_have_taken_effect = error.may_have_taken_effect();
        let failure = Failure::of_call(error);
        if may_have_taken_effect { Self::Unknown(failure) } else { Self::Failed(failure) }
    }

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
