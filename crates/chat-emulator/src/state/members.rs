//! The members of a group.

use std::sync::Arc;

use chat_types::{
    UnixSeconds,
    group::{MemberCustomField, MsgFlag, Role},
};
use serde::{Deserialize, Serialize};

use super::{audience::Audience, ordered_map::OrderedMap};

/// The members of a group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Members {
    /// Members with their profiles in the group, in the order of joining.
    Stored(OrderedMap<Member>),
    /// Those who are in an audio-video group now.
    Audience(Audience),
}

/// A member's profile in one group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Member {
    pub(crate) role: Role,
    pub(crate) joined: UnixSeconds,
    /// The sequence number of the last message that the member has read.
    pub(crate) last_read: u64,
    /// When the member last sent a message.
    pub(crate) last_sent: Option<UnixSeconds>,
    #[serde(with = "crate::snapshot::json")]
    pub(crate) custom: Vec<MemberCustomField>,
    pub(crate) name_card: String,
    /// How the member receives messages.
    pub(crate) msg_flag: MsgFlag,
}

impl Member {
    pub(crate) fn new(role: Role, joined: UnixSeconds, last_read: u64) -> Self {
        Self {
            role,
            joined,
            last_read,
            last_sent: None,
            custom: Vec::new(),
            name_card: String::new(),
            msg_flag: MsgFlag::AcceptAndNotify,
        }
    }
}

impl Members {
    pub(crate) fn new(stored: bool) -> Self {
        if stored {
            Self::Stored(OrderedMap::default())
        } else {
            Self::Audience(Audience::default())
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Stored(members) => members.len(),
            Self::Audience(audience) => audience.joined().len(),
        }
    }

    pub(crate) fn contains(&self, account: &str) -> bool {
        match self {
            Self::Stored(members) => members.contains(account),
            Self::Audience(audience) => audience.joined().contains(account),
        }
    }

    /// Adds an account, if it is not a member yet. Returns whether it was added.
    pub(crate) fn add(&mut self, account: Arc<str>, member: Member) -> bool {
        match self {
            Self::Stored(members) if members.contains(&account) => false,
            Self::Stored(members) => members.insert(account, member).is_none(),
            Self::Audience(audience) => audience.add(account, member.joined),
        }
    }

    /// Removes an account. Returns whether it was a member.
    pub(crate) fn remove(&mut self, account: &str) -> bool {
        match self {
            Self::Stored(members) => members.remove(account).is_some(),
            Self::Audience(audience) => audience.remove(account),
        }
    }

    /// Notes that an account sent a message, if it is a stored member.
    pub(crate) fn note_sent(&mut self, account: &str, now: UnixSeconds) {
        if let Self::Stored(members) = self
            && let Some(member) = members.get_mut(account)
        {
            member.last_sent = Some(now);
        }
    }

    /// Returns the stored members; `None` for an audience.
    pub(crate) fn stored(&self) -> Option<&OrderedMap<Member>> {
        match self {
            Self::Stored(members) => Some(members),
            Self::Audience(_) => None,
        }
    }

    /// Returns the audience; `None` if the members are stored.
    pub(crate) fn audience(&self) -> Option<&Audience> {
        match self {
            Self::Stored(_) => None,
            Self::Audience(audience) => Some(audience),
        }
    }

    /// As [`audience`](Self::audience), to change it.
    pub(crate) fn audience_mut(&mut self) -> Option<&mut Audience> {
        match self {
            Self::Stored(_) => None,
            Self::Audience(audience) => Some(audience),
        }
    }

    /// As [`stored`](Self::stored), to change them.
    pub(crate) fn stored_mut(&mut self) -> Option<&mut OrderedMap<Member>> {
        match self {
            Self::Stored(members) => Some(members),
            Self::Audience(_) => None,
        }
    }
}
