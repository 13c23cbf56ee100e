//! Error codes of the service.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    ERROR_CODE_RANGES, ERROR_CODES,
    catalog::find_sorted,
    lenient,
    spec::{ErrorClass, ErrorCodeSpec, RetryAdvice},
};

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

    /// Returns what the specification says about this code; `None` if it is undocumented.
    pub fn spec(self) -> Option<&'static ErrorCodeSpec> {
        find_sorted(ERROR_CODES, |spec| spec.code.cmp(&self))
    }

    /// Returns what the code means, in one sentence.
    pub fn meaning(self) -> Option<&'static str> {
        self.spec().map(|spec| spec.meaning).or_else(|| {
            ERROR_CODE_RANGES
                .iter()
                .find(|range| (range.from..=range.to).contains(&self))
                .map(|range| range.meaning)
        })
    }

    /// Returns what the code means in this service, which may use it for something else.
    pub fn meaning_in(self, service: &str) -> Option<&'static str> {
        self.spec()
            .and_then(|spec| spec.other_meanings.iter().find(|other| other.service == service))
            .map(|other| other.meaning)
            .or_else(|| self.meaning())
    }

    /// Returns what kind of failure it reports.
    pub fn class(self) -> ErrorClass {
        self.spec().map_or(ErrorClass::Unknown, |spec| spec.class)
    }

    /// Returns whether a retry can help; `Never` for an undocumented code.
    pub fn retry_advice(self) -> RetryAdvice {
        self.spec().map_or(RetryAdvice::Never, |spec| spec.retry)
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

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.spec() {
            Some(spec) => write!(f, "{} ({})", self.0, spec.name),
            None => self.0.fmt(f),
        }
    }
}
