//! From the records of a seed to the state.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{
    GroupId, UnixSeconds,
    account::AccountToImport,
    group::{ImportGroup, MemberToImport, Role},
    message::GroupMsgToImport,
    profile::ProfileTag,
    spec::GroupTypeSpec,
};
use serde::Serialize;

use super::{
    plan::Plan,
    record::{InGroup, Record},
};
use crate::state::{
    AppState,
    group::{Group, GroupProfile},
    history::Message,
    members::Member,
    topics::Topics,
};

/// What a seed added to an app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SeedSummary {
    /// The number of records of accounts.
    pub accounts: u64,
    /// The number of groups.
    pub groups: u64,
    /// The number of messages.
    pub messages: u64,
    /// The number of members, owners not included.
    pub members: u64,
}

impl Plan {
    /// Applies the records to an app, for which the plan was checked.
    pub(crate) fn apply(self, state: &mut AppState, now: UnixSeconds) -> SeedSummary {
        let mut summary = SeedSummary::default();
        let mut groups = BTreeSet::new();
        for (_, record) in self.records {
            match record {
                Record::ChatExport(_) | Record::Summary(_) => {}
                Record::Account(account) => {
                    add_account(state, account);
                    summary.accounts += 1;
                }
                Record::Group(group) => {
                    groups.extend(add_group(state, *group, now));
                    summary.groups += 1;
                }
                Record::Message(message) => {
                    add_message(state, &message, now);
                    summary.messages += 1;
                }
                Record::Member(member) => {
                    summary.members += u64::from(add_member(state, member, now));
                }
            }
        }
        for group in groups {
            mark_as_read_by_owner(state, &group);
        }
        summary
    }
}

fn add_account(state: &mut AppState, account: AccountToImport) {
    let id = state.accounts.log_in(account.user_id.as_str());
    let fields = [(ProfileTag::Nick, account.nick), (ProfileTag::Image, account.face_url)];
    for (tag, text) in fields {
        if let Some(text) = text.filter(|text| !text.is_empty())
            && let Some(profile) = state.accounts.profile_mut(&id)
        {
            profile.insert(tag, text.into());
        }
    }
}

fn add_group(state: &mut AppState, group: ImportGroup, now: UnixSeconds) -> Option<GroupId> {
    let type_spec = GroupTypeSpec::find(&group.group_type)?;
    let created = group.create_time.unwrap_or(now);
    let profile = GroupProfile {
        name: group.name,
        introduction: group.introduction.unwrap_or_default(),
        notification: group.notification.unwrap_or_default(),
        face_url: group.face_url.unwrap_or_default(),
        max_member_count: group.max_member_count,
        apply_join_option: group.apply_join_option,
        custom: group.app_defined_data,
        ..GroupProfile::default()
    };
    let mut new = Group::new(type_spec, profile, created);
    new.topics = group.support_topic.unwrap_or(false).then(Topics::default);
    new.owner = group.owner_account.map(|owner| state.accounts.log_in(owner.as_str()));
    if let Some(owner) = new.owner.as_ref().filter(|_| type_spec.stores_members) {
        new.members.add(Arc::clone(owner), Member::new(Role::Owner, created, 0));
    }
    let id = group.group_id?;
    state.groups.insert(&id, new);
    Some(id)
}

fn add_message(state: &mut AppState, message: &InGroup<GroupMsgToImport>, now: UnixSeconds) {
    let InGroup { group_id, item } = message;
    let sender = state.accounts.log_in(item.from_account.as_str());
    let Some(group) = state.groups.get_mut(group_id.as_str()) else { return };
    let Ok(content) = serde_json::to_vec(&item.msg_body) else { return };
    group.history.add(Message {
        time: item.send_time,
        random: item.random,
        ..Message::new(sender, now, content.into())
    });
}

fn add_member(state: &mut AppState, member: InGroup<MemberToImport>, now: UnixSeconds) -> bool {
    let InGroup { group_id, item } = member;
    let account = state.accounts.log_in(item.member_account.as_str());
    let Some(group) = state.groups.get_mut(group_id.as_str()) else { return false };
    let unread = u64::from(item.unread_msg_num.unwrap_or(0));
    let read = group.history.count().saturating_sub(unread);
    let role = item.role.unwrap_or(Role::Member);
    group.members.add(account, Member::new(role, item.join_time.unwrap_or(now), read))
}

fn mark_as_read_by_owner(state: &mut AppState, group: &GroupId) {
    let Some(group) = state.groups.get_mut(group.as_str()) else { return };
    let Some(owner) = group.owner.clone() else { return };
    let count = group.history.count();
    if let Some(owner) = group.members.stored_mut().and_then(|members| members.get_mut(&owner)) {
        owner.last_read = count;
    }
}
