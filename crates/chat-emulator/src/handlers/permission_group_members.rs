//! Members of permission groups: `add_permission_group_member`, `delete_permission_group_member` and
//! `get_permission_group_member_list`.

use std::sync::Arc;

use chat_types::{
    ErrorCode, UserId,
    group::{
        AddPermissionGroupMember, AddPermissionGroupMemberResponse, DeletePermissionGroupMember,
        DeletePermissionGroupMemberResponse, GetPermissionGroupMemberList,
        GetPermissionGroupMemberListResponse, PermissionGroupMember, PermissionGroupMemberResult,
    },
};

use super::{
    paging::{page_by_cursor, page_size},
    permission_groups::{community_mut, permission_group_mut},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::permission_groups::PermissionGroup,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(add_permission_group_member, |request| &request.group_id);
    router.add_for_group(delete_permission_group_member, |request| &request.group_id);
    router.add_for_group(get_permission_group_member_list, |request| &request.group_id);
}

fn add_permission_group_member(
    context: &mut Context<'_>,
    request: &AddPermissionGroupMember,
) -> Result<AddPermissionGroupMemberResponse, ApiError> {
    let accounts = request.member_list.iter().map(|member| &member.member_account);
    let accounts: Vec<_> =
        accounts.map(|id| (id, context.app.accounts.existing_id(id.as_str()))).collect();
    let community = community_mut(context, &request.group_id)?;
    let members = accounts.into_iter().map(|(id, account)| match account {
        None => (id, Err(ErrorCode::GROUP_ACCOUNT_NOT_FOUND)),
        Some(account) if !community.members.contains(&account) => {
            (id, Err(ErrorCode::INVALID_PARAMETER))
        }
        Some(account) => (id, Ok(account)),
    });
    let members: Vec<_> = members.collect();
    let group = permission_group_mut(community, &request.permission_group_id)?;
    let mut response = AddPermissionGroupMemberResponse::default();
    response.member_list = members
        .into_iter()
        .map(|(id, member)| result(id, member.and_then(|account| add(group, account))))
        .collect();
    Ok(response)
}

fn add(group: &mut PermissionGroup, account: Arc<str>) -> Result<(), ErrorCode> {
    match group.members.insert(account, ()) {
        None => Ok(()),
        Some(()) => Err(ErrorCode::ALREADY_GROUP_MEMBER),
    }
}

fn result(account: &UserId, outcome: Result<(), ErrorCode>) -> PermissionGroupMemberResult {
    let mut result = PermissionGroupMemberResult::default();
    result.member_account = account.clone();
    result.result = outcome.err().unwrap_or_default();
    result
}

fn delete_permission_group_member(
    context: &mut Context<'_>,
    request: &DeletePermissionGroupMember,
) -> Result<DeletePermissionGroupMemberResponse, ApiError> {
    let community = community_mut(context, &request.group_id)?;
    let group = permission_group_mut(community, &request.permission_group_id)?;
    let results = request.member_list.iter().map(|member| {
        group.members.remove(member.member_account.as_str());
        result(&member.member_account, Ok(()))
    });
    let mut response = DeletePermissionGroupMemberResponse::default();
    response.member_list = results.collect();
    Ok(response)
}

fn get_permission_group_member_list(
    context: &mut Context<'_>,
    request: &GetPermissionGroupMemberList,
) -> Result<GetPermissionGroupMemberListResponse, ApiError> {
    let community = community_mut(context, &request.group_id)?;
    let group = permission_group_mut(community, &request.permission_group_id)?;
    let size = page_size::<GetPermissionGroupMemberList>(request.limit);
    let page = page_by_cursor(&group.members, &request.next, size)?;
    let members = page.items.into_iter().map(|(account, ())| {
        let mut member = PermissionGroupMember::default();
        member.member_account = UserId::from(account);
        member
    });
    let mut response = GetPermissionGroupMemberListResponse::default();
    response.member_list = members.collect();
    response.next = page.next;
    Ok(response)
}
