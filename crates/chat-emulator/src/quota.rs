//! The quota: how many calls of an endpoint an app may make in a period.

use std::collections::{HashMap, VecDeque};

use chat_types::{
    Edition,
    limits::RATE_ALARM_PERCENT,
    spec::{Counted, EndpointSpec},
};
use serde::{Deserialize, Serialize};

/// How the emulator limits the rate of calls.
///
/// Calls are counted as documented, per app and per endpoint. A call beyond the limit fails with
/// 60007.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum QuotaMode {
    /// The documented limits of each endpoint.
    #[default]
    Documented,
    /// The documented limits multiplied by this factor, which must be finite and above 0; always at
    /// least one call per period. Scale down to reach a limit quickly in a test, scale up for a
    /// load test.
    Scaled(f64),
    /// No limits.
    Off,
}

impl QuotaMode {
    /// Applies the mode to a documented limit; `None` means no limit.
    pub(crate) fn apply(self, documented: u64) -> Option<u64> {
        match self {
            Self::Documented => Some(documented),
            Self::Off => None,
            // The cast saturates, which is what a huge factor asks for.
            Self::Scaled(factor) => Some((documented as f64 * factor).round().max(1.0) as u64),
        }
    }

    pub(crate) fn is_valid(self) -> bool {
        !matches!(self, Self::Scaled(factor) if !(factor.is_finite() && factor > 0.0))
    }

    fn windows(self, spec: &EndpointSpec, edition: Option<Edition>) -> Vec<SlidingWindow> {
        let per_second = spec.calls_per_second_in(edition).map(|calls| (calls, Counted::Calls, 1));
        let long_term = spec.long_term_limits_in(edition);
        let long_term = long_term.map(|limit| (limit.max, limit.counted, limit.per_seconds));
        let limits = per_second.into_iter().chain(long_term);
        limits
            .filter_map(|(max, counted, seconds)| {
                let max = self.apply(max.into())?;
                Some(SlidingWindow::new(max, counted, u64::from(seconds) * 1_000))
            })
            .collect()
    }
}

/// Counts the calls of one app against the limits of each endpoint.
#[derive(Debug)]
pub(crate) struct RateCounter {
    mode: QuotaMode,
    edition: Option<Edition>,
    endpoints: HashMap<(&'static str, &'static str), Vec<SlidingWindow>>,
}

impl RateCounter {
    pub(crate) fn new(mode: QuotaMode) -> Self {
        Self { mode, edition: None, endpoints: HashMap::new() }
    }

    pub(crate) fn edition(&self) -> Option<Edition> {
        self.edition
    }

    /// Sets the edition of the app. Its limits start anew.
    pub(crate) fn set_edition(&mut self, edition: Edition) {
        self.edition = Some(edition);
        self.endpoints.clear();
    }

    /// Forgets all calls.
    pub(crate) fn reset(&mut self) {
        self.endpoints.clear();
    }

    /// Counts a call with this number of items.
    ///
    /// # Errors
    /// When the call exceeds a limit. It then counts against none of them.
    pub(crate) fn count(
        &mut self,
        spec: &EndpointSpec,
        items: u64,
        now_millis: u64,
    ) -> Result<Option<RateAlarm>, LimitExceeded> {
        let windows = self
            .endpoints
            .entry((spec.service, spec.command))
            .or_insert_with(|| self.mode.windows(spec, self.edition));
        for window in windows.iter_mut() {
            window.remove_expired(now_millis);
            if window.is_full_for(window.weight(items)) {
                let SlidingWindow { max, counted, millis, .. } = *window;
                return Err(LimitExceeded { max, counted, millis });
            }
        }
        for window in windows.iter_mut() {
            window.add(now_millis, window.weight(items));
        }
        let mut per_second = windows.iter_mut().filter(|window| window.is_per_second());
        Ok(per_second.next().and_then(|window| window.alarm(now_millis)))
    }
}

/// The calls per second of an endpoint when they come near the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RateAlarm {
    pub(crate) calls: u64,
    pub(crate) limit: u64,
}

/// The limit that a call would have exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LimitExceeded {
    pub(crate) max: u64,
    pub(crate) counted: Counted,
    pub(crate) millis: u64,
}

/// A sliding window: no period of this length, wherever it starts, holds more than `max` calls or
/// items.
#[derive(Debug)]
pub(crate) struct SlidingWindow {
    max: u64,
    counted: Counted,
    millis: u64,
    /// When the calls that still count were made, and how much each counts.
    calls: VecDeque<(u64, u64)>,
    /// The sum of what they count.
    used: u64,
    /// When an alarm was last raised.
    alarmed: Option<u64>,
}

impl SlidingWindow {
    pub(crate) fn new(max: u64, counted: Counted, millis: u64) -> Self {
        Self { max, counted, millis, calls: VecDeque::new(), used: 0, alarmed: None }
    }

    /// Returns how much a call counts. One with more items than a scaled limit allows takes all of
    /// it.
    fn weight(&self, items: u64) -> u64 {
        if self.counted == Counted::Items { items.min(self.max) } else { 1 }
    }

    fn is_per_second(&self) -> bool {
        self.counted == Counted::Calls && self.millis == 1_000
    }

    /// Returns an alarm if the calls exceed the documented part of the limit, at most once per period.
    fn alarm(&mut self, now: u64) -> Option<RateAlarm> {
        let is_near =
            self.used.saturating_mul(100) > self.max.saturating_mul(RATE_ALARM_PERCENT.into());
        let is_new = self.alarmed.is_none_or(|at| at > now || now - at >= self.millis);
        if !is_near || !is_new {
            return None;
        }
        self.alarmed = Some(now);
        Some(RateAlarm { calls: self.used, limit: self.max })
    }

    pub(crate) fn is_full_for(&self, weight: u64) -> bool {
        self.used + weight > self.max
    }

    pub(crate) fn add(&mut self, now: u64, weight: u64) {
        self.calls.push_back((now, weight));
        self.used += weight;
    }

    pub(crate) fn remove_expired(&mut self, now: u64) {
        // A call in the future was counted before the clock was set back.
        while let Some(&(at, weight)) = self.calls.front()
            && (at > now || now - at >= self.millis)
        {
            self.calls.pop_front();
            self.used -= weight;
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
            let mut counter = RateCounter::new(QuotaMode::Documented);
            let mut counted: Vec<u64> = Vec::new();
            let mut now = 1_000_000;
            for pause in pauses {
                now += pause;
                let in_window = counted.iter().filter(|&&at| now - at < 1_000).count();
                let outcome = counter.count(GetGroupInfo::SPEC, 0, now);
                prop_assert_eq!(outcome.is_ok(), in_window < 200);
                if outcome.is_ok() {
                    counted.push(now);
                }
            }
        }
    }

    #[test]
    fn call_counts_for_exactly_one_thousand_milliseconds() {
        let mut counter = RateCounter::new(QuotaMode::Documented);
        let once_per_second = GetAppidGroupList::SPEC;
        assert!(counter.count(once_per_second, 0, 5_000).is_ok());
        let exceeded = LimitExceeded { max: 1, counted: Counted::Calls, millis: 1_000 };
        assert_eq!(counter.count(once_per_second, 0, 5_999), Err(exceeded));
        assert!(counter.count(once_per_second, 0, 6_000).is_ok());
    }

    #[test]
    fn clock_that_is_set_back_blocks_no_calls() {
        let mut counter = RateCounter::new(QuotaMode::Documented);
        assert!(counter.count(GetAppidGroupList::SPEC, 0, 9_000_000).is_ok());
        assert!(counter.count(GetAppidGroupList::SPEC, 0, 5_000).is_ok());
    }

    #[test]
    fn scale_multiplies_and_leaves_at_least_one_call() {
        assert_eq!(QuotaMode::Scaled(0.5).apply(200), Some(100));
        assert_eq!(QuotaMode::Scaled(3.0).apply(1), Some(3));
        assert_eq!(QuotaMode::Scaled(0.001).apply(200), Some(1));
        assert_eq!(QuotaMode::Off.apply(200), None);
        assert!(!QuotaMode::Scaled(f64::NAN).is_valid());
        assert!(!QuotaMode::Scaled(0.0).is_valid());
    }
}
