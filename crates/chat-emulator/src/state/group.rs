//! A group.

use std::{collections::BTreeMap, sync::Arc};

use chat_types::{
    GroupType, UnixSeconds,
    group::{ApplyJoinOption, GroupCustomField, InviteJoinOption, Role},
    spec::GroupTypeSpec,
};
use serde::{Deserialize, Serialize};

use super::{
    attributes::Attributes,
    history::History,
    members::{Member, Members},
    permission_groups::PermissionGroups,
    restrictions::{Expiry, Restrictions},
    room::Room,
    topics::Topics,
};

/// A group.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Group {
    #[serde(with = "crate::snapshot::group_type")]
    pub(crate) type_spec: &'static GroupTypeSpec,
    pub(crate) profile: GroupProfile,
    pub(crate) owner: Option<Arc<str>>,
    pub(crate) created: UnixSeconds,
    pub(crate) members: Members,
    /// The mutes in the group as a whole, of members and of other accounts.
    pub(crate) mutes: Restrictions,
    pub(crate) bans: Restrictions,
    /// The admins of an audio-video group; those of others are in the roles of members.
    pub(crate) audience_admins: Vec<Arc<str>>,
    pub(crate) attributes: Attributes,
    pub(crate) counters: BTreeMap<String, i64>,
    /// The topics; `None` if the group cannot have any.
    pub(crate) topics: Option<Topics>,
    pub(crate) permission_groups: PermissionGroups,
    /// What the group has in addition if it is a room.
    pub(crate) room: Option<Box<Room>>,
    /// The messages outside of topics.
    pub(crate) history: History,
    /// The number of changes of the profile.
    pub(crate) profile_changes: u64,
    pub(crate) last_profile_change: UnixSeconds,
}

/// The profile of a group.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct GroupProfile {
    pub(crate) name: String,
    pub(crate) introduction: String,
    pub(crate) notification: String,
    pub(crate) face_url: String,
    pub(crate) max_member_count: Option<u32>,
    pub(crate) apply_join_option: Option<ApplyJoinOption>,
    pub(crate) invite_join_option: Option<InviteJoinOption>,
    #[serde(with = "crate::snapshot::json")]
    pub(crate) custom: Vec<GroupCustomField>,
    /// Whether only the owner, admins of the group and admins of the app may send.
    pub(crate) mute_all: bool,
    pub(crate) enable_permission: Option<bool>,
    pub(crate) default_permission: Option<u64>,
}

impl Group {
    pub(crate) fn new(
        type_spec: &'static GroupTypeSpec,
        profile: GroupProfile,
        now: UnixSeconds,
    ) -> Self {
        Self {
            type_spec,
            profile,
            owner: None,
            created: now,
            members: Members::new(type_spec.stores_members),
            mutes: Restrictions::default(),
            bans: Restrictions::default(),
            audience_admins: Vec::new(),
            attributes: Attributes::default(),
            counters: BTreeMap::new(),
            topics: None,
            permission_groups: PermissionGroups::default(),
            room: None,
            history: History::default(),
            profile_changes: 0,
            last_profile_change: now,
        }
    }

    pub(crate) fn group_type(&self) -> &'static GroupType {
        &self.type_spec.group_type
    }

    /// Returns the maximum number of members; `None` if there is no limit.
    pub(crate) fn max_members(&self) -> Option<u32> {
        self.profile.max_member_count.or(self.type_spec.max_members)
    }

    /// Returns whether the group can take this many more members.
    pub(crate) fn has_capacity_for(&self, more: usize) -> bool {
        self.max_members().is_none_or(|max| self.members.len() + more <= max as usize)
    }

    /// Returns whether an account is the owner or an admin of the group.
    pub(crate) fn is_led_by(&self, account: &str) -> bool {
        let member = self.members.stored().and_then(|members| members.get(account));
        self.owner.as_deref() == Some(account)
            || self.audience_admins.iter().any(|admin| **admin == *account)
            || member.is_some_and(|member| matches!(member.role, Role::Owner | Role::Admin))
    }

    /// Makes a stored member the owner, and the former owner an ordinary member. Returns whether the
    /// account is a member.
    pub(crate) fn change_owner(&mut self, account: &Arc<str>) -> bool {
        let Some(members) = self.members.stored_mut() else { return false };
        let Some(member) = members.get_mut(account) else { return false };
        member.role = Role::Owner;
        if let Some(former) = self.owner.replace(Arc::clone(account))
            && former != *account
            && let Some(member) = members.get_mut(&former)
        {
            member.role = Role::Member;
        }
        true
    }

    /// Removes a topic with the permissions in it. Returns whether it existed.
    pub(crate) fn remove_topic(&mut self, topic: &str) -> bool {
        self.permission_groups.remove_topic(topic);
        self.topics.as_mut().is_some_and(|topics| topics.remove(topic))
    }

    /// Removes an account that is deleted, with the roles that outlast membership.
    pub(crate) fn remove_deleted(&mut self, account: &str, now: UnixSeconds) {
        self.audience_admins.retain(|admin| **admin != *account);
        self.remove(account, now);
    }

    /// Adds an account whose client joins. Returns whether it was not a member before.
    pub(crate) fn join(&mut self, account: Arc<str>, member: Member) -> bool {
        let joined = self.members.add(account, member);
        if joined && let Some(room) = &mut self.room {
            room.note_entered();
        }
        joined
    }

    /// Removes an account, and keeps it from joining until a restriction ends. Returns whether the
    /// account was a member.
    pub(crate) fn ban(&mut self, account: Arc<str>, expiry: Expiry, now: UnixSeconds) -> bool {
        let was_member = self.remove(&account, now);
        self.bans.set(account, expiry, now);
        was_member
    }

    /// Removes an account, even the owner: a group can be without owner and without members. Returns
    /// whether the account was a member.
    pub(crate) fn remove(&mut self, account: &str, now: UnixSeconds) -> bool {
        if self.owner.as_deref() == Some(account) && self.members.stored().is_some() {
            self.owner = None;
        }
        self.permission_groups.remove_member(account);
        let was_member = self.members.remove(account);
        if was_member && let Some(room) = &mut self.room {
            room.note_left(account, self.members.len(), now);
        }
        was_member
    }
}
