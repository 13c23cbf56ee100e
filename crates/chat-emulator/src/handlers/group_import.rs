//! Import of groups: `import_group`.

use chat_types::{
    ErrorCode,
    group::{CreateGroup, ImportGroup, ImportGroupResponse},
    spec::GroupTypeSpec,
};

use super::groups::{check_accounts, check_options, choose_id, new_group, preset};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(import_group);
}

/// Creates a group as of an earlier time.
fn import_group(
    context: &mut Context<'_>,
    request: &ImportGroup,
) -> Result<ImportGroupResponse, ApiError> {
    let created = request.create_time.unwrap_or(context.now);
    if created > context.now {
        return Err(ApiError::invalid_parameter("CreateTime: must not be in the future"));
    }
    let type_spec = preset(&request.group_type)?;
    let app = &mut *context.app;
    let request = &to_create_group(type_spec, request);
    check_options(type_spec, request)?;
    check_accounts(app, type_spec, request)?;
    // This page has one code for every ID in use, whoever owns the group.
    let id = choose_id(app, type_spec, request).map_err(|error| match error.code {
        ErrorCode::GROUP_ID_TAKEN_BY_SAME_OWNER => {
            ApiError { code: ErrorCode::GROUP_ID_TAKEN, ..error }
        }
        _ => error,
    })?;
    let group = new_group(app, type_spec, request, created)?;
    app.groups.insert(&id, group);
    let mut response = ImportGroupResponse::default();
    response.group_id = id;
    Ok(response)
}

fn to_create_group(type_spec: &GroupTypeSpec, request: &ImportGroup) -> CreateGroup {
    let mut create = CreateGroup::new(request.group_type.clone(), request.name.clone());
    create.owner_account.clone_from(&request.owner_account);
    create.group_id.clone_from(&request.group_id);
    create.introduction.clone_from(&request.introduction);
    create.notification.clone_from(&request.notification);
    create.face_url.clone_from(&request.face_url);
    create.max_member_count = request.max_member_count.or(type_spec.imported_max_members);
    create.apply_join_option.clone_from(&request.apply_join_option);
    create.app_defined_data.clone_from(&request.app_defined_data);
    create.support_topic = request.support_topic;
    create
}
