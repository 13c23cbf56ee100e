//! Why the service refuses an action of a client.

use chat_types::ErrorCode;
use thiserror::Error;

use crate::response::ApiError;

/// The error returned when the service refuses what a [`UserClient`](crate::UserClient) does.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The user is not logged in.
    #[error("{0:?} is not logged in; call log_in first")]
    NotLoggedIn(String),
    /// The service refused the action.
    #[error("refused with {code}: {info}")]
    #[non_exhaustive]
    Refused {
        /// The documented code, as client SDKs report it.
        code: ErrorCode,
        /// What was wrong, and where.
        info: String,
    },
}

impl ClientError {
    /// Returns the documented code; `None` if the user is not logged in.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::NotLoggedIn(_) => None,
            Self::Refused { code, .. } => Some(*code),
        }
    }
}

impl From<ApiError> for ClientError {
    fn from(error: ApiError) -> Self {
        Self::Refused { code: error.code, info: error.info }
    }
}
