//! When a call is retried, and after what wait.

use std::{
    fmt,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::Duration,
};

use crate::{Error, ErrorKind, Phase};

/// How often a call is retried, if a retry can help and is safe.
///
/// [`Error::is_retryable`] defines which failures these are: a call that is not safe to repeat is
/// retried only if it certainly did not reach the service, or if the service refused it because it
/// received too many.
///
/// The longest wait doubles from `base_delay` to `max_delay`, and each wait is drawn at random
/// between zero and that (full jitter), so that many clients do not return at the same time. A
/// `Retry-After` is respected, and a wait that would end after the call's time limit is not begun: the
/// call fails immediately. A UserSig that the service refuses is replaced by a new one, and the call
/// is retried without a wait, once.
///
/// A refusal because of too many calls has no effect, and shows that the service works. Such a call is
/// retried until its time limit, with waits that are a second longer. Those retries count neither as
/// attempts nor towards the budget; only [`none`](Self::none) and a single attempt exclude them.
///
/// All clones of a client share a retry budget, so that an outage is not multiplied: it starts with
/// 35 retries, and every call adds a tenth of one, up to 35. While it is exhausted, each call is a
/// single attempt.
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
    /// Returns a policy of three attempts, with waits of up to 100 milliseconds at first and up to 5
    /// seconds at most.
    pub const fn standard() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(100),
            max_delay: Duration::from_secs(5),
        }
    }

    /// Returns a policy without retries.
    pub const fn none() -> Self {
        Self { max_attempts: 1, ..Self::standard() }
    }

    /// Sets the maximum number of attempts, including the first; 0 counts as 1.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// Sets the longest wait before the first retry.
    pub const fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// Sets the longest wait before any retry.
    pub const fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// Returns the wait before a retry, counted from 1, for a random number.
    fn delay(self, retry: u32, random: u32) -> Duration {
        let doubled = 1_u32.checked_shl(retry - 1).unwrap_or(u32::MAX);
        let longest = self.base_delay.saturating_mul(doubled).min(self.max_delay);
        let share = f64::from(random) / f64::from(u32::MAX);
        // The largest duration cannot be represented as a float and converted back.
        Duration::try_from_secs_f64(longest.as_secs_f64() * share).unwrap_or(longest)
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

/// The retries of one call.
#[derive(Debug)]
pub(crate) struct Retries {
    policy: RetryPolicy,
    /// The number of retries, except those after refusals because of too many calls.
    made: u32,
    refusals: u32,
    has_new_signature: bool,
}

impl Retries {
    pub(crate) fn new(policy: RetryPolicy) -> Self {
        Self { policy, made: 0, refusals: 0, has_new_signature: false }
    }

    /// Returns how long to wait before the call is retried after this failure; `None` if it is not.
    pub(crate) fn wait(
        &mut self,
        error: &Error,
        is_other_domain: bool,
        budget: &RetryBudget,
        random: impl FnOnce() -> u32,
    ) -> Option<Duration> {
        // Another attempt would not get a permit any sooner.
        let lacks_permit = matches!(
            error.kind(),
            ErrorKind::Timeout(Phase::Quota)
                | ErrorKind::WouldBlock { .. }
                | ErrorKind::QuotaUnavailable
        );
        if self.policy.max_attempts <= 1 || lacks_permit || !error.is_retryable() {
            return None;
        }
        if error.is_rate_limited() {
            self.refusals += 1;
            return Some(self.wait_after(error, self.refusals, QUOTA_PERIOD, random));
        }
        if self.made + 1 >= self.policy.max_attempts {
            return None;
        }
        let wants_signature = error.wants_new_signature();
        if wants_signature && self.has_new_signature {
            return None;
        }
        // The budget protects the server that failed, and this retry goes to the other one.
        if is_other_domain {
            self.made += 1;
            return Some(Duration::ZERO);
        }
        if !budget.withdraw() {
            return None;
        }
        self.made += 1;
        if wants_signature {
            self.has_new_signature = true;
            return Some(Duration::ZERO);
        }
        Some(self.wait_after(error, self.made, Duration::ZERO, random))
    }

    fn wait_after(
        &self,
        error: &Error,
        retry: u32,
        least: Duration,
        random: impl FnOnce() -> u32,
    ) -> Duration {
        let delay = least.saturating_add(self.policy.delay(retry, random()));
        delay.max(error.retry_after().unwrap_or_default())
    }
}

/// The number of retries that the clones of a client may make, in tenths.
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    /// Adds the tenth of a retry that each call contributes.
    pub(crate) fn deposit(&self) {
        let _ = self.0.fetch_update(Relaxed, Relaxed, |tenths| Some((tenths + 1).min(FULL)));
    }

    /// Withdraws one retry, if the budget has one.
    fn withdraw(&self) -> bool {
        self.0.fetch_update(Relaxed, Relaxed, |tenths| tenths.checked_sub(RETRY)).is_ok()
    }
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl fmt::Debug for RetryBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} retries", self.0.load(Relaxed) / RETRY)
    }
}

/// The period in which the service counts calls.
const QUOTA_PERIOD: Duration = Duration::from_secs(1);
const RETRY: u32 = 10;
const FULL: u32 = 35 * RETRY;

#[cfg(test)]
mod tests {
    use chat_types::{Endpoint, group::GetGroupBanMember};

    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_with_full_jitter() {
        let policy = RetryPolicy::standard();
        let longest: Vec<u128> =
            (1..=8).map(|retry| policy.delay(retry, u32::MAX).as_millis()).collect();
        assert_eq!(longest, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
        assert_eq!(policy.delay(3, 0), Duration::ZERO);
        assert!((199..=200).contains(&policy.delay(3, u32::MAX / 2).as_millis()));
        assert_eq!(policy.delay(4_000, u32::MAX), Duration::from_secs(5));
        let endless = policy.base_delay(Duration::MAX).max_delay(Duration::MAX);
        assert_eq!(endless.delay(1, u32::MAX), Duration::MAX);
    }

    #[test]
    fn rate_limited_call_waits_a_second_or_its_retry_after() {
        let wait = |error: &Error| {
            let budget = RetryBudget::default();
            Retries::new(RetryPolicy::standard()).wait(error, false, &budget, || 0)
        };
        let error = |kind| Error::new(GetGroupBanMember::SPEC, kind).after_sending(true);
        let busy = ErrorKind::HttpStatus { status: 503, refusal: None };
        assert_eq!(wait(&error(busy.clone())), Some(Duration::ZERO));
        let seven = Duration::from_secs(7);
        assert_eq!(wait(&error(busy).with_retry_after(Some(seven))), Some(seven));
        let many = ErrorKind::HttpStatus { status: 429, refusal: None };
        assert_eq!(wait(&error(many)), Some(QUOTA_PERIOD));
        assert_eq!(wait(&error(ErrorKind::Timeout(Phase::Quota))), None);
    }

    #[test]
    fn outage_adds_at_most_a_tenth_and_35_attempts() {
        let budget = RetryBudget::default();
        let mut retries = 0;
        for _ in 0..12_000 {
            budget.deposit();
            while budget.withdraw() {
                retries += 1;
            }
        }
        assert!((1_200..=1_200 + 35).contains(&retries), "{retries}");
    }

    #[test]
    fn budget_is_not_filled_beyond_its_size() {
        let budget = RetryBudget::default();
        (0..100_000).for_each(|_| budget.deposit());
        let retries =
            std::iter::repeat_with(|| budget.withdraw()).take_while(|has_retry| *has_retry).count();
        assert_eq!(retries, 35);
    }
}
