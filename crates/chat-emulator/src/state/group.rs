use std::{collections::BTreeMap, sync::Arc};

use chat_types::{
    GroupType, UnixSeconds,
    group::{ApplyJoinOption, GroupCustomField, InviteJoinOption},
    spec::GroupTypeSpec,
};

use super::{deadlines::Deadlines, members::Members};

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
    /// The topics, where the group can have any, each with the mutes in it.
    pub(crate) topics: Option<BTreeMap<String, Deadlines>>,
    /// Messages sent so far.
    pub(crate) messages: u64,
    pub(crate) last_message: Option<UnixSeconds>,
}

/// What was said about a group when it was created.
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
            messages: 0,
            last_message: None,
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
