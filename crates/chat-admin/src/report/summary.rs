//! Items counted by outcome.

use std::fmt;

use serde::Serialize;

use crate::Outcome;

/// The number of items by outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Summary {
    /// Calls made in this run.
    pub calls: u64,
    /// Calls that failed as a whole.
    pub failed_calls: u64,
    /// Items done.
    pub done: u64,
    /// Items that wait for an approval.
    pub pending: u64,
    /// Items that were not done.
    pub failed: u64,
    /// Items that may or may not be done.
    pub unknown: u64,
}

impl Summary {
    /// Returns the number of all items.
    pub fn items(&self) -> u64 {
        self.done + self.pending + self.failed + self.unknown
    }

    /// Returns whether every item is done or pending.
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

    pub(crate) fn count(&mut self, outcome: &Outcome) {
        let count = match outcome {
            Outcome::Done => &mut self.done,
            Outcome::Pending => &mut self.pending,
            Outcome::Failed(_) => &mut self.failed,
            Outcome::Unknown(_) => &mut self.unknown,
        };
        *count += 1;
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
