//! Exit codes.

use std::process::ExitCode;

use chat_transport::ErrorKind;

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
            ErrorKind::Api(_) => Self::Refused,
            _ => Self::NoResponse,
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
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}
