//! Exit codes.

use std::process::ExitCode;

use chat_transport::{ErrorKind, Phase};
use chat_types::{
    ErrorCode,
    spec::{ErrorClass, RetryAdvice},
};

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was done.
    Done,
    /// The service refused.
    Refused,
    /// Usage or configuration error: nothing was sent.
    Usage,
    /// No usable response: connection, timeout, HTTP failure.
    NoResponse,
    /// A payload does not fit its type.
    Mismatch,
    /// Some items failed or are unknown.
    Partial,
    /// The service refused the signature, the key or the region.
    Signature,
    /// Rate limited: the service refused for frequency, or the wait would exceed the time limit.
    RateLimited,
    /// The input, the plan or the journal is not the one that was begun with: nothing was sent.
    Changed,
    /// The user interrupted the program.
    Interrupted,
}

impl Exit {
    /// Returns the exit of a program whose call failed.
    pub(crate) fn of_call(error: &chat_transport::Error) -> Self {
        match error.kind() {
            ErrorKind::InvalidRequest(_)
            | ErrorKind::Encode
            | ErrorKind::RequestTooLarge { .. } => Self::Usage,
            ErrorKind::Timeout(Phase::Quota) | ErrorKind::WouldBlock { .. } => Self::RateLimited,
            ErrorKind::Api(refusal) => Self::of_code(refusal.code),
            _ => Self::NoResponse,
        }
    }

    /// Returns the exit of a program whose call was refused with this code.
    fn of_code(code: ErrorCode) -> Self {
        match code.class() {
            ErrorClass::Signature => Self::Signature,
            ErrorClass::RateLimited => Self::RateLimited,
            _ if code.retry_advice() == RetryAdvice::InAnotherRegion => Self::Signature,
            _ => Self::Refused,
        }
    }

    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::NoResponse => 3,
            Self::Mismatch => 4,
            Self::Partial => 5,
            Self::Signature => 6,
            Self::RateLimited => 7,
            Self::Changed => 8,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
