//! The outcome of every item, and how they are written to a file.

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

/// The result of a job: the number of items by outcome, and every item that failed or whose outcome is
/// unknown.
#[derive(Clone, Debug)]
#[must_use = "some items may have failed"]
#[non_exhaustive]
pub struct Report {
    /// The number of items by outcome.
    pub summary: Summary,
    /// The items that are neither done nor pending, in input order. Their number is not bounded: for a
    /// list of any length, write them out as they become known with
    /// [`Job::start`](crate::Job::start) and a [`ReportWriter`].
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
    /// The job was stopped. Items without an outcome were not sent.
    Stopped,
    /// The job could not continue. Items without an outcome were not sent.
    Broken(JobError),
}

impl Report {
    pub(crate) fn new(summary: Summary, mut failures: Vec<ItemReport>, end: End) -> Self {
        failures.sort_by_key(|item| item.index);
        Self { summary, failures, end }
    }

    /// Returns whether the input was read to its end and every item is done or pending.
    pub fn is_complete(&self) -> bool {
        self.summary.is_complete() && matches!(self.end, End::Complete)
    }

    /// Returns the error of the first item whose call failed as a whole.
    pub fn first_error(&self) -> Option<&Error> {
        self.failures.iter().find_map(|item| item.outcome.failure()?.error())
    }
}
