//! Error codes of the service.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::lenient;

/// An error code of the service. Documented codes have a constant and a meaning; others are kept as
/// they are.
///
/// The same code can mean something else in another service, see [`meaning_in`](Self::meaning_in).
///
/// ```
/// use chat_types::{ErrorCode, spec::RetryAdvice};
///
/// let code = ErrorCode::from(10002);
/// assert_eq!(code.retry_advice(), RetryAdvice::AfterBackoff);
/// assert_eq!(ErrorCode::from(4711).meaning(), None);
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ErrorCode(i64);

impl ErrorCode {
    /// Success.
    pub const OK: Self = Self(0);

    pub(crate) const fn new(code: i64) -> Self {
        Self(code)
    }

    /// Returns the code as an integer.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<'de> Deserialize<'de> for ErrorCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        lenient::number(deserializer).map(Self)
    }
}

impl From<i64> for ErrorCode {
    fn from(code: i64) -> Self {
        Self(code)
    }
}

impl From<i32> for ErrorCode {
    fn from(code: i32) -> Self {
        Self(code.into())
    }
}

impl From<u32> for ErrorCode {
    fn from(code: u32) -> Self {
        Self(code.into())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
