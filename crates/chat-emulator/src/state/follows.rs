//! Who follows whom.

use std::{collections::HashMap, sync::Arc};

use chat_types::{UnixSeconds, follow::FollowListType, limits::MAX_FOLLOWED_ACCOUNTS};
use serde::{Deserialize, Serialize};

use super::ordered_map::OrderedMap;

/// The follow relations of all accounts of an app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Follows {
    #[serde(with = "crate::snapshot::by_id")]
    by_account: HashMap<Arc<str>, FollowLists>,
}

/// The accounts that one account follows, and those that follow it, with the time at which each
/// relation began.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct FollowLists {
    pub(crate) following: OrderedMap<UnixSeconds>,
    pub(crate) followers: OrderedMap<UnixSeconds>,
}

/// The limit of followed accounts is reached.
#[derive(Debug)]
pub(crate) struct FollowsTooMany;

impl Follows {
    /// Returns the relations of an account; `None` if it never had any.
    pub(crate) fn get(&self, account: &str) -> Option<&FollowLists> {
        self.by_account.get(account)
    }

    /// Returns whether an account follows another.
    pub(crate) fn follows(&self, account: &str, other: &str) -> bool {
        self.get(account).is_some_and(|lists| lists.following.contains(other))
    }

    /// Makes an account follow another, and returns whether it did not before. A relation that exists keeps
    /// its time.
    pub(crate) fn follow(
        &mut self,
        account: &Arc<str>,
        other: &Arc<str>,
        now: UnixSeconds,
    ) -> Result<bool, FollowsTooMany> {
        let following = &mut self.by_account.entry(Arc::clone(account)).or_default().following;
        if following.contains(other) {
            return Ok(false);
        }
        if following.len() >= MAX_FOLLOWED_ACCOUNTS {
            return Err(FollowsTooMany);
        }
        following.insert(Arc::clone(other), now);
        let followers = &mut self.by_account.entry(Arc::clone(other)).or_default().followers;
        followers.insert(Arc::clone(account), now);
        Ok(true)
    }

    /// Ends the relation in which `account` follows `other`. Returns whether it existed.
    pub(crate) fn unfollow(&mut self, account: &str, other: &str) -> bool {
        if let Some(lists) = self.by_account.get_mut(other) {
            lists.followers.remove(account);
        }
        let lists = self.by_account.get_mut(account);
        lists.is_some_and(|lists| lists.following.remove(other).is_some())
    }

    /// Forgets an account, and the relations of others to it.
    pub(crate) fn remove_account(&mut self, account: &str) {
        let Some(lists) = self.by_account.remove(account) else { return };
        for (other, _) in lists.following.iter() {
            self.unfollow(account, other);
        }
        for (other, _) in lists.followers.iter() {
            self.unfollow(other, account);
        }
    }
}

impl FollowLists {
    /// Iterates over a list from a serial number on: the serial number of each entry, the account,
    /// and the time at which the relation began.
    pub(crate) fn list(
        &self,
        list: FollowListType,
        start: u64,
    ) -> impl Iterator<Item = (u64, &Arc<str>, UnixSeconds)> {
        let entries =
            if list == FollowListType::Followers { &self.followers } else { &self.following };
        entries.starting_at_serial(start).filter_map(move |(serial, account, &began)| {
            if list != FollowListType::Mutual {
                return Some((serial, account, began));
            }
            let followed_back = *self.followers.get(account)?;
            Some((serial, account, began.max(followed_back)))
        })
    }

    /// Returns the number of accounts that follow this one and are followed by it.
    pub(crate) fn mutual_count(&self) -> usize {
        self.list(FollowListType::Mutual, 0).count()
    }
}
