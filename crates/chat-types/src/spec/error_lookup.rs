//! Lookups of error codes in the general tables.

use std::fmt;

use super::{ErrorClass, ErrorCodeRange, ErrorCodeSpec, RetryAdvice};
use crate::{
    DOCUMENTATION_URL, ERROR_CODE_RANGES, ERROR_CODES, ERROR_CODES_DOC_PAGE, ErrorCode,
    catalog::find_sorted,
};

impl ErrorCode {
    /// Returns what the specification says about this code; `None` if it is undocumented.
    pub fn spec(self) -> Option<&'static ErrorCodeSpec> {
        find_sorted(ERROR_CODES, |spec| spec.code.cmp(&self))
    }

    /// Returns what the code means, in one sentence.
    pub fn meaning(self) -> Option<&'static str> {
        let of_range = || self.range().map(|range| range.meaning);
        self.spec().map(|spec| spec.meaning).or_else(of_range)
    }

    /// Returns what the code means in this service, which may use it for something else.
    pub fn meaning_in(self, service: &str) -> Option<&'static str> {
        self.spec()
            .and_then(|spec| spec.other_meanings.iter().find(|other| other.service == service))
            .map(|other| other.meaning)
            .or_else(|| self.meaning())
    }

    /// Returns the range of codes with one meaning that this code belongs to, such as that of the
    /// custom codes with which an app's webhook refuses messages.
    pub fn range(self) -> Option<&'static ErrorCodeRange> {
        ERROR_CODE_RANGES.iter().find(|range| (range.from..=range.to).contains(&self))
    }

    /// Returns what to do about it, in one sentence.
    ///
    /// ```
    /// use chat_types::ErrorCode;
    ///
    /// assert!(ErrorCode::GROUP_NOT_FOUND.remedy().contains("GroupId"));
    /// ```
    pub fn remedy(self) -> &'static str {
        match (self.spec(), self.range()) {
            (Some(spec), _) => spec.remedy.unwrap_or(spec.class.remedy()),
            (None, Some(range)) => range.remedy,
            (None, None) => ErrorClass::Unknown.remedy(),
        }
    }

    /// Returns the URL of the documentation page whose tables list this code.
    pub fn documentation_url(self) -> Option<String> {
        let is_listed = self.spec().is_some_and(|spec| spec.in_tables);
        is_listed.then(|| format!("{DOCUMENTATION_URL}{ERROR_CODES_DOC_PAGE}"))
    }

    /// Returns what kind of failure it reports.
    pub fn class(self) -> ErrorClass {
        let of_range = || self.range().map(|range| range.class);
        self.spec().map(|spec| spec.class).or_else(of_range).unwrap_or(ErrorClass::Unknown)
    }

    /// Returns whether a retry can help; `Never` for an undocumented code.
    pub fn retry_advice(self) -> RetryAdvice {
        let of_range = || self.range().map(|range| range.retry);
        self.spec().map(|spec| spec.retry).or_else(of_range).unwrap_or(RetryAdvice::Never)
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
