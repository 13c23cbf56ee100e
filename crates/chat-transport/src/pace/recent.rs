use std::time::Duration;

use tokio::time::Instant;

use super::leases::ENOUGH;

/// The largest of the values of the last seconds. At least a guess where these are few.
#[derive(Debug)]
pub(super) struct Recent {
    guess: Duration,
    count: usize,
    current: Duration,
    previous: Duration,
    since: Option<Instant>,
}

impl Recent {
    pub(super) fn of(guess: Duration) -> Self {
        let (current, previous) = Default::default();
        Self { guess, count: 0, current, previous, since: None }
    }

    pub(super) fn note(&mut self, value: Duration, now: Instant) {
        self.turn_over(now);
        self.count += 1;
        self.current = self.current.max(value);
    }

    pub(super) fn is_known(&self) -> bool {
        self.count >= ENOUGH
    }

    pub(super) fn largest(&mut self, now: Instant) -> Duration {
        self.turn_over(now);
        let least = if self.is_known() { Duration::ZERO } else { self.guess };
        self.current.max(self.previous).max(least)
    }

    fn turn_over(&mut self, now: Instant) {
        let age = now.saturating_duration_since(*self.since.get_or_insert(now));
        if age >= LONG_AGO {
            *self = Self { since: Some(now), ..Self::of(self.guess) };
        } else if age >= RECENT {
            self.previous = std::mem::take(&mut self.current);
            self.since = Some(now);
        }
    }
}

const RECENT: Duration = Duration::from_secs(5);

/// By then connections may have been closed, and the way may be another one.
const LONG_AGO: Duration = Duration::from_secs(20);
