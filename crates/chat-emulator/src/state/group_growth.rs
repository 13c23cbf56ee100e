//! The limit on the net growth of groups in a day.

use chat_types::{UnixSeconds, limits::GROUP_GROWTH_ALARM_PERCENT};
use serde::{Deserialize, Serialize};

/// The number of groups that were created in the current day, minus those that were disbanded.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct GroupGrowth {
    max: Option<u64>,
    day: u64,
    net: u64,
}

impl GroupGrowth {
    /// Sets the limit.
    pub(crate) fn limit(&mut self, max: Option<u64>) {
        self.max = max;
    }

    pub(crate) fn new(max: Option<u64>) -> Self {
        Self { max, day: 0, net: 0 }
    }

    pub(crate) fn allows_one_more(&mut self, now: UnixSeconds) -> bool {
        self.advance_to(now);
        self.max.is_none_or(|max| self.net < max)
    }

    /// Counts a new group. Returns the growth and its limit if it now exceeds the share of the limit above
    /// which the service warns.
    pub(crate) fn count_created(&mut self, now: UnixSeconds) -> Option<(u64, u64)> {
        self.advance_to(now);
        self.net += 1;
        let max = self.max?;
        let threshold = max.saturating_mul(GROUP_GROWTH_ALARM_PERCENT.into()) / 100;
        (self.net == threshold + 1).then_some((self.net, max))
    }

    pub(crate) fn count_disbanded(&mut self, now: UnixSeconds) {
        self.advance_to(now);
        self.net = self.net.saturating_sub(1);
    }

    fn advance_to(&mut self, now: UnixSeconds) {
        let day = now.get() / 86_400;
        if day != self.day {
            (self.day, self.net) = (day, 0);
        }
    }
}
