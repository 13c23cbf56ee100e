//! Friends, friend lists and blocklists.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chat_types::{TagValue, UnixSeconds, limits::MAX_FRIEND_LISTS, relationship::FriendTag};
use serde::{Deserialize, Serialize};

use super::{changes::Changes, ordered_map::OrderedMap};

/// The relations of all accounts of an app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Relationships {
    #[serde(with = "crate::snapshot::by_id")]
    by_account: HashMap<Arc<str>, Relations>,
    /// Counts pairs of accounts of which at least one has the other as a friend.
    changes: Changes,
}

/// What one account keeps about others.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Relations {
    pub(crate) friends: OrderedMap<Friend>,
    /// The names of the friend lists, in the order of creation.
    pub(crate) lists: Vec<String>,
    /// The blocklist, with the time at which each account was blocked.
    pub(crate) blocked: OrderedMap<UnixSeconds>,
    /// The accounts whose friend requests wait for approval.
    pub(crate) requests: BTreeSet<Arc<str>>,
    /// Counts the changes.
    pub(crate) version: u64,
}

/// A friend, and the data stored about it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Friend {
    pub(crate) fields: BTreeMap<FriendTag, TagValue>,
    /// The friend lists that contain the friend.
    pub(crate) lists: BTreeSet<String>,
}

/// The limit of friend lists is reached.
#[derive(Debug)]
pub(crate) struct TooManyLists;

impl Relationships {
    /// Returns the relations of an account; `None` if it has none.
    pub(crate) fn get(&self, account: &str) -> Option<&Relations> {
        self.by_account.get(account)
    }

    /// Returns the relations of an account, to be changed.
    pub(crate) fn change(&mut self, account: &Arc<str>) -> &mut Relations {
        let relations = self.by_account.entry(Arc::clone(account)).or_default();
        relations.version += 1;
        relations
    }

    pub(crate) fn has_friend(&self, account: &str, friend: &str) -> bool {
        self.get(account).is_some_and(|relations| relations.friends.contains(friend))
    }

    pub(crate) fn blocks(&self, account: &str, other: &str) -> bool {
        self.get(account).is_some_and(|relations| relations.blocked.contains(other))
    }

    pub(crate) fn friend_count(&self, account: &str) -> usize {
        self.get(account).map_or(0, |relations| relations.friends.len())
    }

    /// Adds a friend on the side of `account`, which does not have it yet.
    pub(crate) fn add_friend(&mut self, account: &Arc<str>, friend: Arc<str>, data: Friend) {
        self.changes.added += u64::from(!self.has_friend(&friend, account));
        self.change(account).friends.insert(friend, data);
    }

    /// Ends the friendship on the side of `account`. Returns whether there was one.
    pub(crate) fn remove_friend(&mut self, account: &Arc<str>, friend: &str) -> bool {
        if !self.has_friend(account, friend) {
            return false;
        }
        self.changes.removed += u64::from(!self.has_friend(friend, account));
        self.change(account).friends.remove(friend).is_some()
    }

    /// Forgets an account: its relations, and those of others to it.
    pub(crate) fn remove_account(&mut self, account: &str) {
        let own = self.by_account.remove(account).unwrap_or_default();
        self.changes.removed += own.friends.len() as u64;
        for (other, relations) in &mut self.by_account {
            let is_friend = relations.friends.remove(account).is_some();
            self.changes.removed += u64::from(is_friend && !own.friends.contains(other));
            let is_blocked = relations.blocked.remove(account).is_some();
            let has_asked = relations.requests.remove(account);
            relations.version += u64::from(is_friend || is_blocked || has_asked);
        }
    }

    pub(crate) fn take_changes(&mut self) -> Changes {
        self.changes.take()
    }
}

impl Relations {
    /// Creates a friend list, unless there is one of this name.
    pub(crate) fn add_list(&mut self, name: &str) -> Result<(), TooManyLists> {
        if self.lists.iter().any(|list| list == name) {
            return Ok(());
        }
        if self.lists.len() >= MAX_FRIEND_LISTS {
            return Err(TooManyLists);
        }
        self.lists.push(name.to_owned());
        Ok(())
    }

    /// Deletes a friend list; the friends in it stay.
    pub(crate) fn remove_list(&mut self, name: &str) {
        self.lists.retain(|list| list != name);
        for friend in self.friends.values_mut() {
            friend.lists.remove(name);
        }
    }
}

impl Friend {
    /// Returns the value of a field; `None` if it is not set.
    pub(crate) fn field(&self, tag: &FriendTag) -> Option<TagValue> {
        match tag {
            FriendTag::Group if self.lists.is_empty() => None,
            FriendTag::Group => Some(self.lists.iter().cloned().collect()),
            tag => self.fields.get(tag).cloned(),
        }
    }

    /// Returns the tags and the values of all fields that are set.
    pub(crate) fn all_fields(&self) -> impl Iterator<Item = (FriendTag, TagValue)> {
        let lists = self.field(&FriendTag::Group).map(|lists| (FriendTag::Group, lists));
        let fields = self.fields.iter().map(|(tag, value)| (tag.clone(), value.clone()));
        lists.into_iter().chain(fields)
    }
}
