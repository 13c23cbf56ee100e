use std::time::Duration;

use tokio::time::Instant;

use crate::Summary;

/// How far a job has come.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress {
    /// How many items ended how, those of earlier runs included.
    pub summary: Summary,
    /// Items that earlier runs had dealt with.
    pub earlier: u64,
    /// Length of the input, where it is known.
    pub total: Option<u64>,
    /// Since the start of this run.
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

    /// Items per second, in this run.
    pub fn items_per_second(&self) -> f64 {
        let items = self.summary.items().saturating_sub(self.earlier);
        let seconds = self.elapsed.as_secs_f64();
        if seconds > 0.0 { items as f64 / seconds } else { 0.0 }
    }

    /// How long the rest takes at this rate; `None` where nobody can tell.
    pub fn time_left(&self) -> Option<Duration> {
        let left = self.total?.saturating_sub(self.summary.items());
        Duration::try_from_secs_f64(left as f64 / self.items_per_second()).ok()
    }
}
