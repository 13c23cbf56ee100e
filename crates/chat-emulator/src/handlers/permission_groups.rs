//! Permission groups of communities: `create_permission_group`, `destroy_permission_group`,
//! `modify_permission_group` and `get_permission_group`.

use chat_types::{
    ErrorCode, GroupId, PermissionGroupId,
    group::{
        CreatePermissionGroup, CreatePermissionGroupResponse, DeletedPermissionGroup,
        DestroyPermissionGroup, DestroyPermissionGroupResponse, GetPermissionGroup,
        GetPermissionGroupResponse, ModifyPermissionGroup, ModifyPermissionGroupResponse,
        PermissionGroup as PermissionGroupInfo,
    },
};

use super::paging::{page_by_cursor, page_size};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, permission_groups::PermissionGroup},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(create_permission_group, |request| &request.group_id);
    router.add_for_group(destroy_permission_group, |request| &request.group_id);
    router.add_for_group(modify_permission_group, |request| &request.group_id);
    router.add_for_group(get_permission_group, |request| &request.group_id);
}

fn create_permission_group(
    context: &mut Context<'_>,
    request: &CreatePermissionGroup,
) -> Result<CreatePermissionGroupResponse, ApiError> {
    let now = context.now;
    let groups = &mut community_mut(context, &request.group_id)?.permission_groups;
    let id = match &request.permission_group_id {
        None => groups.assign_id(),
        Some(id) => {
            if groups.get(id).is_some() {
                let info = format!("PermissionGroupId: {id:?} is already used in the community");
                return Err(ApiError::new(ErrorCode::GROUP_ID_TAKEN, info));
            }
            id.clone()
        }
    };
    let group = PermissionGroup {
        name: request.permission_group_name.clone(),
        permission: request.permission,
        custom: request.custom_string.clone().unwrap_or_default(),
        created: now,
        ..PermissionGroup::default()
    };
    groups.insert(&id, group);
    let mut response = CreatePermissionGroupResponse::default();
    response.permission_group_id = Some(id);
    Ok(response)
}

fn destroy_permission_group(
    context: &mut Context<'_>,
    request: &DestroyPermissionGroup,
) -> Result<DestroyPermissionGroupResponse, ApiError> {
    let groups = &mut community_mut(context, &request.group_id)?.permission_groups;
    let results = request.permission_group_id_list.iter().map(|id| {
        let mut result = DeletedPermissionGroup::default();
        result.permission_group_id = id.clone();
        result.error_info = Some(String::new());
        if !groups.remove(id) {
            let error = not_found(id);
            (result.error_code, result.error_info) = (error.code, Some(error.info));
        }
        result
    });
    let mut response = DestroyPermissionGroupResponse::default();
    response.permission_group_result_list = results.collect();
    Ok(response)
}

fn modify_permission_group(
    context: &mut Context<'_>,
    request: &ModifyPermissionGroup,
) -> Result<ModifyPermissionGroupResponse, ApiError> {
    let community = community_mut(context, &request.group_id)?;
    let group = permission_group_mut(community, &request.permission_group_id)?;
    if let Some(name) = &request.permission_group_name {
        group.name.clone_from(name);
    }
    if let Some(custom) = &request.custom_string {
        group.custom.clone_from(custom);
    }
    group.permission = request.permission.unwrap_or(group.permission);
    Ok(ModifyPermissionGroupResponse::default())
}

fn get_permission_group(
    context: &mut Context<'_>,
    request: &GetPermissionGroup,
) -> Result<GetPermissionGroupResponse, ApiError> {
    let groups = &community_mut(context, &request.group_id)?.permission_groups;
    let mut response = GetPermissionGroupResponse::default();
    if request.permission_group_id_list.is_empty() {
        let size = page_size::<GetPermissionGroup>(request.limit);
        let page = page_by_cursor(groups.by_id(), &request.next, size)?;
        let groups = page.items.into_iter();
        response.permission_group_info_list = groups.map(|(id, group)| info(id, group)).collect();
        response.next = Some(page.next);
    } else {
        let found = request
            .permission_group_id_list
            .iter()
            .filter_map(|id| Some(info(id.as_str(), groups.get(id)?)));
        response.permission_group_info_list = found.collect();
        response.next = Some(String::new());
    }
    Ok(response)
}

fn info(id: &str, group: &PermissionGroup) -> PermissionGroupInfo {
    let mut info = PermissionGroupInfo::default();
    info.permission_group_id = PermissionGroupId::from(id);
    info.permission_group_name = Some(group.name.clone());
    info.permission = Some(group.permission);
    info.custom_string = Some(group.custom.clone());
    info.member_num = u32::try_from(group.members.len()).ok();
    info.create_time = Some(group.created);
    info
}

/// Returns a community whose permission groups are enabled, to be changed.
pub(super) fn community_mut<'a>(
    context: &'a mut Context<'_>,
    id: &GroupId,
) -> Result<&'a mut Group, ApiError> {
    let group = context.group_mut(id)?;
    if group.topics.is_none() || group.profile.enable_permission != Some(true) {
        let info = "GroupId: the community does not have SupportTopic 1 and EnablePermission 1";
        return Err(ApiError::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info));
    }
    Ok(group)
}

/// Returns a permission group of a community, to be changed.
pub(super) fn permission_group_mut<'a>(
    community: &'a mut Group,
    id: &PermissionGroupId,
) -> Result<&'a mut PermissionGroup, ApiError> {
    community.permission_groups.get_mut(id).ok_or_else(|| not_found(id))
}

/// The error for a permission group that the community does not have.
pub(super) fn not_found(id: &PermissionGroupId) -> ApiError {
    let info = format!("permission group {id:?} does not exist or was deleted");
    ApiError::new(ErrorCode::PERMISSION_GROUP_NOT_FOUND, info)
}
