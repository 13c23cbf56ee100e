//! The largest of recent measurements.

use std::time::Duration;

use tokio::time::Instant;

/// The largest measurement of the last 5 to 10 seconds, and at least a guess while there are few.
#[derive(Debug)]
pub(super) struct MovingMax {
    guess: Duration,
    count: usize,
    current: Duration,
    previous: Duration,
    since: Option<Instant>,
}

impl MovingMax {
    pub(super) fn new(guess: Duration) -> Self {
        let (current, previous) = Default::default();
        Self { guess, count: 0, current, previous, since: None }
    }

    pub(super) fn note(&mut self, value: Duration, now: Instant) {
        self.expire(now);
        self.count += 1;
        self.current = self.current.max(value);
    }

    /// Returns whether enough was measured to do without the guess.
    pub(super) fn is_known(&self) -> bool {
        self.count >= ENOUGH
    }

    pub(super) fn get(&mut self, now: Instant) -> Duration {
        self.expire(now);
        let least = if self.is_known() { Duration::ZERO } else { self.guess };
        self.current.max(self.previous).max(least)
    }

    fn expire(&mut self, now: Instant) {
        let age = now.saturating_duration_since(*self.since.get_or_insert(now));
        if age >= OUTDATED_AFTER {
            *self = Self { since: Some(now), ..Self::new(self.guess) };
        } else if age >= PERIOD {
            self.previous = std::mem::take(&mut self.current);
            self.since = Some(now);
        }
    }
}

/// This number of measurements shows how they are distributed: as many as a lease has calls.
pub(super) const ENOUGH: usize = 25;

const PERIOD: Duration = Duration::from_secs(5);

/// By then connections may have been closed, and the route may have changed.
const OUTDATED_AFTER: Duration = Duration::from_secs(20);
