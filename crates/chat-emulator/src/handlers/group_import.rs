use chat_types::{
    ErrorCode, GroupType,
    group::{CreateGroup, ImportGroup, ImportGroupResponse},
    spec::GroupTypeSpec,
};

use super::groups::{check_accounts, check_options, choose_id, new_group, preset};
use crate::{
    response::Refusal,
    router::{Router, Turn},
};

pub(super) fn register(router: &mut Router) {
    router.on(import_group);
}

/// As creating a group, at another time.
fn import_group(
    turn: &mut Turn<'_>,
    request: &ImportGroup,
) -> Result<ImportGroupResponse, Refusal> {
    let created = request.create_time.unwrap_or(turn.now);
    if created > turn.now {
        return Err(Refusal::parameter("CreateTime lies in the future"));
    }
    let kind = preset(&request.group_type)?;
    let app = &mut *turn.app;
    let request = &as_creation(kind, request);
    check_options(kind, request)?;
    check_accounts(app, kind, request)?;
    // This page tells one's own groups from those of others not at all.
    let id = choose_id(app, kind, request).map_err(|refusal| match refusal.code {
        ErrorCode::GROUP_ID_TAKEN_BY_SAME_OWNER => {
            Refusal { code: ErrorCode::GROUP_ID_TAKEN, ..refusal }
        }
        _ => refusal,
    })?;
    let group = new_group(app, kind, request, created)?;
    app.groups.insert(&id, group);
    let mut response = ImportGroupResponse::default();
    response.group_id = id;
    Ok(response)
}

fn as_creation(kind: &GroupTypeSpec, request: &ImportGroup) -> CreateGroup {
    let mut creation = CreateGroup::new(request.group_type.clone(), request.name.clone());
    creation.owner_account.clone_from(&request.owner_account);
    creation.group_id.clone_from(&request.group_id);
    creation.introduction.clone_from(&request.introduction);
    creation.notification.clone_from(&request.notification);
    creation.face_url.clone_from(&request.face_url);
    creation.max_member_count = request.max_member_count.or(Some(default_max_members(kind)));
    creation.apply_join_option.clone_from(&request.apply_join_option);
    creation.app_defined_data.clone_from(&request.app_defined_data);
    creation.support_topic = request.support_topic;
    creation
}

/// The documented size of an imported group of which nothing is said.
fn default_max_members(kind: &GroupTypeSpec) -> u32 {
    if kind.group_type == GroupType::Community { 100_000 } else { 2_000 }
}
