//! What became of every item.

mod chunk;
mod failure;
mod outcome;
mod summary;
mod writer;

use chat_transport::Error;

pub(crate) use self::failure::Facts;
pub use self::{
    chunk::{ChunkReport, ItemReport},
    failure::{Failure, FailureKind},
    outcome::Outcome,
    summary::Summary,
    writer::{ReportFormat, ReportWriter},
};
use crate::JobError;

/// What became of the items of a job: how many ended how, and every one that is not known to be
/// done.
#[derive(Clone, Debug)]
#[must_use = "some items may have failed"]
#[non_exhaustive]
pub struct Report {
    /// How many items ended how.
    pub summary: Summary,
    /// The items that are neither done nor waiting for approval, in input order. Their number is not
    /// bounded: for a list of any length write them out as they come
    /// ([`Job::start`](crate::Job::start) and [`ReportWriter`]).
    pub failures: Vec<ItemReport>,
    /// How the job ended.
    pub end: End,
}

/// How a job ended.
#[derive(Clone, Debug)]
#[must_use = "the job may have ended early"]
#[non_exhaustive]
pub enum End {
    /// The input was read to its end, and every item of it has an outcome.
    Complete,
    /// The job was stopped. What has no outcome was not sent.
    Stopped,
    /// The job could not go on. What has no outcome was not sent.
    Broken(JobError),
}

impl Report {
    pub(crate) fn new(summary: Summary, mut failures: Vec<ItemReport>, end: End) -> Self {
        failures.sort_by_key(|item| item.index);
        Self { summary, failures, end }
    }

    /// Whether the input was read to its end and every item is done or waits for approval.
    pub fn is_complete(&self) -> bool {
        self.summary.is_complete() && matches!(self.end, End::Complete)
    }

    /// The error of the first item whose call failed as a whole.
    pub fn first_error(&self) -> Option<&Error> {
        self.failures.iter().find_map(|item| item.outcome.failure()?.error())
    }
}
