//! The daily figures of an app.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chat_types::{UnixSeconds, limits::APP_INFO_DAYS};
use serde::{Deserialize, Serialize};

use super::changes::Changes;
use crate::beijing_time::{self, Day};

/// The figures of the last days. Older ones are dropped.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct DailyFigures {
    by_day: BTreeMap<Day, DayFigures>,
}

/// What happened on one day.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct DayFigures {
    pub(crate) accounts: Changes,
    pub(crate) groups: Changes,
    /// Pairs of accounts of which at least one has the other as a friend.
    pub(crate) friendships: Changes,
    pub(crate) logins: u64,
    pub(crate) logged_in: BTreeSet<Arc<str>>,
    pub(crate) direct: Traffic,
    pub(crate) group: Traffic,
    /// The IDs of the groups in which messages were sent.
    pub(crate) active_groups: BTreeSet<Box<str>>,
    pub(crate) joins: u64,
    pub(crate) quits: u64,
}

/// The messages of one kind.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Traffic {
    pub(crate) sent: u64,
    /// The number of messages times that of their receivers.
    pub(crate) delivered: u64,
    pub(crate) senders: BTreeSet<Arc<str>>,
    pub(crate) apns_pushes: u64,
}

impl DailyFigures {
    /// Returns the figures of the day of a time, to be changed.
    pub(crate) fn on(&mut self, time: UnixSeconds) -> &mut DayFigures {
        let day = beijing_time::day(time);
        while let Some((&oldest, _)) = self.by_day.first_key_value()
            && oldest.saturating_add(APP_INFO_DAYS) <= day
        {
            self.by_day.pop_first();
        }
        self.by_day.entry(day).or_default()
    }

    /// Iterates over the last days, from the day of a time backwards: each day, with its figures if
    /// anything happened.
    pub(crate) fn backwards(
        &self,
        from: UnixSeconds,
    ) -> impl Iterator<Item = (Day, Option<&DayFigures>)> {
        let last = beijing_time::day(from);
        let first = (last + 1).saturating_sub(APP_INFO_DAYS);
        (first..=last).rev().map(|day| (day, self.by_day.get(&day)))
    }
}

impl Traffic {
    /// Counts a message.
    pub(crate) fn count(&mut self, sender: &Arc<str>, receivers: u64) {
        self.sent += 1;
        self.delivered += receivers;
        self.senders.insert(Arc::clone(sender));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_kept_for_the_last_days() {
        let mut figures = DailyFigures::default();
        let at = |days: u64| UnixSeconds::new(1_700_000_000 + days * 86_400);
        for day in 0..40 {
            figures.on(at(day)).joins = day;
        }
        assert_eq!(figures.by_day.len() as u64, APP_INFO_DAYS);
        let joins: Vec<_> =
            figures.backwards(at(41)).map(|(_, day)| day.map(|day| day.joins)).collect();
        assert_eq!(joins[..4], [None, None, Some(39), Some(38)]);
        assert_eq!((joins.len() as u64, joins.last()), (APP_INFO_DAYS, Some(&Some(12))));
    }
}
