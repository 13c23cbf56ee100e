//! Why an item failed or is unknown.

use std::{fmt, sync::Arc};

use chat_transport::Error;
use chat_types::{
    ErrorCode,
    spec::{EndpointSpec, RetryAdvice},
};
use serde::{Deserialize, Serialize};

/// Why an item failed or is unknown. A clone is cheap.
#[derive(Clone)]
pub struct Failure(Arc<Inner>);

struct Inner {
    facts: Facts,
    meaning: Option<&'static str>,
    error: Option<Error>,
}

/// The part of a failure that a journal stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    kind: FailureKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    text: String,
    is_retryable: bool,
}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// The service refused this item.
    Item,
    /// The call that carried it failed, and with it all its items.
    Call,
    /// The response does not mention the item, or contradicts itself about it.
    NotMentioned,
    /// The job ended while the call was in flight.
    Interrupted,
    /// What to do with the item could not be looked up. Nothing was sent.
    LookUp,
}

impl Failure {
    /// Creates the failure of one item that the response reports as failed.
    pub(crate) fn of_item(endpoint: &EndpointSpec, code: Option<i64>, info: &str) -> Self {
        let known = code.map(ErrorCode::from);
        let text = match (code, info) {
            (Some(code), "") => format!("refused with result {code}"),
            (Some(code), info) => format!("refused with {code}: {info}"),
            (None, "") => "refused".to_owned(),
            (None, info) => format!("refused: {info}"),
        };
        let is_retryable =
            known.is_some_and(|code| code.retry_advice() == RetryAdvice::AfterBackoff);
        let facts = Facts { kind: FailureKind::Item, code, text, is_retryable };
        Self::new(facts, endpoint, None)
    }

    /// Creates the failure of each item of a call that failed.
    pub(crate) fn of_call(error: Error) -> Self {
        let facts = Facts {
            kind: FailureKind::Call,
            code: error.code().map(ErrorCode::get),
            text: error.to_string(),
            is_retryable: error.is_retryable(),
        };
        Self::new(facts, error.endpoint(), Some(error))
    }

    pub(crate) fn not_mentioned(endpoint: &EndpointSpec, is_safe_to_repeat: bool) -> Self {
        Self::without_code(
            endpoint,
            FailureKind::NotMentioned,
            "the response does not say what became of it",
            is_safe_to_repeat,
        )
    }

    pub(crate) fn interrupted(endpoint: &EndpointSpec, is_safe_to_repeat: bool) -> Self {
        let text = "the job ended before the response arrived";
        Self::without_code(endpoint, FailureKind::Interrupted, text, is_safe_to_repeat)
    }

    /// Creates the failure of an item for which a lookup failed, with the code of that call.
    #[cfg(all(feature = "account", feature = "group"))]
    pub(crate) fn of_look_up(
        endpoint: &EndpointSpec,
        problem: impl fmt::Display,
        code: Option<i64>,
        is_retryable: bool,
    ) -> Self {
        let text = format!("lookup failed: {problem}");
        Self::new(Facts { kind: FailureKind::LookUp, code, text, is_retryable }, endpoint, None)
    }

    fn without_code(
        endpoint: &EndpointSpec,
        kind: FailureKind,
        text: &str,
        is_retryable: bool,
    ) -> Self {
        Self::new(Facts { kind, code: None, text: text.to_owned(), is_retryable }, endpoint, None)
    }

    pub(crate) fn new(facts: Facts, endpoint: &EndpointSpec, error: Option<Error>) -> Self {
        let meaning = facts.code.and_then(|code| endpoint.meaning_of(ErrorCode::from(code)));
        Self(Arc::new(Inner { facts, meaning, error }))
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> FailureKind {
        self.0.facts.kind
    }

    /// Returns the code of the service: that of the call, or the result of the item in the numbering of
    /// the endpoint's response.
    pub fn code(&self) -> Option<i64> {
        self.0.facts.code
    }

    /// Returns what the code means for this endpoint, or `None` if it is not documented.
    pub fn meaning(&self) -> Option<&'static str> {
        self.0.meaning
    }

    /// Returns whether a retry can help and does no harm. A job that resumes retries such items.
    pub fn is_retryable(&self) -> bool {
        self.0.facts.is_retryable
    }

    /// Returns the error of the call, if the call failed as a whole and in this run of the job.
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        self.0.facts == other.0.facts
    }
}

impl Eq for Failure {}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.facts.text)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { kind, code, text, is_retryable } = &self.0.facts;
        f.debug_struct("Failure")
            .field("kind", kind)
            .field("code", code)
            .field("text", text)
            .field("is_retryable", is_retryable)
            .finish()
    }
}
