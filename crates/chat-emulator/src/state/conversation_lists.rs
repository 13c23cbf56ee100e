//! What accounts did with their conversations: deletions, marks and conversation groups.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use chat_types::{UnixSeconds, conversation::ContactType, limits::MAX_STANDARD_MARK};
use serde::{Deserialize, Serialize};

/// The conversation lists of all accounts of an app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ConversationLists {
    #[serde(with = "crate::snapshot::by_id")]
    by_account: HashMap<Arc<str>, ConversationList>,
}

/// What one account did with its conversations.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct ConversationList {
    pub(crate) labels: BTreeMap<ConversationId, Labels>,
    /// The names of the conversation groups by their numbers.
    pub(crate) groups: BTreeMap<u64, String>,
    last_group: u64,
    /// For each conversation that was deleted, how many messages it had by then.
    deleted: BTreeMap<ConversationId, u64>,
}

/// A conversation of an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum ConversationId {
    /// With another account.
    Account(Arc<str>),
    /// In a group.
    Group(Arc<str>),
}

impl ConversationId {
    pub(crate) fn contact_type(&self) -> ContactType {
        match self {
            Self::Account(_) => ContactType::C2C,
            Self::Group(_) => ContactType::Group,
        }
    }
}

/// The marks of a conversation, and the conversation groups that contain it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Labels {
    /// The numbers of the standard marks.
    pub(crate) standard: BTreeSet<u32>,
    pub(crate) custom: Option<String>,
    /// The numbers of the conversation groups.
    pub(crate) groups: BTreeSet<u64>,
    /// When this last changed.
    pub(crate) changed: UnixSeconds,
}

impl ConversationLists {
    pub(crate) fn get(&self, account: &str) -> Option<&ConversationList> {
        self.by_account.get(account)
    }

    /// Returns the list of an account, to be changed.
    pub(crate) fn change(&mut self, account: &Arc<str>) -> &mut ConversationList {
        self.by_account.entry(Arc::clone(account)).or_default()
    }

    /// Forgets an account, but not the conversations that others have with it.
    pub(crate) fn remove_account(&mut self, account: &str) {
        self.by_account.remove(account);
    }
}

impl ConversationList {
    /// Creates a conversation group and returns its number.
    pub(crate) fn add_group(&mut self, name: &str) -> u64 {
        self.last_group += 1;
        self.groups.insert(self.last_group, name.to_owned());
        self.last_group
    }

    /// Returns the number of the conversation group with a name.
    pub(crate) fn group_number(&self, name: &str) -> Option<u64> {
        self.groups.iter().find(|(_, other)| *other == name).map(|(&number, _)| number)
    }

    /// Deletes a conversation group; its conversations stay.
    pub(crate) fn remove_group(&mut self, number: u64) {
        self.groups.remove(&number);
        for labels in self.labels.values_mut() {
            labels.groups.remove(&number);
        }
    }

    /// Returns the number of conversations for which `condition` holds.
    pub(crate) fn count(&self, condition: impl Fn(&Labels) -> bool) -> usize {
        self.labels.values().filter(|labels| condition(labels)).count()
    }

    /// Deletes a conversation that has had this many messages so far.
    pub(crate) fn delete(&mut self, conversation: ConversationId, messages: u64) {
        self.labels.remove(&conversation);
        self.deleted.insert(conversation, messages);
    }

    /// Returns whether a conversation was deleted, and has had no message since.
    pub(crate) fn is_deleted(&self, conversation: &ConversationId, messages: u64) -> bool {
        self.deleted.get(conversation).is_some_and(|&then| messages <= then)
    }
}

impl Labels {
    /// Returns whether the conversation has a mark or belongs to a conversation group.
    pub(crate) fn is_empty(&self) -> bool {
        self.standard.is_empty() && self.custom.is_none() && self.groups.is_empty()
    }

    /// Returns the standard marks as responses have them: the bits from mark 1 to mark 64, as a
    /// string; `None` if no mark is set.
    pub(crate) fn standard_bits(&self) -> Option<String> {
        let bit = |mark| if self.standard.contains(&mark) { '1' } else { '0' };
        (!self.standard.is_empty()).then(|| (1..=MAX_STANDARD_MARK).map(bit).collect())
    }
}
