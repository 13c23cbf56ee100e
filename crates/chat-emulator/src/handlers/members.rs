//! Members: `add_group_member`, `import_group_member` and `delete_group_member`.

use std::{collections::HashSet, sync::Arc};

use chat_types::{
    ErrorCode, UserId,
    group::{
        AddGroupMember, AddGroupMemberResponse, AddMemberResult, AddedMember, DeleteGroupMember,
        DeleteGroupMemberResponse, ImportGroupMember, ImportGroupMemberResponse,
        ImportMemberResult, ImportedMember, MemberToImport, Role,
    },
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{AppState, group::Group, members::Member},
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
    let AppState { accounts, groups, .. } = &mut *context.app;
    let id = request.group_id.as_str();
    let group = groups.get_mut(id).ok_or_else(|| ApiError::group_not_found(id))?;
    let users = request.member_list.iter().map(|user| &user.member_account);
    check_capacity(group, users.filter(|user| accounts.contains(user.as_str())))?;

    let (mut joins, last_read) = (0, group.history.count());
    let mut response = AddGroupMemberResponse::default();
    for user in &request.member_list {
        let account = user.member_account.as_str();
        let result = if !accounts.contains(account) {
            AddMemberResult::Failed
        } else if group
            .members
            .add(accounts.shared_id(account), Member::new(Role::Member, now, last_read))
        {
            AddMemberResult::Added
        } else {
            AddMemberResult::AlreadyMember
        };
        joins += usize::from(matches!(result, AddMemberResult::Added));
        response.member_list.push(AddedMember::new(&user.member_account, result));
    }
    context.app.count_joins(joins, now);
    Ok(response)
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
    let removed = request.member_to_del_account.iter();
    let quits = removed.filter(|account| group.remove(account.as_str(), now)).count();
    context.app.count_quits(quits, now);
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
