use std::{collections::HashSet, sync::Arc};

use chat_types::{
    UnixSeconds,
    group::{MemberCustomField, Role},
};

use super::roster::Roster;

/// Who is in a group.
#[derive(Debug)]
pub(crate) enum Members {
    /// With their profiles in the group, in the order of joining.
    Stored(Roster<Member>),
    /// The service keeps no list of an audience; who is in is only known.
    Audience(HashSet<Arc<str>>),
}

/// A member's profile in one group.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) role: Role,
    pub(crate) joined: UnixSeconds,
    /// Sequence number of the last message that was read.
    pub(crate) read: u64,
    /// When the last message was sent.
    pub(crate) last_sent: Option<UnixSeconds>,
    pub(crate) custom: Vec<MemberCustomField>,
}

impl Member {
    pub(crate) fn new(role: Role, joined: UnixSeconds, read: u64) -> Self {
        Self { role, joined, read, last_sent: None, custom: Vec::new() }
    }
}

impl Members {
    pub(crate) fn new(stored: bool) -> Self {
        if stored { Self::Stored(Roster::default()) } else { Self::Audience(HashSet::new()) }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Stored(members) => members.len(),
            Self::Audience(members) => members.len(),
        }
    }

    pub(crate) fn contains(&self, account: &str) -> bool {
        match self {
            Self::Stored(members) => members.contains(account),
            Self::Audience(members) => members.contains(account),
        }
    }

    /// Whether the account was not in the group before; a member's profile is left as it is.
    pub(crate) fn add(&mut self, account: Arc<str>, member: Member) -> bool {
        match self {
            Self::Stored(members) if members.contains(&account) => false,
            Self::Stored(members) => members.insert(account, member).is_none(),
            Self::Audience(members) => members.insert(account),
        }
    }

    /// Whether the account was in the group.
    pub(crate) fn remove(&mut self, account: &str) -> bool {
        match self {
            Self::Stored(members) => members.remove(account).is_some(),
            Self::Audience(members) => members.remove(account),
        }
    }

    /// The list that the service keeps, where it keeps one.
    pub(crate) fn stored(&self) -> Option<&Roster<Member>> {
        match self {
            Self::Stored(members) => Some(members),
            Self::Audience(_) => None,
        }
    }

    /// As [`stored`](Self::stored), to be changed.
    pub(crate) fn stored_mut(&mut self) -> Option<&mut Roster<Member>> {
        match self {
            Self::Stored(members) => Some(members),
            Self::Audience(_) => None,
        }
    }
}
