use std::{collections::BTreeMap, sync::Arc};

use chat_types::{
    GroupType, UnixSeconds,
    group::{ApplyJoinOption, GroupCustomField, InviteJoinOption},
    spec::GroupTypeSpec,
};

use super::{deadlines::Deadlines, history::History, members::Members};

/// One group.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) kind: &'static GroupTypeSpec,
    pub(crate) profile: Profile,
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) created: UnixSeconds,
    pub(crate) members: Members,
    /// Mutes in the group as a whole, of members and others alike.
    pub(crate) mutes: Deadlines,
    pub(crate) bans: Deadlines,
    /// The topics, where the group can have any.
    pub(crate) topics: Option<BTreeMap<String, Topic>>,
    /// The messages outside of topics.
    pub(crate) history: History,
    /// How often the profile was changed.
    pub(crate) changes: u64,
    pub(crate) last_change: UnixSeconds,
}

/// A topic of a community.
#[derive(Debug, Default)]
pub(crate) struct Topic {
    pub(crate) mutes: Deadlines,
    pub(crate) history: History,
}

/// What is said about a group.
#[derive(Debug, Default)]
pub(crate) struct Profile {
    pub(crate) name: String,
    pub(crate) introduction: String,
    pub(crate) notification: String,
    pub(crate) face_url: String,
    pub(crate) max_member_count: Option<u32>,
    pub(crate) apply_join_option: Option<ApplyJoinOption>,
    pub(crate) invite_join_option: Option<InviteJoinOption>,
    pub(crate) custom: Vec<GroupCustomField>,
    /// Only owner, admins and admins of the app may send.
    pub(crate) mute_all: bool,
    pub(crate) enable_permission: Option<bool>,
    pub(crate) default_permission: Option<u64>,
}

impl Group {
    pub(crate) fn new(kind: &'static GroupTypeSpec, profile: Profile, now: UnixSeconds) -> Self {
        Self {
            kind,
            profile,
            owner: None,
            created: now,
            members: Members::new(kind.stores_members),
            mutes: Deadlines::default(),
            bans: Deadlines::default(),
            topics: None,
            history: History::default(),
            changes: 0,
            last_change: now,
        }
    }

    pub(crate) fn group_type(&self) -> &'static GroupType {
        &self.kind.group_type
    }

    /// Most members that it may have; `None` where there is no cap.
    pub(crate) fn max_members(&self) -> Option<u32> {
        self.profile.max_member_count.or(self.kind.max_members)
    }

    /// Whether this many more fit in.
    pub(crate) fn has_room_for(&self, more: usize) -> bool {
        self.max_members().is_none_or(|max| self.members.len() + more <= max as usize)
    }

    /// Takes an account out, whoever it is; a group can be without owner and without members.
    pub(crate) fn remove(&mut self, account: &str) -> bool {
        if self.owner.as_deref() == Some(account) && self.members.stored().is_some() {
            self.owner = None;
        }
        self.members.remove(account)
    }
}
