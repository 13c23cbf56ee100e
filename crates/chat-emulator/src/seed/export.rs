//! From the state to the records of a seed.

use std::collections::BTreeSet;

use chat_types::{
    Endpoint as _, GroupId,
    account::AccountToImport,
    conversation::SetUnreadMsgNum,
    group::{ImportGroup, MemberToImport, Role},
    message::{GroupMsgToImport, MsgElement},
    profile::ProfileTag,
};

use super::record::{InGroup, Record};
use crate::state::{
    AppState, group::Group, history::Message, members::Member, ordered_map::OrderedMap,
};

/// Returns the accounts and groups of an app as JSON Lines.
pub(crate) fn export(
    state: &AppState,
    admins: &BTreeSet<String>,
) -> Result<Vec<u8>, serde_json::Error> {
    let mut lines = Vec::new();
    let mut write = |record: Record| -> Result<(), serde_json::Error> {
        serde_json::to_writer(&mut lines, &record)?;
        lines.push(b'\n');
        Ok(())
    };
    let mut accounts: Vec<&str> = state.accounts.ids().map(|id| &**id).collect();
    accounts.sort_unstable();
    for id in accounts {
        let account = account(state, id);
        // All emulators have their admins.
        let is_new = account.nick.is_none() && account.face_url.is_none() && admins.contains(id);
        if !is_new {
            write(Record::Account(account))?;
        }
    }
    for (id, group) in state.groups.by_id().iter().filter(|(_, group)| can_be_imported(group)) {
        let group_id = GroupId::from(&**id);
        write(Record::Group(Box::new(to_import(&group_id, group))))?;
        let mut messages = 0;
        for (_, message) in group.history.kept().filter(|(_, message)| !message.recalled) {
            if let Some(item) = message_to_import(message) {
                write(Record::Message(InGroup { group_id: group_id.clone(), item }))?;
                messages += 1;
            }
        }
        let owner = group.owner.as_deref();
        let newest = group.history.count();
        let types = SetUnreadMsgNum::SPEC.group_types;
        let counts_unread = types.is_some_and(|types| types.contains(group.group_type()));
        let members = group.members.stored().into_iter().flat_map(OrderedMap::iter);
        for (account, member) in members.filter(|(account, _)| Some(&***account) != owner) {
            let mut item = member_to_import(account, member);
            if counts_unread {
                let unread = newest.saturating_sub(member.last_read).min(messages);
                item.unread_msg_num = u32::try_from(unread).ok().filter(|unread| *unread > 0);
            }
            write(Record::Member(InGroup { group_id: group_id.clone(), item }))?;
        }
    }
    Ok(lines)
}

/// Returns whether the service has an import for such groups: neither for audiences nor for rooms.
fn can_be_imported(group: &Group) -> bool {
    group.room.is_none() && group.members.stored().is_some()
}

fn account(state: &AppState, id: &str) -> AccountToImport {
    let text = |tag| {
        let text = state.accounts.profile_text(id, &tag);
        (!text.is_empty()).then(|| text.to_owned())
    };
    let mut account = AccountToImport::new(id);
    (account.nick, account.face_url) = (text(ProfileTag::Nick), text(ProfileTag::Image));
    account
}

fn to_import(id: &GroupId, group: &Group) -> ImportGroup {
    let profile = &group.profile;
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    let mut import = ImportGroup::new(group.group_type().clone(), &*profile.name);
    import.group_id = Some(id.clone());
    import.owner_account = group.owner.as_deref().map(Into::into);
    import.introduction = text(&profile.introduction);
    import.notification = text(&profile.notification);
    import.face_url = text(&profile.face_url);
    import.max_member_count = profile.max_member_count;
    import.apply_join_option.clone_from(&profile.apply_join_option);
    import.app_defined_data.clone_from(&profile.custom);
    import.create_time = Some(group.created);
    import.support_topic = group.topics.is_some().then_some(true);
    import
}

fn message_to_import(message: &Message) -> Option<GroupMsgToImport> {
    let body: Vec<MsgElement> = serde_json::from_slice(&message.content).ok()?;
    let mut import = GroupMsgToImport::new(&*message.sender, message.time, body);
    import.random = message.random;
    Some(import)
}

fn member_to_import(account: &str, member: &Member) -> MemberToImport {
    let mut import = MemberToImport::new(account);
    import.role = (member.role == Role::Admin).then_some(Role::Admin);
    import.join_time = Some(member.joined);
    import
}
