use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Spreads background calls over a period.
///
/// Let through as fast as they come, they would take all places of a period at its start, and an
/// interactive call that came right after would wait for the next one: it can go before calls that
/// wait, but not before calls that went. So in each tenth of a period go a tenth of its calls, and
/// one more that makes up for clocks, and there is always a place that is soon free.
#[derive(Debug)]
pub(super) struct Spread {
    calls: usize,
    period: Duration,
    /// When calls went in the last tenth of a period, oldest first.
    went: VecDeque<Instant>,
}

impl Spread {
    /// For so many calls in a period.
    pub(super) fn new(calls: usize, period: Duration) -> Self {
        Self { calls: calls / PARTS as usize + 1, period: period / PARTS, went: VecDeque::new() }
    }

    /// When the next call may go, unless it is now.
    pub(super) fn later(&self, now: Instant) -> Option<Instant> {
        let oldest = self.went.len().checked_sub(self.calls)?;
        self.went.get(oldest).map(|&went| went + self.period).filter(|&at| at > now)
    }

    pub(super) fn went(&mut self, now: Instant) {
        while self.went.front().is_some_and(|&went| went + self.period <= now) {
            self.went.pop_front();
        }
        self.went.push_back(now);
    }
}

const PARTS: u32 = 10;
