//! Official accounts, their subscribers and their messages.

use std::{collections::VecDeque, sync::Arc};

use chat_types::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::{history::History, ordered_map::OrderedMap};

/// The official accounts of an app, in the order of their creation.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct OfficialAccounts {
    by_id: OrderedMap<OfficialAccount>,
}

/// An official account.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct OfficialAccount {
    pub(crate) owner: Arc<str>,
    pub(crate) profile: OfficialProfile,
    pub(crate) created: UnixSeconds,
    pub(crate) max_subscribers: u32,
    /// In the order in which they subscribed.
    pub(crate) subscribers: OrderedMap<Subscription>,
    pub(crate) history: History,
    /// When messages of the last hour were sent.
    broadcasts: VecDeque<UnixSeconds>,
}

/// The profile of an official account.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct OfficialProfile {
    pub(crate) name: String,
    pub(crate) introduction: String,
    pub(crate) face_url: String,
    pub(crate) organization: String,
    pub(crate) custom: String,
}

/// A subscription to an official account.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Subscription {
    pub(crate) since: UnixSeconds,
    pub(crate) custom: String,
}

/// The limits on the messages of one official account; `None` for no limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BroadcastLimits {
    pub(crate) per_second: Option<u64>,
    pub(crate) per_hour: Option<u64>,
}

/// There are too many messages in a second or an hour.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManyBroadcasts;

impl OfficialAccounts {
    pub(crate) fn get(&self, id: &str) -> Option<&OfficialAccount> {
        self.by_id.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut OfficialAccount> {
        self.by_id.get_mut(id)
    }

    pub(crate) fn insert(&mut self, id: &str, account: OfficialAccount) {
        self.by_id.insert(id.into(), account);
    }

    /// Destroys an official account. Returns whether it existed.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }

    /// Iterates over the official accounts to which an account subscribes.
    pub(crate) fn subscribed_by<'a>(
        &'a self,
        account: &'a str,
    ) -> impl Iterator<Item = (&'a Arc<str>, &'a OfficialAccount, &'a Subscription)> {
        self.by_id.iter().filter_map(move |(id, official)| {
            Some((id, official, official.subscribers.get(account)?))
        })
    }

    /// Returns an unused ID in the form that the service assigns.
    pub(crate) fn assign_id(&self, prefix: Option<&str>) -> String {
        let number = FIRST_NUMBER + self.by_id.next_serial();
        format!("{}{number:x}", prefix.unwrap_or_default())
    }

    /// Ends all subscriptions of an account.
    pub(crate) fn remove_subscriber(&mut self, account: &str) {
        for official in self.by_id.values_mut() {
            official.subscribers.remove(account);
        }
    }
}

impl OfficialAccount {
    pub(crate) fn new(owner: Arc<str>, max_subscribers: u32, now: UnixSeconds) -> Self {
        Self {
            owner,
            profile: OfficialProfile::default(),
            created: now,
            max_subscribers,
            subscribers: OrderedMap::default(),
            history: History::default(),
            broadcasts: VecDeque::new(),
        }
    }

    /// Counts a message that is sent now.
    pub(crate) fn count_broadcast(
        &mut self,
        limits: BroadcastLimits,
        now: UnixSeconds,
    ) -> Result<(), TooManyBroadcasts> {
        let is_old = |&time: &UnixSeconds| time > now || now.seconds_since(time) >= HOUR;
        while self.broadcasts.front().is_some_and(is_old) {
            self.broadcasts.pop_front();
        }
        let in_second = self.broadcasts.iter().filter(|&&time| time == now).count() as u64;
        let in_hour = self.broadcasts.len() as u64;
        let is_full = |limit: Option<u64>, count| limit.is_some_and(|limit| count >= limit);
        if is_full(limits.per_second, in_second) || is_full(limits.per_hour, in_hour) {
            return Err(TooManyBroadcasts);
        }
        if limits.per_second.or(limits.per_hour).is_some() {
            self.broadcasts.push_back(now);
        }
        Ok(())
    }
}

const HOUR: u64 = 3_600;

/// Gives eight digits in base 16.
const FIRST_NUMBER: u64 = 16_u64.pow(7);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_each_second_and_hour_are_limited() {
        let at = UnixSeconds::new;
        let mut official = OfficialAccount::new("owner".into(), 1, at(0));
        let limits = BroadcastLimits { per_second: Some(1), per_hour: Some(2) };
        let mut send = |time| official.count_broadcast(limits, at(time));
        assert_eq!(send(1_000), Ok(()));
        assert_eq!(send(1_000), Err(TooManyBroadcasts), "in the same second");
        assert_eq!(send(1_001), Ok(()));
        assert_eq!(send(4_599), Err(TooManyBroadcasts), "in the same hour");
        assert_eq!(send(4_600), Ok(()));
    }
}
