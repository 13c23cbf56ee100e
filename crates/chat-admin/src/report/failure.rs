use std::{fmt, sync::Arc};

use chat_transport::Error;
use chat_types::{
    ErrorCode, ItemOutcome,
    spec::{EndpointSpec, RetryAdvice},
};
use serde::{Deserialize, Serialize};

use crate::Outcome;

/// Why an item is not known to be done. A clone is cheap.
#[derive(Clone)]
pub struct Failure(Arc<Inner>);

struct Inner {
    facts: Facts,
    meaning: Option<&'static str>,
    error: Option<Error>,
}

/// What a journal keeps of a failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Facts {
    kind: FailureKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
    text: String,
    can_retry: bool,
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// The service refused this item.
    Item,
    /// The call that carried it failed, and with it all its items.
    Call,
    /// The response does not mention the item.
    NotMentioned,
    /// The job ended while it was under way.
    CutOff,
    /// What was to be done could not be found out. Nothing was sent.
    LookUp,
}

impl Failure {
    /// What the response says of one item, as far as that is a failure.
    pub(crate) fn of_item(endpoint: &EndpointSpec, code: Option<i64>, info: &str) -> Self {
        let known = code.map(ErrorCode::from);
        let text = match (code, info) {
            (Some(code), "") => format!("refused with result {code}"),
            (Some(code), info) => format!("refused with {code}: {info}"),
            (None, "") => "refused".to_owned(),
            (None, info) => format!("refused: {info}"),
        };
        let can_retry = known.is_some_and(|code| code.retry_advice() == RetryAdvice::AfterBackoff);
        let facts = Facts { kind: FailureKind::Item, code, text, can_retry };
        Self::new(facts, endpoint, None)
    }

    /// What a call that failed says of each of its items.
    pub(crate) fn of_call(error: Error) -> Self {
        let facts = Facts {
            kind: FailureKind::Call,
            code: error.code().map(ErrorCode::get),
            text: error.to_string(),
            can_retry: error.is_retryable(),
        };
        Self::new(facts, error.endpoint(), Some(error))
    }

    pub(crate) fn not_mentioned(endpoint: &EndpointSpec, is_safe_to_repeat: bool) -> Self {
        Self::without_code(
            endpoint,
            FailureKind::NotMentioned,
            "the response does not mention it",
            is_safe_to_repeat,
        )
    }

    pub(crate) fn cut_off(endpoint: &EndpointSpec, is_safe_to_repeat: bool) -> Self {
        let text = "the job was cut off before the response came";
        Self::without_code(endpoint, FailureKind::CutOff, text, is_safe_to_repeat)
    }

    /// Why it is not known what was to be done to an item. The code is that of the call to find out.
    #[cfg(all(feature = "account", feature = "group"))]
    pub(crate) fn of_look_up(
        endpoint: &EndpointSpec,
        problem: impl fmt::Display,
        code: Option<i64>,
        can_retry: bool,
    ) -> Self {
        let text = format!("it could not be looked up: {problem}");
        Self::new(Facts { kind: FailureKind::LookUp, code, text, can_retry }, endpoint, None)
    }

    fn without_code(
        endpoint: &EndpointSpec,
        kind: FailureKind,
        text: &str,
        can_retry: bool,
    ) -> Self {
        Self::new(Facts { kind, code: None, text: text.to_owned(), can_retry }, endpoint, None)
    }

    pub(crate) fn new(facts: Facts, endpoint: &EndpointSpec, error: Option<Error>) -> Self {
        let meaning = facts.code.and_then(|code| endpoint.meaning_of(ErrorCode::from(code)));
        Self(Arc::new(Inner { facts, meaning, error }))
    }

    pub(crate) fn facts(&self) -> &Facts {
        &self.0.facts
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> FailureKind {
        self.0.facts.kind
    }

    /// The service's code: of the call, or the item's own in the numbering of the endpoint's answer.
    pub fn code(&self) -> Option<i64> {
        self.0.facts.code
    }

    /// What the code means on this endpoint; `None` where it is not documented.
    pub fn meaning(&self) -> Option<&'static str> {
        self.0.meaning
    }

    /// Whether trying again can help and does no harm. A job that is resumed does so.
    pub fn is_retryable(&self) -> bool {
        self.0.facts.can_retry
    }

    /// The error of the call, where it failed as a whole and not in an earlier run of the job.
    pub fn error(&self) -> Option<&Error> {
        self.0.error.as_ref()
    }
}

impl Outcome {
    /// What a response says of one item.
    pub(crate) fn of_item(
        endpoint: &EndpointSpec,
        outcome: ItemOutcome,
        is_safe_to_repeat: bool,
    ) -> Self {
        match outcome {
            ItemOutcome::Done => Self::Done,
            ItemOutcome::Pending => Self::Pending,
            ItemOutcome::Failed { code, info } => {
                Self::Failed(Failure::of_item(endpoint, code, &info))
            }
            _ => Self::Unknown(Failure::not_mentioned(endpoint, is_safe_to_repeat)),
        }
    }

    /// What a call that failed says of each of its items.
    pub(crate) fn of_call(error: Error) -> Self {
        let may_be_done = error.may_have_taken_effect();
        let failure = Failure::of_call(error);
        if may_be_done { Self::Unknown(failure) } else { Self::Failed(failure) }
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
        let Facts { kind, code, text, can_retry } = &self.0.facts;
        f.debug_struct("Failure")
            .field("kind", kind)
            .field("code", code)
            .field("text", text)
            .field("is_retryable", can_retry)
            .finish()
    }
}
