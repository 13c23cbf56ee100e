//! The progress of a job.

use std::time::Duration;

use tokio::time::Instant;

use crate::Summary;

/// The progress of a job.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// The number of items by outcome, including those of earlier runs.
    pub summary: Summary,
    /// The number of items whose outcome comes from an earlier run.
    pub earlier: u64,
    /// The length of the input, if it is known.
    pub total: Option<u64>,
    /// The time since the start of this run.
    pub elapsed: Duration,
}

impl Progress {
    pub(crate) fn new(total: Option<u64>) -> Self {
        let (summary, elapsed) = (Summary::default(), Duration::ZERO);
        Self { summary, earlier: 0, total, elapsed }
    }

    pub(crate) fn at(self, start: Option<Instant>) -> Self {
        let elapsed = start.map_or(Duration::ZERO, |start| start.elapsed());
        Self { elapsed, ..self }
    }

    /// Returns the number of items per second in this run.
    pub fn items_per_second(&self) -> f64 {
        let items = self.summary.items().saturating_sub(self.earlier);
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { items as f64 / seconds } else { 0.0 }
    }

    /// Returns how long the rest takes at this rate, or `None` if it cannot be estimated.
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.summary.items());
        Duration::try_from_secs_f64(left as f64 / self.items_per_second()).ok()
    }
}
