//! The time by the server's clock, as responses show it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, Ordering::Relaxed},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use chat_types::clock::Clock;

/// The client's clock, corrected by what the `Date` of responses says about the server's.
///
/// A signature is valid from one instant to another by the server's clock, so signatures need that
/// time. A `Date` has whole seconds and was written between the request and the end of its response,
/// which leaves an interval for the difference between the clocks. While the known difference is in
/// it, nothing changes; otherwise the middle of the interval is the best guess.
pub(crate) struct ServerTime {
    clock: Arc<dyn Clock>,
    /// The number of milliseconds by which the server's clock is ahead.
    offset: AtomicI64,
    is_reported: AtomicBool,
}

impl ServerTime {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, offset: AtomicI64::new(0), is_reported: AtomicBool::new(false) }
    }

    /// Returns the time of the server in seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.local_millis().saturating_add_signed(self.offset.load(Relaxed)) / 1_000
    }

    /// Returns the time of the client's own clock in milliseconds since 1970.
    pub(crate) fn local_millis(&self) -> u64 {
        self.clock.unix_millis()
    }

    /// Returns the number of seconds by which the server's clock is ahead, negative if it is behind.
    pub(crate) fn offset_seconds(&self) -> i64 {
        (self.offset.load(Relaxed) as f64 / 1_000.0).round() as i64
    }

    /// Learns from the `Date` of a response to a request that was made at `requested` by the client's
    /// clock, in milliseconds. A difference of more than a day is not believed.
    pub(crate) fn learn(&self, date: SystemTime, requested: u64) {
        let Some(date) = date.duration_since(UNIX_EPOCH).ok().map(|date| date.as_millis()) else {
            return;
        };
        let ahead_of = |local: u64| {
            let millis = i128::try_from(date).unwrap_or(i128::MAX).saturating_sub(local.into());
            i64::try_from(millis).unwrap_or(i64::MAX)
        };
        let least = ahead_of(self.local_millis());
        let most = ahead_of(requested).saturating_add(DATE_PRECISION);
        let known = self.offset.load(Relaxed);
        if (least..=most).contains(&known) {
            return;
        }
        let offset = least.midpoint(most);
        if offset.unsigned_abs() > MAX_OFFSET {
            return;
        }
        self.offset.store(offset, Relaxed);
        if offset.unsigned_abs() >= NOTABLE_OFFSET && !self.is_reported.swap(true, Relaxed) {
            let seconds = offset / 1_000;
            tracing::warn!(
                offset = seconds,
                "this machine's clock differs from the server's; signatures use the server's"
            );
        }
    }
}

/// The milliseconds of a `Date` are cut off.
const DATE_PRECISION: i64 = 1_000;

/// A day, in milliseconds.
const MAX_OFFSET: u64 = 24 * 60 * 60 * 1_000;

const NOTABLE_OFFSET: u64 = 10_000;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chat_types::clock::ManualClock;

    use super::*;

    const START: u64 = 1_700_000_000;

    fn date(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn date_that_agrees_with_the_clock_changes_nothing() {
        let clock = ManualClock::at(START);
        let time = ServerTime::new(Arc::new(clock.clone()));
        for _ in 0..100 {
            let requested = clock.unix_millis();
            clock.advance_millis(730);
            time.learn(date(clock.unix_millis() / 1_000), requested);
            assert_eq!((time.offset_seconds(), time.now()), (0, clock.now().get()));
        }
    }

    #[test]
    fn offset_is_learned_to_the_second_and_follows_a_clock_that_is_set() {
        let clock = ManualClock::at(START);
        let time = ServerTime::new(Arc::new(clock.clone()));
        for ahead in [120, -120, 3_600, 0] {
            let server = |local: u64| local.saturating_add_signed(ahead);
            for _ in 0..20 {
                let requested = clock.unix_millis();
                clock.advance_millis(137);
                time.learn(date(server(clock.now().get())), requested);
                assert!(time.now().abs_diff(server(clock.now().get())) <= 1, "{ahead}");
            }
        }
    }

    #[test]
    fn offset_of_more_than_a_day_is_not_believed() {
        let time = ServerTime::new(Arc::new(ManualClock::at(START)));
        for seconds in [0, START - 90_000, START + 90_000, 1 << 36] {
            time.learn(date(seconds), START * 1_000);
            assert_eq!(time.now(), START);
        }
    }
}
