//! Lookups of error codes in the general tables.

use std::fmt;

use super::{ErrorClass, ErrorCodeSpec, RetryAdvice};
use crate::{ERROR_CODE_RANGES, ERROR_CODES, ErrorCode, catalog::find_sorted};

impl ErrorCode {
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

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.spec() {
            Some(spec) => write!(f, "{} ({})", self.get(), spec.name),
            None => self.get().fmt(f),
        }
    }
}
