//! Members: `add_group_member`, `import_group_member` and `delete_group_member`.

use std::{collections::HashSet, sync::Arc};

use chat_types::{
    ErrorCode, GroupId, GroupType, UserId,
    group::{
        AddGroupMember, AddGroupMemberResponse, AddMemberResult, AddedMember, DeleteGroupMember,
        DeleteGroupMemberResponse, ImportGroupMember, ImportGroupMemberResponse,
        ImportMemberResult, ImportedMember, MemberToImport, Role,
    },
    webhook::{
        GroupExitType, GroupJoinType, WebhookResponse as _,
        group::{
            CallbackAfterGroupFull, CallbackAfterMemberExit, CallbackAfterNewMemberJoin,
            CallbackBeforeInviteJoinGroup,
        },
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{AppState, group::Group, members::Member},
    webhooks::{call::allowed, fields::account_list},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(add_group_member, |request| &request.group_id);
    router.add_for_group(import_group_member, |request| &request.group_id);
    router.add_for_group(delete_group_member, |request| &request.group_id);
}

fn add_group_member(
    context: &mut Context<'_>,
    request: &AddGroupMember,
) -> Result<AddGroupMemberResponse, ApiError> {
    let now = context.now;
    let group = context.group(&request.group_id)?;
    let group_type = group.group_type();
    let users = request.member_list.iter().map(|user| &user.member_account);
    let existing = users.filter(|user| context.app.accounts.contains(user.as_str()));
    let capacity = check_capacity(group, existing.clone());
    let new: Vec<&UserId> =
        existing.filter(|user| !group.members.contains(user.as_str())).collect();
    if capacity.is_err() {
        report_full(context, &request.group_id);
    }
    capacity?;
    let refused = refused_invitations(context, &request.group_id, group_type, &new)?;

    let AppState { accounts, groups, .. } = &mut *context.app;
    let id = request.group_id.as_str();
    let group = groups.get_mut(id).ok_or_else(|| ApiError::group_not_found(id))?;
    let (mut joined, last_read) = (Vec::new(), group.history.count());
    let mut response = AddGroupMemberResponse::default();
    for user in &request.member_list {
        let account = user.member_account.as_str();
        let result = if !accounts.contains(account) || refused.contains(&user.member_account) {
            AddMemberResult::Failed
        } else if group
            .members
            .add(accounts.shared_id(account), Member::new(Role::Member, now, last_read))
        {
            AddMemberResult::Added
        } else {
            AddMemberResult::AlreadyMember
        };
        if matches!(result, AddMemberResult::Added) {
            joined.push(&user.member_account);
        }
        response.member_list.push(AddedMember::new(&user.member_account, result));
    }
    let is_full = !group.has_capacity_for(1);
    context.app.count_joins(joined.len(), now);
    if !joined.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterNewMemberJoin::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(group_type.clone());
            event.join_type = Some(GroupJoinType::Invited);
            event.operator_account = Some(context.caller.into());
            event.new_member_list = account_list(joined);
            event
        });
        if is_full {
            report_full(context, &request.group_id);
        }
    }
    Ok(response)
}

/// Asks the app's server whether users may be added, and returns those who may not.
fn refused_invitations(
    context: &mut Context<'_>,
    group: &GroupId,
    group_type: &GroupType,
    new: &[&UserId],
) -> Result<Vec<UserId>, ApiError> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeInviteJoinGroup::default();
        event.group_id = group.clone();
        event.type_ = Some(group_type.clone());
        event.operator_account = Some(context.caller.into());
        event.destination_members = account_list(new.iter().copied());
        event
    })?;
    allowed::<CallbackBeforeInviteJoinGroup>(&response, ErrorCode::GROUP_WEBHOOK_REFUSED)?;
    Ok(response
        .parts()
        .changes
        .map(|changes| changes.refused_members_account.clone())
        .unwrap_or_default())
}

/// Reports that a group has no space for more members.
pub(crate) fn report_full(context: &mut Context<'_>, group: &GroupId) {
    context.webhooks.emit(|| {
        let mut event = CallbackAfterGroupFull::default();
        event.group_id = group.clone();
        event
    });
}

fn import_group_member(
    context: &mut Context<'_>,
    request: &ImportGroupMember,
) -> Result<ImportGroupMemberResponse, ApiError> {
    let now = context.now;
    let AppState { accounts, groups, .. } = &mut *context.app;
    let id = request.group_id.as_str();
    let group = groups.get_mut(id).ok_or_else(|| ApiError::group_not_found(id))?;
    let can_be_imported = |user: &MemberToImport, group: &Group| {
        let joined = user.join_time.unwrap_or(now);
        accounts.contains(user.member_account.as_str()) && (group.created..=now).contains(&joined)
    };
    let users = request.member_list.iter().filter(|user| can_be_imported(user, group));
    check_capacity(group, users.map(|user| &user.member_account))?;

    let mut response = ImportGroupMemberResponse::default();
    for user in &request.member_list {
        let account: Arc<str> = accounts.shared_id(user.member_account.as_str());
        let result = if group.members.contains(&account) {
            ImportMemberResult::AlreadyMember
        } else if can_be_imported(user, group) {
            let unread = u64::from(user.unread_msg_num.unwrap_or(0));
            let member = Member::new(
                user.role.clone().unwrap_or(Role::Member),
                user.join_time.unwrap_or(now),
                group.history.count().saturating_sub(unread),
            );
            group.members.add(account, member);
            ImportMemberResult::Imported
        } else {
            ImportMemberResult::Failed
        };
        response.member_list.push(ImportedMember::new(&user.member_account, result));
    }
    Ok(response)
}

fn delete_group_member(
    context: &mut Context<'_>,
    request: &DeleteGroupMember,
) -> Result<DeleteGroupMemberResponse, ApiError> {
    let now = context.now;
    let group = context.group_mut(&request.group_id)?;
    let group_type = group.group_type();
    let accounts = request.member_to_del_account.iter();
    let removed: Vec<_> = accounts.filter(|account| group.remove(account.as_str(), now)).collect();
    context.app.count_quits(removed.len(), now);
    if !removed.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterMemberExit::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(group_type.clone());
            event.exit_type = Some(GroupExitType::Kicked);
            event.operator_account = Some(context.caller.into());
            event.exit_member_list = account_list(removed);
            event
        });
    }
    Ok(DeleteGroupMemberResponse::default())
}

/// Rejects the call as a whole if the group cannot take all new members.
fn check_capacity<'a>(
    group: &Group,
    users: impl Iterator<Item = &'a UserId>,
) -> Result<(), ApiError> {
    let new: HashSet<&UserId> =
        users.filter(|user| !group.members.contains(user.as_str())).collect();
    if group.has_capacity_for(new.len()) {
        return Ok(());
    }
    let max = group.max_members().unwrap_or(u32::MAX);
    let info = format!(
        "the group has {} of at most {max} members and cannot take {} more",
        group.members.len(),
        new.len()
    );
    Err(ApiError::new(ErrorCode::GROUP_FULL, info))
}
