//! When a call is made again, and how long it waits before that.

use std::{
    fmt,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use chat_types::spec::RetryAdvice;

use crate::{Error, ErrorKind, Phase};

/// How often a call is made again when a repeat can help and does no harm.
///
/// Which failures these are is what [`Error::is_retryable`] says: a call that is not safe to repeat
/// is made again only when it certainly did not reach the service, or when the service refused it
/// because too many came.
///
/// Waits double from the base to the longest, and each is drawn at random between nothing and that
/// (full jitter), so that many clients do not come back at the same time. Three things stretch or
/// end them: a refusal because of too many calls waits out a second first; a `Retry-After` is kept;
/// and a wait that would end after the call's time limit is not begun: the call fails at once. A
/// UserSig that the service refuses is replaced by a new one and the call made again without a wait,
/// once.
///
/// All clones of a client share a budget, so that an outage is not multiplied: there are 35 repeats
/// to begin with, and every call earns a tenth of one back, up to 35. When it is used up, calls are
/// made once.
///
/// ```
/// use chat_transport::RetryPolicy;
/// use std::time::Duration;
///
/// let patient = RetryPolicy::standard()
///     .max_attempts(5)
///     .base_delay(Duration::from_millis(50))
///     .max_delay(Duration::from_secs(2));
/// assert_ne!(patient, RetryPolicy::none());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
}

impl RetryPolicy {
    /// Three attempts, with waits from 100 milliseconds to 5 seconds.
    pub const fn standard() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(5),
        }
    }

    /// Every call is made once.
    pub const fn none() -> Self {
        Self { max_attempts: 1, ..Self::standard() }
    }

    /// How often a call is made at most, the first time included; 0 counts as 1.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The longest first wait.
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest wait of all.
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The wait before the repeat of this number, from 1, for a number drawn at random.
    fn delay(self, repeat: u32, random: u32) -> Duration {
        let doubled = 1_u32.checked_shl(repeat - 1).unwrap_or(u32::MAX);
        let longest = self.base_delay.saturating_mul(doubled).min(self.max_delay);
        let share = f64::from(random) / f64::from(u32::MAX);
        // The longest duration of all does not survive the way through a float.
        Duration::try_from_secs_f64(longest.as_secs_f64() * share).unwrap_or(longest)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

/// The repeats of one call.
#[derive(Debug)]
pub(crate) struct Repeats {
    policy: RetryPolicy,
    made: u32,
    has_new_signature: bool,
}

impl Repeats {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self { policy, made: 0, has_new_signature: false }
    }

    /// How long to wait before the call is made again after this failure; `None` where it is not.
    pub(crate) fn wait(
        &mut self,
        error: &Error,
        is_detour: bool,
        budget: &RetryBudget,
        random: impl FnOnce() -> u32,
    ) -> Option<Duration> {
        // A turn that comes too late for this call comes no sooner.
        let is_late = matches!(
            error.kind(),
            ErrorKind::Timeout(Phase::Quota)
                | ErrorKind::WouldBlock { .. }
                | ErrorKind::QuotaUnavailable
        );
        if self.made + 1 >= self.policy.max_attempts || is_late || !error.is_retryable() {
            return None;
        }
        let wants_signature = error.retry_advice() == Some(RetryAdvice::AfterNewSignature);
        if wants_signature && self.has_new_signature {
            return None;
        }
        // The budget keeps a server from being asked again and again, and this is another one.
        if is_detour {
            self.made += 1;
            return Some(Duration::ZERO);
        }
        if !budget.take() {
            return None;
        }
        self.made += 1;
        if wants_signature {
            self.has_new_signature = true;
            return Some(Duration::ZERO);
        }
        let window = if error.is_rate_limited() { WINDOW } else { Duration::ZERO };
        let delay = window.saturating_add(self.policy.delay(self.made, random()));
        Some(delay.max(error.retry_after().unwrap_or_default()))
    }
}

/// How many repeats the clones of a client may make, in tenths.
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    /// A call that is made for the first time earns a tenth of a repeat.
    pub(crate) fn earn(&self) {
        let _ = self.0.fetch_update(Relaxed, Relaxed, |left| Some((left + 1).min(FULL)));
    }

    fn take(&self) -> bool {
        self.0.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(REPEAT)).is_ok()
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} repeats", self.0.load(Relaxed) / REPEAT)
    }
}

/// The service counts calls by the second.
const WINDOW: Duration = Duration::from_secs(1);
const REPEAT: u32 = 10;
const FULL: u32 = 35 * REPEAT;

#[cfg(test)]
mod tests {
    use chat_types::{Endpoint, group::GetGroupBanMember};

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_are_drawn_between_nothing_and_that() {
        let policy = RetryPolicy::standard();
        let longest: Vec<u128> =
            (1..=8).map(|repeat| policy.delay(repeat, u32::MAX).as_millis()).collect();
        assert_eq!(longest, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert_eq!(policy.delay(3, 0), Duration::ZERO);
        assert!((199..=200).contains(&policy.delay(3, u32::MAX / 2).as_millis()));
        assert_eq!(policy.delay(4_000, u32::MAX), Duration::from_secs(5));
        let endless = policy.base_delay(Duration::MAX).max_delay(Duration::MAX);
        assert_eq!(endless.delay(1, u32::MAX), Duration::MAX);
    }

    #[test]
    fn too_many_calls_wait_out_a_second_and_the_service_may_ask_for_more() {
        let wait = |error: &Error| {
            let budget = RetryBudget::default();
            Repeats::new(RetryPolicy::standard()).wait(error, false, &budget, || 0)
        };
        let error = |kind| Error::new(GetGroupBanMember::SPEC, kind).after_sending(true);
        let busy = ErrorKind::HttpStatus { status: 503, refusal: None };
        assert_eq!(wait(&error(busy.clone())), Some(Duration::ZERO));
        let seven = Duration::from_secs(7);
        assert_eq!(wait(&error(busy).retry_in(Some(seven))), Some(seven));
        let many = ErrorKind::HttpStatus { status: 429, refusal: None };
        assert_eq!(wait(&error(many)), Some(WINDOW));
        assert_eq!(wait(&error(ErrorKind::Timeout(Phase::Quota))), None);
    }

    #[test]
    fn an_outage_adds_at_most_a_tenth_and_35_attempts() {
        let budget = RetryBudget::default();
        let mut repeats = 0;
        for _ in 0..12_000 {
            budget.earn();
            while budget.take() {
                repeats += 1;
            }
        }
        assert!((1_200..=1_200 + 35).contains(&repeats), "{repeats}");
    }

    #[test]
    fn a_quiet_hour_does_not_fill_the_budget_beyond_its_size() {
        let budget = RetryBudget::default();
        (0..100_000).for_each(|_| budget.earn());
        let repeats = std::iter::repeat_with(|| budget.take()).take_while(|taken| *taken).count();
        assert_eq!(repeats, 35);
    }
}
