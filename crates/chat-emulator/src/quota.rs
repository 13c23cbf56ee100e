use std::collections::{HashMap, VecDeque};

use chat_types::spec::EndpointSpec;

/// How many calls the emulator takes.
///
/// Counted as documented: per app and per endpoint. Calls beyond the limit answer 60007.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum QuotaMode {
    /// As the documentation of each endpoint says.
    #[default]
    Documented,
    /// So many times the documented number, above 0; at least one call per period. A test that
    /// wants to meet a limit quickly scales down, a load test scales up.
    Scaled(f64),
    /// No limits.
    Off,
}

impl QuotaMode {
    /// A documented number under this setting; `None` where nothing limits it.
    pub(crate) fn apply(self, documented: u64) -> Option<u64> {
        match self {
            Self::Documented => Some(documented),
            Self::Off => None,
            // Saturates, which is what a huge factor asks for.
            Self::Scaled(factor) => Some((documented as f64 * factor).round().max(1.0) as u64),
        }
    }

    pub(crate) fn is_sensible(self) -> bool {
        !matches!(self, Self::Scaled(factor) if !(factor.is_finite() && factor > 0.0))
    }

    fn windows(self, spec: &EndpointSpec) -> Vec<Window> {
        let per_second = spec.calls_per_second.map(|calls| (calls, 1));
        let further = spec.long_term_limits.iter().map(|limit| (limit.calls, limit.per_seconds));
        let limits = per_second.into_iter().chain(further);
        limits
            .filter_map(|(calls, seconds)| {
                Some(Window::new(self.apply(calls.into())?, u64::from(seconds) * 1_000))
            })
            .collect()
    }
}

/// The calls of one app, as far as they count against a limit.
#[derive(Debug)]
pub(crate) struct Quota {
    quotas: QuotaMode,
    endpoints: HashMap<(&'static str, &'static str), Vec<Window>>,
}

impl Quota {
    pub(crate) fn new(quotas: QuotaMode) -> Self {
        Self { quotas, endpoints: HashMap::new() }
    }

    /// Counts a call, if it is within every limit. One that is refused counts against none.
    pub(crate) fn take(&mut self, spec: &EndpointSpec, now_millis: u64) -> Result<(), Exceeded> {
        let windows = self
            .endpoints
            .entry((spec.service, spec.command))
            .or_insert_with(|| self.quotas.windows(spec));
        for window in windows.iter_mut() {
            window.forget_before(now_millis);
            if window.is_full() {
                return Err(Exceeded { calls: window.max, millis: window.millis });
            }
        }
        for window in windows {
            window.taken.push_back(now_millis);
        }
        Ok(())
    }
}

/// The limit that a call would have exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exceeded {
    pub(crate) calls: u64,
    pub(crate) millis: u64,
}

/// A sliding window: no period of this length, wherever it starts, holds more calls than allowed.
#[derive(Debug)]
struct Window {
    max: u64,
    millis: u64,
    /// When the calls came that still count, at most `max` of them.
    taken: VecDeque<u64>,
}

impl Window {
    fn new(max: u64, millis: u64) -> Self {
        Self { max, millis, taken: VecDeque::new() }
    }

    fn is_full(&self) -> bool {
        self.taken.len() as u64 >= self.max
    }

    fn forget_before(&mut self, now: u64) {
        // A call of the future is one from before the clock was set back.
        while self.taken.front().is_some_and(|&at| at > now || now - at >= self.millis) {
            self.taken.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use chat_types::{Endpoint as _, group::GetAppidGroupList, group::GetGroupInfo};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_second_holds_more_calls_than_documented(
            pauses in proptest::collection::vec(0_u64..20, 1..1_000),
        ) {
            let mut quota = Quota::new(QuotaMode::Documented);
            let mut taken: Vec<u64> = Vec::new();
            let mut now = 1_000_000;
            for pause in pauses {
                now += pause;
                let in_window = taken.iter().filter(|&&at| now - at < 1_000).count();
                let outcome = quota.take(GetGroupInfo::SPEC, now);
                prop_assert_eq!(outcome.is_ok(), in_window < 200);
                if outcome.is_ok() {
                    taken.push(now);
                }
            }
        }
    }

    #[test]
    fn a_call_counts_for_exactly_one_thousand_milliseconds() {
        let mut quota = Quota::new(QuotaMode::Documented);
        let once_per_second = GetAppidGroupList::SPEC;
        assert!(quota.take(once_per_second, 5_000).is_ok());
        assert_eq!(quota.take(once_per_second, 5_999), Err(Exceeded { calls: 1, millis: 1_000 }));
        assert!(quota.take(once_per_second, 6_000).is_ok());
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let mut quota = Quota::new(QuotaMode::Documented);
        assert!(quota.take(GetAppidGroupList::SPEC, 9_000_000).is_ok());
        assert!(quota.take(GetAppidGroupList::SPEC, 5_000).is_ok());
    }

    #[test]
    fn a_scale_multiplies_and_leaves_at_least_one_call() {
        assert_eq!(QuotaMode::Scaled(0.5).apply(200), Some(100));
        assert_eq!(QuotaMode::Scaled(3.0).apply(1), Some(3));
        assert_eq!(QuotaMode::Scaled(0.001).apply(200), Some(1));
        assert_eq!(QuotaMode::Off.apply(200), None);
        assert!(!QuotaMode::Scaled(f64::NAN).is_sensible());
        assert!(!QuotaMode::Scaled(0.0).is_sensible());
    }
}
