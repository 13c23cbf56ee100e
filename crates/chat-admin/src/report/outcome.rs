use crate::Failure;

/// What became of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The service did it, or it had been done before.
    Done,
    /// The service took it and waits for somebody's approval.
    Pending,
    /// It was not done.
    Failed(Failure),
    /// It was sent, but no response tells whether it was done.
    Unknown(Failure),
}

impl Outcome {
    /// `done`, `pending`, `failed` or `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why it is not known to be done.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Unknown(failure) => Some(failure),
            Self::Done | Self::Pending => None,
        }
    }

    /// Whether it may yet be done: nobody knows, or it failed for a reason that may pass.
    pub(crate) fn is_open(&self) -> bool {
        match self {
            Self::Done | Self::Pending => false,
            Self::Failed(failure) => failure.is_retryable(),
            Self::Unknown(_) => true,
        }
    }
}
