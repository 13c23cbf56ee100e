//! Why an item failed or is unknown.

use std::{fmt, sync::Arc};

use chat_transport::Error;
use chat_types::{
    ErrorCode,
    spec::{BatchSpec, EndpointSpec, RetryAdvice},
};
use serde::{Deserialize, Serialize};

/// Why an item failed or is unknown. A clone is cheap.
#[derive(Clone)]
pub struct Failure(Arc<Inner>);

struct Inner {
    facts: Facts,
    /// The error code; not a result in a numbering of its own.
    code: Option<i64>,
    meaning: Option<&'static str>,
    error: Option<Arc<Error>>,
}

/// The part of a failure that a journal stores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Facts {
    kind: FailureKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    text: String,
    is_retryable: bool,
}

impl Facts {
    pub(crate) fn is_retryable(&self) -> bool {
        self.is_retryable
    }
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
        let known = error_code(endpoint, FailureKind::Item, code).map(ErrorCode::from);
        let is_retryable =
            known.is_some_and(|code| code.retry_advice() == RetryAdvice::AfterBackoff);
        let mut text = match known {
            Some(code) => format!("refused with code {code}"),
            None => "refused".to_owned(),
        };
        if !info.is_empty() {
            text += &format!(" ({info})");
        }
        if let Some(meaning) = item_meaning(endpoint, code) {
            text += ": ";
            text += meaning.trim_end_matches('.');
        } else if let (None, Some(code)) = (known, code) {
            text += &format!(": result {code}, which is not documented");
        }
        let facts = Facts { kind: FailureKind::Item, code, text, is_retryable };
        Self::new(facts, endpoint, None)
    }

    /// Returns the same failure of an item that a later attempt can do.
    pub(crate) fn retryable(&self, endpoint: &EndpointSpec) -> Self {
        let facts = Facts { is_retryable: true, ..self.facts().clone() };
        Self::new(facts, endpoint, self.0.error.clone())
    }

    /// Creates the failure of each item of a call whose response was lost and that has not taken
    /// effect, as the service says.
    pub(crate) fn not_done(endpoint: &EndpointSpec) -> Self {
        let text = "the response was lost, and the service has not done it";
        Self::without_code(endpoint, FailureKind::Call, text, true)
    }

    /// Creates the failure of each item of a call that failed.
    pub(crate) fn of_call(error: Error) -> Self {
        let facts = Facts {
            kind: FailureKind::Call,
            code: error.code().map(ErrorCode::get),
            text: error.to_string(),
            is_retryable: error.is_retryable(),
        };
        Self::new(facts, error.endpoint(), Some(Arc::new(error)))
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

    /// Creates the failure of an item that an earlier run has sent and whose outcome its journal lacks.
    pub(crate) fn unrecorded(endpoint: &EndpointSpec, is_safe_to_repeat: bool) -> Self {
        let text = "the journal has no outcome of it: an earlier run ended, or could not write, before \
                    it was recorded";
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

    pub(crate) fn new(facts: Facts, endpoint: &EndpointSpec, error: Option<Arc<Error>>) -> Self {
        let meaning = match facts.kind {
            FailureKind::Item => item_meaning(endpoint, facts.code),
            _ => facts.code.and_then(|code| endpoint.meaning_of(ErrorCode::from(code))),
        };
        let code = error_code(endpoint, facts.kind, facts.code);
        Self(Arc::new(Inner { facts, code, meaning, error }))
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// Returns the kind of failure.
    pub fn kind(&self) -> FailureKind {
        self.0.facts.kind
    }

    /// Returns the error code of the service: that of the call or of the item. `None` if there is none,
    /// or if the results of this endpoint's items are not error codes; [`meaning`](Self::meaning) says
    /// what they mean.
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// Returns what the code or the result of the item means for this endpoint, or `None` if it is not
    /// documented.
    pub fn meaning(&self) -> Option<&'static str> {
        self.0.meaning
    }

    /// Returns whether a retry can help and does no harm. A job that resumes retries such items.
    pub fn is_retryable(&self) -> bool {
        self.0.facts.is_retryable
    }

    /// Returns the error of the call, if the call failed as a whole and in this run of the job.
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_deref()
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
        let Facts { kind, text, is_retryable, .. } = &self.0.facts;
        let code = &self.0.code;
        f.debug_struct("Failure")
            .field("kind", kind)
            .field("code", code)
            .field("text", text)
            .field("is_retryable", is_retryable)
            .finish()
    }
}

/// Returns the result of an item or the code of a call, if it is an error code.
fn error_code(endpoint: &EndpointSpec, kind: FailureKind, code: Option<i64>) -> Option<i64> {
    let has_error_codes = |batch: &BatchSpec| batch.has_error_codes || batch.outcome_list.is_none();
    let has_error_codes = endpoint.batch.as_ref().is_none_or(has_error_codes);
    code.filter(|_| kind != FailureKind::Item || has_error_codes)
}

/// Returns what the result of an item means, or its failure if it has no result.
fn item_meaning(endpoint: &EndpointSpec, result: Option<i64>) -> Option<&'static str> {
    let batch = endpoint.batch.as_ref();
    let Some(value) = result else { return batch?.failed };
    let particular = batch.and_then(|batch| batch.result(value)).map(|result| result.meaning);
    let code = error_code(endpoint, FailureKind::Item, result).map(ErrorCode::from);
    particular.or_else(|| endpoint.meaning_of(code?))
}
