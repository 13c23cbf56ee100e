//! How background calls leave capacity for interactive calls that come later.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Spreads background calls over a period.
///
/// Sent as fast as they come, they would use up a period at its start, and an interactive call that
/// came right after would wait for the next period: it can overtake calls that wait, but not calls
/// that were sent. So each tenth of a period gets a tenth of its calls, and one more to make up for
/// inexact timers, and some capacity is always about to become free.
#[derive(Debug)]
pub(crate) struct Smoothing {
    calls: usize,
    period: Duration,
    /// When calls went in the last tenth of a period, oldest first.
    recent: VecDeque<Instant>,
}

impl Smoothing {
    /// Returns a smoothing of `calls` calls per `period`.
    pub(crate) fn new(calls: usize, period: Duration) -> Self {
        Self { calls: calls / PARTS as usize + 1, period: period / PARTS, recent: VecDeque::new() }
    }

    /// Returns when the next call may go, unless that is now.
    pub(crate) fn next_at(&self, now: Instant) -> Option<Instant> {
        let oldest = self.recent.len().checked_sub(self.calls)?;
        self.recent.get(oldest).map(|&at| at + self.period).filter(|&at| at > now)
    }

    /// Notes a call that goes now.
    pub(crate) fn note(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|&at| at + self.period <= now) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }
}

const PARTS: u32 = 10;
