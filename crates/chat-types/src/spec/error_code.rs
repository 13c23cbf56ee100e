//! What is known about error codes.

use crate::ErrorCode;

/// One error code of the general tables.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrorCodeSpec {
    /// The code.
    pub code: ErrorCode,
    /// The name of its constant.
    pub name: &'static str,
    /// The part of the service it comes from.
    pub area: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What kind of failure it reports, in our judgment.
    pub class: ErrorClass,
    /// What to do about it, in our judgment; `None` if the class states it. See
    /// [`ErrorCode::remedy`].
    pub remedy: Option<&'static str>,
    /// Whether a retry can help, in our judgment unless `documented_retry` is set.
    pub retry: RetryAdvice,
    /// Whether the documentation itself advises a retry.
    pub documented_retry: bool,
    /// Whether the documentation's tables of codes list it, and not only the pages of endpoints.
    pub in_tables: bool,
    /// Whether it reports a state that the caller wanted.
    pub success_like: bool,
    /// What it means in services that use it for something else.
    pub other_meanings: &'static [OtherMeaning],
    /// What else is known.
    pub note: Option<&'static str>,
    /// What it means and what to do about it in Chinese; for common codes only.
    pub zh: Option<ErrorTexts>,
}

/// What an error code means, in a language other than English.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ErrorTexts {
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it; `None` if the class states it.
    pub remedy: Option<&'static str>,
}

/// What an error code means in one service.
#[derive(Debug)]
#[non_exhaustive]
pub struct OtherMeaning {
    /// The service, or a description of where the meaning applies.
    pub service: &'static str,
    /// What it means there.
    pub meaning: &'static str,
}

/// A range of error codes with the same meaning.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrorCodeRange {
    /// The first code.
    pub from: ErrorCode,
    /// The last code.
    pub to: ErrorCode,
    /// What they mean.
    pub meaning: &'static str,
    /// What kind of failure they report, in our judgment.
    pub class: ErrorClass,
    /// Whether a retry can help, in our judgment.
    pub retry: RetryAdvice,
    /// What to do about them, in our judgment.
    pub remedy: &'static str,
}

/// An error code that the documentation page of an endpoint lists.
#[derive(Debug)]
#[non_exhaustive]
pub struct DocumentedError {
    /// The code.
    pub code: ErrorCode,
    /// What it means on this endpoint, if its page differs from the general tables.
    /// [`EndpointSpec::meaning_of`](super::EndpointSpec::meaning_of) consults both.
    pub meaning: Option<&'static str>,
}

impl DocumentedError {
    pub(crate) const fn new(code: i64) -> Self {
        Self { code: ErrorCode::new(code), meaning: None }
    }

    pub(crate) const fn meaning(self, meaning: &'static str) -> Self {
        Self { meaning: Some(meaning), ..self }
    }
}

/// What kind of failure an error code reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorClass {
    /// The request is wrong.
    CallerBug,
    /// Something that the request names does not exist.
    NotFound,
    /// The caller is not allowed to do this.
    Permission,
    /// The signature or its inputs are wrong.
    Signature,
    /// Too many calls were sent.
    RateLimited,
    /// The service failed temporarily.
    Transient,
    /// The current state does not allow it.
    Conflict,
    /// A limit of the plan or the group is reached.
    Quota,
    /// The content was rejected.
    ContentBlocked,
    /// The kind of failure is not known.
    Unknown,
}

impl ErrorClass {
    /// Returns the class in `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CallerBug => "caller_bug",
            Self::NotFound => "not_found",
            Self::Permission => "permission",
            Self::Signature => "signature",
            Self::RateLimited => "rate_limited",
            Self::Transient => "transient",
            Self::Conflict => "conflict",
            Self::Quota => "quota",
            Self::ContentBlocked => "content_blocked",
            Self::Unknown => "unknown",
        }
    }
}

/// Whether retrying a refused call can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// A retry cannot help.
    Never,
    /// A retry after a delay can help.
    AfterBackoff,
    /// A retry with a new signature can help.
    AfterNewSignature,
    /// A retry at the domain of the region that the app belongs to can help.
    InAnotherRegion,
}

impl RetryAdvice {
    /// Returns the advice in `snake_case`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::AfterBackoff => "after_backoff",
            Self::AfterNewSignature => "after_new_signature",
            Self::InAnotherRegion => "in_another_region",
        }
    }
}
