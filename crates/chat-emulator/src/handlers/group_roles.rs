//! Roles and profiles of members: `change_group_owner`, `get_role_in_group`,
//! `modify_group_member_info` and `get_specified_group_member_info`.

use chat_types::{
    ErrorCode, GroupId, GroupType, UserId,
    group::{
        ChangeGroupOwner, ChangeGroupOwnerResponse, GetRoleInGroup, GetRoleInGroupResponse,
        GetSpecifiedGroupMemberInfo, ModifyGroupMemberInfo, ModifyGroupMemberInfoResponse, Role,
        RoleInGroup, UserRole,
    },
    webhook::group::{CallbackAfterChangeGroupOwner, CallbackAfterMemberFieldChanged},
};
use serde::Serialize;

use super::{
    moderation::texts::moderate_options,
    response_fields::{JsonObject, MemberFields},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, members::Member},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(change_group_owner, |request| &request.group_id);
    router.add_for_group(get_role_in_group, |request| &request.group_id);
    router.add_for_group(modify_group_member_info, |request| &request.group_id);
    router.add_for_group(get_specified_group_member_info, |request| &request.group_id);
}

fn change_group_owner(
    context: &mut Context<'_>,
    request: &ChangeGroupOwner,
) -> Result<ChangeGroupOwnerResponse, ApiError> {
    let account = context.app.accounts.shared_id(request.new_owner_account.as_str());
    let group = context.group_mut(&request.group_id)?;
    let (group_type, former) = (group.group_type(), group.owner.clone());
    if !group.change_owner(&account) {
        return Err(not_a_member("NewOwner_Account", request.new_owner_account.as_str()));
    }
    context.webhooks.emit(|| {
        let mut event = CallbackAfterChangeGroupOwner::default();
        event.group_id = request.group_id.clone();
        event.type_ = Some(group_type.clone());
        event.operator_account = Some(context.caller.into());
        event.old_owner_account = former.as_deref().map(UserId::from);
        event.new_owner_account = request.new_owner_account.clone();
        event
    });
    Ok(ChangeGroupOwnerResponse::default())
}

fn member_mut<'a>(
    group: &'a mut Group,
    field: &str,
    account: &str,
) -> Result<&'a mut Member, ApiError> {
    let members = group.members.stored_mut();
    members.and_then(|members| members.get_mut(account)).ok_or_else(|| not_a_member(field, account))
}

fn not_a_member(field: &str, account: &str) -> ApiError {
    ApiError::invalid_parameter(format!("{field}: {account:?} is not a member of the group"))
}

fn get_role_in_group(
    context: &mut Context<'_>,
    request: &GetRoleInGroup,
) -> Result<GetRoleInGroupResponse, ApiError> {
    let group = context.group(&request.group_id)?;
    let mut response = GetRoleInGroupResponse::default();
    for account in &request.user_accounts {
        let member = group.members.stored().and_then(|members| members.get(account.as_str()));
        let role = match member.map(|member| &member.role) {
            None => RoleInGroup::NotMember,
            Some(role) => RoleInGroup::from(role.as_str()),
        };
        response.roles.push(UserRole::new(account.clone(), role));
    }
    Ok(response)
}

fn modify_group_member_info(
    context: &mut Context<'_>,
    request: &ModifyGroupMemberInfo,
) -> Result<ModifyGroupMemberInfoResponse, ApiError> {
    let now = context.now;
    let account = context.app.accounts.shared_id(request.member_account.as_str());
    let mut name_card = request.name_card.clone();
    moderate_options(context, [("NameCard", &mut name_card)])?;
    let group = context.group_mut(&request.group_id)?;
    let is_private = *group.group_type() == GroupType::Private;
    let mute_time = request.mute_time;
    let is_owner = group.owner.as_ref() == Some(&account);
    let member = member_mut(group, "Member_Account", &account)?;
    if is_private && mute_time.is_some() {
        return Err(not_permitted("MuteTime: Private groups cannot mute members"));
    }
    if is_private && request.role == Some(Role::Admin) {
        return Err(not_permitted("Role: Private groups have no admins"));
    }
    if is_owner && request.role.is_some() {
        return Err(not_permitted("Role: the role of the owner cannot be changed"));
    }
    if let Some(role) = &request.role {
        member.role = role.clone();
    }
    if let Some(flag) = &request.msg_flag {
        member.msg_flag = flag.clone();
    }
    if let Some(name_card) = &name_card {
        member.name_card.clone_from(name_card);
    }
    for field in &request.app_member_defined_data {
        member.custom.retain(|other| other.key != field.key);
        member.custom.push(field.clone());
    }
    if let Some(time) = mute_time {
        group.mutes.mute(account, time, now);
    }
    let group_type = group.group_type();
    if request.role.is_some() || name_card.is_some() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterMemberFieldChanged::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(group_type.clone());
            event.operator_account = Some(context.caller.into());
            event.member_account = request.member_account.clone();
            event.role.clone_from(&request.role);
            event.name_card = name_card;
            event
        });
    }
    Ok(ModifyGroupMemberInfoResponse::default())
}

fn not_permitted(info: &str) -> ApiError {
    ApiError::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info)
}

/// The response, with the requested fields of each member.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FoundMembers {
    group_id: GroupId,
    member_list: Vec<JsonObject>,
}

fn get_specified_group_member_info(
    context: &mut Context<'_>,
    request: &GetSpecifiedGroupMemberInfo,
) -> Result<FoundMembers, ApiError> {
    let now = context.now;
    let group = context.group(&request.group_id)?;
    let fields = MemberFields {
        names: &request.member_info_filter,
        custom: &request.app_defined_data_filter_group_member,
    };
    let roles = &request.member_role_filter;
    let member_list = request
        .member_accounts
        .iter()
        .filter_map(|account| Some((account, group.members.stored()?.get(account.as_str())?)))
        .filter(|(_, member)| roles.is_empty() || roles.contains(&member.role))
        .map(|(account, member)| fields.select(account.as_str(), member, group, now))
        .collect::<Result<_, _>>()?;
    Ok(FoundMembers { group_id: request.group_id.clone(), member_list })
}
