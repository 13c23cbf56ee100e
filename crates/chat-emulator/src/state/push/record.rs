//! The pushes of an app, as a bounded record.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use chat_types::{
    UnixSeconds,
    push::{PushPlatform, PushTaskId},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::state::conversation::MessageNumbers;

/// The name of a command of the catalog. serde would take a reference for one into its input.
type CommandName = &'static str;

/// A push that was sent. The emulator delivers it to nobody.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentPush {
    /// The ID of the push task.
    pub task_id: PushTaskId,
    /// The command that sent it, such as `push`; `add_sched_task` for a scheduled push.
    #[serde(with = "crate::snapshot::command")]
    pub command: CommandName,
    /// When it was sent.
    pub time: UnixSeconds,
    /// The UserID of the sender.
    pub from: Arc<str>,
    /// The UserIDs and RegistrationIDs of the receivers, in alphabetical order.
    pub receivers: Vec<Arc<str>>,
    /// The notification as it was given: `OfflinePushInfo` or `WebInfo`; `null` without one.
    pub notification: Value,
    /// Whether it is only for receivers who are online, as nobody is.
    pub online_only: bool,
    /// When it was recalled.
    pub recalled: Option<UnixSeconds>,
    /// The notification that replaced it when it was recalled.
    pub replacement: Option<Value>,
    /// Whether the receivers are all accounts or those that a condition selects, not a given list.
    pub(crate) selected: bool,
    /// The numbers of the message that each receiver got.
    pub(crate) message: Option<MessageNumbers>,
    /// The devices of the receivers that have any, unless it is only for receivers who are online.
    pub(crate) devices: BTreeMap<Arc<str>, BTreeSet<PushPlatform>>,
}

/// The pushes of an app, in the order in which they were sent. Only the newest are kept.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Pushes {
    kept: VecDeque<SentPush>,
    /// The number of receivers of all kept pushes.
    receivers: usize,
    count: u64,
    /// The calls that a repeat would find, with the IDs of their pushes.
    recent: VecDeque<(UnixSeconds, PushCall, PushTaskId)>,
    max_daily: Option<u64>,
    /// The day of the newest push of each command, and the number of its pushes on that day.
    daily: BTreeMap<String, (u64, u64)>,
}

/// A call that pushes: the command and the whole request as JSON. A repeat is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PushCall {
    #[serde(with = "crate::snapshot::command")]
    pub(crate) command: CommandName,
    #[serde(with = "crate::snapshot::bytes")]
    pub(crate) request: Vec<u8>,
}

impl Pushes {
    pub(crate) fn new(max_daily: Option<u64>) -> Self {
        Self {
            kept: VecDeque::new(),
            receivers: 0,
            count: 0,
            recent: VecDeque::new(),
            max_daily,
            daily: BTreeMap::new(),
        }
    }

    /// Sets the limit per day.
    pub(crate) fn limit(&mut self, max_daily: Option<u64>) {
        self.max_daily = max_daily;
    }

    /// Returns a number that no other push has.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    pub(crate) fn add(&mut self, push: SentPush) {
        self.receivers += push.receivers.len();
        self.kept.push_back(push);
        while (self.kept.len() > MAX_KEPT || self.receivers > MAX_RECEIVERS)
            && self.kept.len() > 1
            && let Some(oldest) = self.kept.pop_front()
        {
            self.receivers -= oldest.receivers.len();
        }
    }

    /// Iterates over the pushes, oldest first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SentPush> {
        self.kept.iter()
    }

    pub(crate) fn get(&self, id: &PushTaskId) -> Option<&SentPush> {
        self.kept.iter().rev().find(|push| push.task_id == *id)
    }

    pub(crate) fn get_mut(&mut self, id: &PushTaskId) -> Option<&mut SentPush> {
        self.kept.iter_mut().rev().find(|push| push.task_id == *id)
    }

    /// Returns the push of an equal call within the last `window` seconds.
    pub(crate) fn find_repeated(
        &mut self,
        call: &PushCall,
        window: u64,
        now: UnixSeconds,
    ) -> Option<PushTaskId> {
        while let Some((time, ..)) = self.recent.front()
            && now.seconds_since(*time) >= LONGEST_WINDOW
        {
            self.recent.pop_front();
        }
        let mut same = self.recent.iter().rev().filter(|(_, earlier, _)| earlier == call);
        same.find(|(time, ..)| now.seconds_since(*time) < window).map(|(.., id)| id.clone())
    }

    /// Notes a call, so that a repeat finds its push.
    pub(crate) fn remember(&mut self, call: PushCall, id: PushTaskId, now: UnixSeconds) {
        self.recent.push_back((now, call, id));
        if self.recent.len() > MAX_REMEMBERED {
            self.recent.pop_front();
        }
    }

    /// Counts a push of a command against its limit per day. Returns whether it is within the limit;
    /// if not, it does not count.
    pub(crate) fn count_for_day(&mut self, command: &'static str, now: UnixSeconds) -> bool {
        let today = now.get() / 86_400;
        let (day, count) = self.daily.entry(command.to_owned()).or_default();
        if *day != today {
            (*day, *count) = (today, 0);
        }
        let within = self.max_daily.is_none_or(|max| *count < max);
        *count += u64::from(within);
        within
    }
}

/// The number of pushes that are kept.
const MAX_KEPT: usize = 1_000;

/// The number of receivers of all kept pushes together.
const MAX_RECEIVERS: usize = 1_000_000;

/// The number of calls that are remembered to recognize a repeat.
const MAX_REMEMBERED: usize = 1_000;

/// How long calls are remembered, in seconds.
const LONGEST_WINDOW: u64 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    fn push(number: u64, receivers: usize) -> SentPush {
        SentPush {
            task_id: PushTaskId::from(number.to_string()),
            command: "push",
            time: UnixSeconds::new(1_000),
            from: "a".into(),
            receivers: vec!["b".into(); receivers],
            notification: Value::Null,
            online_only: false,
            recalled: None,
            replacement: None,
            selected: true,
            message: None,
            devices: BTreeMap::new(),
        }
    }

    #[test]
    fn pushes_and_their_receivers_are_bounded() {
        let mut pushes = Pushes::new(None);
        for number in 0..=1_000 {
            pushes.add(push(number, 1));
        }
        assert_eq!(pushes.kept.len(), MAX_KEPT);
        assert!(pushes.get(&PushTaskId::from("0".to_owned())).is_none());
        pushes.add(push(2_000, MAX_RECEIVERS + 1));
        assert_eq!(pushes.kept.len(), 1, "the newest is always kept");
        assert_eq!(pushes.receivers, MAX_RECEIVERS + 1);
    }

    #[test]
    fn pushes_are_limited_per_command_and_day() {
        let mut pushes = Pushes::new(Some(2));
        let day = |day: u64| UnixSeconds::new(day * 86_400 + 7);
        assert!(pushes.count_for_day("push", day(1)));
        assert!(pushes.count_for_day("push", day(1)));
        assert!(!pushes.count_for_day("push", day(1)));
        assert!(pushes.count_for_day("webpush", day(1)));
        assert!(pushes.count_for_day("push", day(2)));
    }
}
