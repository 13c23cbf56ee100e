use std::{fmt, sync::Arc};

use chat_transport::Error;
use chat_types::spec::EndpointSpec;

/// What became of one item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// The service did it, or it had been done before.
    Done,
    /// The service took it and waits for somebody's approval.
    Pending,
    /// It was not done.
    Failed(Failure),
    /// It was sent, but no answer tells whether it was done.
    Unknown(Failure),
}

impl Outcome {
    /// `done`, `pending`, `failed` or `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Pending => "pending",
            Self::Failed(_) => "failed",
            Self::Unknown(_) => "unknown",
        }
    }

    /// Why it is not known to be done.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Failed(failure) | Self::Unknown(failure) => Some(failure),
            Self::Done | Self::Pending => None,
        }
    }
}

/// Why an item is not known to be done.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Failure {
    /// The service refused this item.
    Item {
        /// The item's own code, in the numbering of this endpoint's answer.
        code: Option<i64>,
        /// The service's words; may be empty.
        info: String,
    },
    /// The call that carried it failed, and with it all its items.
    Call(Arc<Error>),
    /// The answer does not mention the item.
    NotMentioned,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item { code: Some(code), info } if info.is_empty() => {
                write!(f, "refused with result {code}")
            }
            Self::Item { code: Some(code), info } => write!(f, "refused with {code}: {info}"),
            Self::Item { code: None, info } if info.is_empty() => f.write_str("refused"),
            Self::Item { code: None, info } => write!(f, "refused: {info}"),
            Self::Call(error) => error.fmt(f),
            Self::NotMentioned => f.write_str("the answer does not mention it"),
        }
    }
}

/// One item and what became of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemReport {
    /// The account or other id that the item is about.
    pub key: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// One call of a batch: its items in the order they were given, and what went wrong with it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallReport {
    /// Place of the call in the batch, from 0.
    pub number: u64,
    /// What became of its items, in input order.
    pub items: Vec<ItemReport>,
    /// Why the call as a whole failed, if it did.
    pub error: Option<Arc<Error>>,
}

impl CallReport {
    /// How many of its items ended how.
    pub fn summary(&self) -> Summary {
        let mut summary = Summary { calls: 1, ..Summary::default() };
        summary.failed_calls = u64::from(self.error.is_some());
        for item in &self.items {
            let count = match item.outcome {
                Outcome::Done => &mut summary.done,
                Outcome::Pending => &mut summary.pending,
                Outcome::Failed(_) => &mut summary.failed,
                Outcome::Unknown(_) => &mut summary.unknown,
            };
            *count += 1;
        }
        summary
    }
}

/// What became of every item of a batch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// The endpoint that was called.
    pub endpoint: &'static EndpointSpec,
    /// Every call in input order, with every item.
    pub calls: Vec<CallReport>,
    /// How many items ended how.
    pub summary: Summary,
}

impl Report {
    pub(crate) fn new(endpoint: &'static EndpointSpec) -> Self {
        Self { endpoint, calls: Vec::new(), summary: Summary::default() }
    }

    pub(crate) fn add(&mut self, call: CallReport) {
        self.summary.add(call.summary());
        self.calls.push(call);
    }

    /// Every item in input order.
    pub fn items(&self) -> impl Iterator<Item = &ItemReport> {
        self.calls.iter().flat_map(|call| &call.items)
    }

    /// The items that are not known to be done.
    pub fn failures(&self) -> impl Iterator<Item = &ItemReport> {
        self.items().filter(|item| item.outcome.failure().is_some())
    }

    /// The first call that failed as a whole.
    pub fn first_error(&self) -> Option<&Arc<Error>> {
        self.calls.iter().find_map(|call| call.error.as_ref())
    }
}

/// How many items ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Calls made.
    pub calls: u64,
    /// Calls that failed as a whole.
    pub failed_calls: u64,
    /// Items done.
    pub done: u64,
    /// Items that wait for somebody's approval.
    pub pending: u64,
    /// Items not done.
    pub failed: u64,
    /// Items of which nobody knows.
    pub unknown: u64,
}

impl Summary {
    /// All items.
    pub fn items(&self) -> u64 {
        self.done + self.pending + self.failed + self.unknown
    }

    /// Whether every item is done or waits for approval.
    pub fn is_complete(&self) -> bool {
        self.failed == 0 && self.unknown == 0
    }

    /// Adds the counts of further calls.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.failed_calls += other.failed_calls;
        self.done += other.done;
        self.pending += other.pending;
        self.failed += other.failed;
        self.unknown += other.unknown;
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, done, pending, failed, unknown, .. } = self;
        write!(f, "{done} done, {failed} failed, {unknown} unknown")?;
        if *pending > 0 {
            write!(f, ", {pending} waiting for approval")?;
        }
        write!(f, " in {calls} call{}", if *calls == 1 { "" } else { "s" })
    }
}
