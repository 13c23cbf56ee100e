//! Group profiles: `modify_group_base_info`.

use chat_types::{
    GroupType,
    group::{GroupCustomField, ModifyGroupBaseInfo, ModifyGroupBaseInfoResponse, MuteAllMember},
    webhook::group::CallbackAfterGroupInfoChanged,
};

use super::{groups::check_max_members, moderation::texts::moderate_options};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::group::{Group, GroupProfile},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(modify_group_base_info, |request| &request.group_id);
}

fn modify_group_base_info(
    context: &mut Context<'_>,
    request: &ModifyGroupBaseInfo,
) -> Result<ModifyGroupBaseInfoResponse, ApiError> {
    if let Some(author) = &request.from_account {
        context.group_account("From_Account", author)?;
    }
    let now = context.now;
    let mut request = request.clone();
    let texts = [
        ("Name", &mut request.name),
        ("Introduction", &mut request.introduction),
        ("Notification", &mut request.notification),
    ];
    moderate_options(context, texts)?;
    let request = &request;
    let group = context.group_mut(&request.group_id)?;
    check(group, request)?;
    if *group.group_type() != GroupType::AVChatRoom {
        group.profile.max_member_count = request.max_member_num.or(group.profile.max_member_count);
    }
    apply(&mut group.profile, request);
    group.profile_changes += 1;
    group.last_profile_change = now;
    let group_type = group.group_type();
    let texts = [&request.name, &request.introduction, &request.notification, &request.face_url];
    if texts.iter().any(|text| text.is_some()) {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterGroupInfoChanged::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(group_type.clone());
            event.operator_account = Some(context.caller.into());
            event.name.clone_from(&request.name);
            event.introduction.clone_from(&request.introduction);
            event.notification.clone_from(&request.notification);
            event.face_url.clone_from(&request.face_url);
            event
        });
    }
    Ok(ModifyGroupBaseInfoResponse::default())
}

fn check(group: &Group, request: &ModifyGroupBaseInfo) -> Result<(), ApiError> {
    let live = *group.group_type() == GroupType::AVChatRoom;
    if live && request.invite_join_option.is_some() {
        return Err(ApiError::invalid_parameter(
            "InviteJoinOption: not supported in audio-video groups",
        ));
    }
    let permissions = request.enable_permission.is_some() || request.default_permission.is_some();
    if permissions && group.topics.is_none() {
        let info = "EnablePermission, DefaultPermission: only supported in communities with topics";
        return Err(ApiError::invalid_parameter(info));
    }
    if !group.type_spec.muting && request.mute_all_member.is_some() {
        let info = format!("MuteAllMember: not supported in {} groups", group.group_type());
        return Err(ApiError::invalid_parameter(info));
    }
    check_max_members("MaxMemberNum", request.max_member_num, group.type_spec)
}

fn apply(profile: &mut GroupProfile, request: &ModifyGroupBaseInfo) {
    set(&mut profile.name, &request.name);
    set(&mut profile.introduction, &request.introduction);
    set(&mut profile.notification, &request.notification);
    set(&mut profile.face_url, &request.face_url);
    set_option(&mut profile.apply_join_option, &request.apply_join_option);
    set_option(&mut profile.invite_join_option, &request.invite_join_option);
    set_option(&mut profile.enable_permission, &request.enable_permission);
    set_option(&mut profile.default_permission, &request.default_permission);
    let mute_all = request.mute_all_member.as_ref();
    profile.mute_all = mute_all.map_or(profile.mute_all, |option| *option == MuteAllMember::On);
    modify_custom(&mut profile.custom, &request.app_defined_data);
}

/// Sets custom fields, and removes those whose new value is empty.
pub(super) fn modify_custom(fields: &mut Vec<GroupCustomField>, new: &[GroupCustomField]) {
    for field in new {
        fields.retain(|existing| existing.key != field.key);
        if !field.value.is_empty() {
            fields.push(field.clone());
        }
    }
}

/// Sets a string, if the request has it.
pub(super) fn set(value: &mut String, new: &Option<String>) {
    if let Some(new) = new {
        value.clone_from(new);
    }
}

fn set_option<T: Clone>(value: &mut Option<T>, new: &Option<T>) {
    if new.is_some() {
        value.clone_from(new);
    }
}
