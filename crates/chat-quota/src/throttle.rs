//! How much of a quota is used after the service refused a call.

use std::time::Duration;

use tokio::time::Instant;

use crate::window::Window;

/// The share of a quota that is used.
///
/// All of it, until the service refuses a call because of too many calls: somebody else uses the
/// same quota, it is lower than documented, or some calls arrived later than calls do. Then the share
/// is halved, at most once a second and to no less than a tenth, and recovers linearly: within five
/// seconds of the cut if no other came shortly before, as after a burst, and twice as slowly each
/// time that the service refuses calls again, to a minute at most.
///
/// Adaptive limiters have a bad record: they take latency for a sign of load and starve, or wait
/// for a success before they recover and never do. This one slows down on refusals alone, which are
/// facts, and recovers by time alone, which nothing can stop: it is a function of the last cut and
/// the clock, with no state that could be left behind.
#[derive(Debug, Default)]
pub(crate) struct Throttle {
    cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    at: Instant,
    /// The share right after the cut.
    share: f64,
    /// How long the share takes to recover.
    recovery: Duration,
}

impl Throttle {
    /// The service refused a call because of too many calls.
    pub(crate) fn refused(&mut self, now: Instant) {
        let recovery = match self.cut {
            None => FIRST_RECOVERY,
            Some(Cut { at, recovery, .. }) => match now.saturating_duration_since(at) {
                since if since < SETTLING => return,
                since if since < 2 * recovery => (2 * recovery).min(LONGEST_RECOVERY),
                _ => FIRST_RECOVERY,
            },
        };
        let share = (self.share(now) / 2.0).max(LEAST_SHARE);
        self.cut = Some(Cut { at: now, share, recovery });
    }

    /// Returns how many calls of a window are used now. A period that is longer than the recovery
    /// is used in full: its calls may all lie within the recovery, which would stop them rather
    /// than slow them down.
    pub(crate) fn calls_now(&self, window: Window, now: Instant) -> usize {
        let calls = window.calls();
        if window.length() > LONGEST_RECOVERY { calls } else { self.share_of(calls, now) }
    }

    /// Returns when `part` of the calls are used; `None` if they are now.
    pub(crate) fn reached_at(&self, part: usize, calls: usize, now: Instant) -> Option<Instant> {
        if self.share_of(calls, now) >= part {
            return None;
        }
        let cut = self.cut?;
        let missing = 1.0 - (part as f64 / calls as f64).min(1.0);
        let passed = 1.0 - missing / (1.0 - cut.share);
        // A little later, so that no rounding leaves it just below.
        Some(cut.at + cut.recovery.mul_f64(passed.clamp(0.0, 1.0)) + Duration::from_millis(1))
    }

    /// Returns how many of these calls are used now, at least one.
    fn share_of(&self, calls: usize, now: Instant) -> usize {
        match self.share(now) {
            share if share >= 1.0 => calls,
            share => ((calls as f64 * share) as usize).max(1),
        }
    }

    fn share(&self, now: Instant) -> f64 {
        let Some(cut) = self.cut else { return 1.0 };
        let passed =
            now.saturating_duration_since(cut.at).as_secs_f64() / cut.recovery.as_secs_f64();
        (cut.share + (1.0 - cut.share) * passed).min(1.0)
    }
}

/// How long the share takes to recover from the first cut.
const FIRST_RECOVERY: Duration = Duration::from_secs(5);

/// How long it takes at most, after several.
const LONGEST_RECOVERY: Duration = Duration::from_secs(60);

/// Calls that were in flight when the share was cut may still be refused, which is no news.
const SETTLING: Duration = Duration::from_secs(1);

const LEAST_SHARE: f64 = 0.1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn refusals_within_a_second_count_as_one() {
        let mut throttle = Throttle::default();
        let start = Instant::now();
        for ms in 0..1_000 {
            throttle.refused(start + Duration::from_millis(ms));
        }
        assert_eq!(throttle.share_of(200, start), 100);
        throttle.refused(start + SECOND);
        assert_eq!(throttle.share_of(200, start + SECOND), 60);
    }

    #[test]
    fn share_stays_above_a_tenth_and_above_one_call() {
        let mut throttle = Throttle::default();
        let start = Instant::now();
        let end = start + 100 * SECOND;
        for second in 0..=100 {
            throttle.refused(start + second * SECOND);
        }
        assert_eq!(throttle.share_of(200, end), 20);
        assert_eq!(throttle.share_of(5, end), 1);
        assert_eq!(throttle.share_of(1, end), 1);
    }

    #[test]
    fn share_recovers_linearly() {
        let mut throttle = Throttle::default();
        let start = Instant::now();
        throttle.refused(start);
        for (after, share) in [(0, 100), (1, 120), (2, 140), (4, 180), (5, 200), (600, 200)] {
            assert_eq!(throttle.share_of(200, start + after * SECOND), share);
        }
    }

    #[test]
    fn repeated_refusals_double_the_recovery_to_a_minute() {
        let mut throttle = Throttle::default();
        let mut at = Instant::now();
        for recovery in [5, 10, 20, 40, 60, 60] {
            throttle.refused(at);
            at += recovery * SECOND;
            assert!(throttle.share_of(200, at - SECOND) < 200, "{recovery} s");
            assert_eq!(throttle.share_of(200, at), 200, "{recovery} s");
        }
        // Two minutes without a refusal after a recovery of one are long enough to start over.
        at += 60 * SECOND;
        throttle.refused(at);
        assert_eq!(throttle.share_of(200, at + 5 * SECOND), 200);
    }

    proptest! {
        #[test]
        fn reached_at_is_neither_early_nor_late(
            calls in 1..100_000_usize,
            part in 0.0..1.0,
            cuts in prop::collection::vec(0..5_000_u64, 1..8),
        ) {
            let mut throttle = Throttle::default();
            let mut now = Instant::now();
            for gap in cuts {
                now += Duration::from_millis(gap);
                throttle.refused(now);
            }
            let part = ((calls as f64 * part) as usize).max(1);
            if let Some(at) = throttle.reached_at(part, calls, now) {
                prop_assert!(throttle.share_of(calls, at) >= part);
                prop_assert!(throttle.share_of(calls, at - Duration::from_millis(2)) < part);
                prop_assert!(at <= now + LONGEST_RECOVERY + Duration::from_millis(1));
            }
        }
    }
}
