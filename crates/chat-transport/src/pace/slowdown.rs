use std::time::Duration;

use tokio::time::Instant;

/// What share of the quota is used.
///
/// All of it, until the service refuses a call because too many came: somebody else uses the same
/// quota, or it is not what the documents say. Then the share is halved, at most once a second and
/// never below a tenth, and comes back in a straight line that ends a minute after the cut.
///
/// Limiters that adapt have a bad record: they take latency for a sign of load and starve, or wait
/// for a success before they recover and never do. This one goes down on refusals alone, which are
/// facts, and comes back by time alone, which nothing can keep from passing: it is a function of
/// the last cut and the clock, with no state that could be left behind.
#[derive(Debug, Default)]
pub(super) struct Slowdown {
    cut: Option<Cut>,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    at: Instant,
    /// The share right after.
    share: f64,
}

impl Slowdown {
    /// The service refused a call because too many came.
    pub(super) fn refused(&mut self, now: Instant) {
        if self.cut.is_none_or(|cut| now.saturating_duration_since(cut.at) >= SETTLING) {
            let share = (self.share(now) / 2.0).max(LEAST_SHARE);
            self.cut = Some(Cut { at: now, share });
        }
    }

    /// So many of these calls may go now, at least one.
    pub(super) fn share_of(&self, calls: usize, now: Instant) -> usize {
        match self.share(now) {
            share if share >= 1.0 => calls,
            share => ((calls as f64 * share) as usize).max(1),
        }
    }

    /// When the share of the calls is so large; `None` where it is now.
    pub(super) fn reaches(&self, part: usize, calls: usize, now: Instant) -> Option<Instant> {
        if self.share_of(calls, now) >= part {
            return None;
        }
        let cut = self.cut?;
        let missing = 1.0 - (part as f64 / calls as f64).min(1.0);
        let passed = 1.0 - missing / (1.0 - cut.share);
        // A little later, so that no rounding leaves it just below.
        Some(cut.at + RECOVERY.mul_f64(passed.clamp(0.0, 1.0)) + Duration::from_millis(1))
    }

    fn share(&self, now: Instant) -> f64 {
        let Some(cut) = self.cut else { return 1.0 };
        let passed = now.saturating_duration_since(cut.at).as_secs_f64() / RECOVERY.as_secs_f64();
        (cut.share + (1.0 - cut.share) * passed).min(1.0)
    }
}

/// How long it takes to come back.
pub(super) const RECOVERY: Duration = Duration::from_secs(60);

/// Calls that were on their way when the share was cut may still be refused, and say nothing new.
const SETTLING: Duration = Duration::from_secs(1);

const LEAST_SHARE: f64 = 0.1;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn refusals_within_a_second_count_as_one() {
        let mut slowdown = Slowdown::default();
        let start = Instant::now();
        for ms in 0..1_000 {
            slowdown.refused(start + Duration::from_millis(ms));
        }
        assert_eq!(slowdown.share_of(200, start), 100);
        slowdown.refused(start + SECOND);
        assert_eq!(slowdown.share_of(200, start + SECOND), 50);
    }

    #[test]
    fn the_share_never_falls_below_a_tenth_nor_below_one_call() {
        let mut slowdown = Slowdown::default();
        let start = Instant::now();
        let end = start + 100 * SECOND;
        for second in 0..=100 {
            slowdown.refused(start + second * SECOND);
        }
        assert_eq!(slowdown.share_of(200, end), 20);
        assert_eq!(slowdown.share_of(5, end), 1);
        assert_eq!(slowdown.share_of(1, end), 1);
    }

    #[test]
    fn the_share_comes_back_in_a_straight_line() {
        let mut slowdown = Slowdown::default();
        let start = Instant::now();
        slowdown.refused(start);
        for (after, share) in [(0, 100), (15, 125), (30, 150), (45, 175), (60, 200), (600, 200)] {
            assert_eq!(slowdown.share_of(200, start + after * SECOND), share);
        }
    }

    proptest! {
        #[test]
        fn the_instant_at_which_a_share_is_reached_is_neither_early_nor_late(
            calls in 1..100_000_usize,
            part in 0.0..1.0,
            cuts in prop::collection::vec(0..5_000_u64, 1..8),
        ) {
            let mut slowdown = Slowdown::default();
            let mut now = Instant::now();
            for gap in cuts {
                now += Duration::from_millis(gap);
                slowdown.refused(now);
            }
            let part = ((calls as f64 * part) as usize).max(1);
            if let Some(at) = slowdown.reaches(part, calls, now) {
                prop_assert!(slowdown.share_of(calls, at) >= part);
                prop_assert!(slowdown.share_of(calls, at - Duration::from_millis(2)) < part);
                prop_assert!(at <= now + RECOVERY + Duration::from_millis(1));
            }
        }
    }
}
