//! Information about groups: `get_group_info`.

use chat_types::{
    ErrorCode, GroupId, UnixSeconds, UserId,
    group::{GetGroupInfo, GroupInfo, GroupInfoFilter, MuteAllMember},
};
use serde::Serialize;

use super::response_fields::{
    JsonObject, MemberFields, check_member_count, member_profile, to_json_object,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::group::Group,
};

pub(super) fn register(router: &mut Router) {
    router.add(get_group_info);
}

/// The response, with the requested fields of each group.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupInfos {
    group_info: Vec<Entry>,
}

/// The entry of a group: with all its fields, or with those that were requested.
#[derive(Serialize)]
#[serde(untagged)]
enum Entry {
    Whole(Box<GroupInfo>),
    Selected(JsonObject),
}

fn get_group_info(
    context: &mut Context<'_>,
    request: &GetGroupInfo,
) -> Result<GroupInfos, ApiError> {
    let filter = request.response_filter.as_ref();
    let entries = request.group_id_list.iter().map(|id| match find(context, id) {
        Ok(group) => found(context, id, group, filter),
        Err(error) => failed(id, error),
    });
    Ok(GroupInfos { group_info: entries.collect::<Result<_, _>>()? })
}

fn find<'a>(context: &'a Context<'_>, id: &GroupId) -> Result<&'a Group, ApiError> {
    GroupId::parse(id.as_str())
        .map_err(|malformed| ApiError::new(ErrorCode::GROUP_ID_INVALID, malformed.to_string()))?;
    context.group(id)
}

/// The entry of a group that was not found.
fn failed(id: &GroupId, error: ApiError) -> Result<Entry, ApiError> {
    let mut entry = GroupInfo::default();
    entry.group_id = id.clone();
    entry.error_code = error.code;
    entry.error_info = Some(error.info);
    let mut entry = to_json_object(&entry)?;
    entry.retain(|name, _| ALWAYS.contains(&name.as_str()));
    Ok(Entry::Selected(entry))
}

/// The entry of a group that was found.
fn found(
    context: &Context<'_>,
    id: &GroupId,
    group: &Group,
    filter: Option<&GroupInfoFilter>,
) -> Result<Entry, ApiError> {
    let mut info = group_info(id, group, context.app.sdk_app_id);
    match (filter, group.members.stored()) {
        (Some(filter), _) => {
            let custom = &filter.app_defined_data_filter_group;
            info.app_defined_data.retain(|field| custom.contains(&field.key));
        }
        (None, Some(members)) => {
            check_member_count(members.len())?;
            let members = members.iter();
            info.member_list = members
                .map(|(account, member)| member_profile(account, member, group, context.now))
                .collect();
            return Ok(Entry::Whole(info.into()));
        }
        (None, None) => {}
    }
    let mut entry = to_json_object(&info)?;
    entry.retain(|name, _| match (name.as_str(), filter) {
        // Inserted below, if requested.
        ("MemberList", _) => false,
        (_, None) => true,
        ("AppDefinedData", Some(filter)) => !filter.app_defined_data_filter_group.is_empty(),
        (name, Some(filter)) => {
            ALWAYS.contains(&name)
                || filter.group_base_info_filter.iter().any(|field| field == name)
        }
    });
    if let Some(filter) = filter
        && let Some(members) = members(group, filter, context.now)?
    {
        entry.insert("MemberList".into(), members.into_iter().collect());
    }
    Ok(Entry::Selected(entry))
}

/// Returns the members; `None` if they are not stored or not requested.
fn members(
    group: &Group,
    filter: &GroupInfoFilter,
    now: UnixSeconds,
) -> Result<Option<Vec<JsonObject>>, ApiError> {
    if filter.member_info_filter.is_empty() {
        return Ok(None);
    }
    let fields = MemberFields {
        names: &filter.member_info_filter,
        custom: &filter.app_defined_data_filter_group_member,
    };
    let Some(members) = group.members.stored() else { return Ok(None) };
    check_member_count(members.len())?;
    let objects =
        members.iter().map(|(account, member)| fields.select(account, member, group, now));
    objects.collect::<Result<_, _>>().map(Some)
}

/// Returns what a response says about a group, without its members.
pub(super) fn group_info(id: &GroupId, group: &Group, sdk_app_id: u32) -> GroupInfo {
    let profile = &group.profile;
    let mut info = GroupInfo::default();
    info.group_id = id.clone();
    info.error_info = Some(String::new());
    info.group_type = Some(group.group_type().clone());
    info.name = Some(profile.name.clone());
    info.introduction = Some(profile.introduction.clone());
    info.notification = Some(profile.notification.clone());
    info.face_url = Some(profile.face_url.clone());
    info.owner_account = Some(UserId::from(group.owner.as_deref().unwrap_or_default()));
    info.create_time = Some(group.created);
    info.info_seq = Some(group.profile_changes.saturating_add(1));
    info.last_info_time = Some(group.last_profile_change);
    info.last_msg_time = Some(group.history.last_time().unwrap_or_default());
    info.next_msg_seq = Some(group.history.count().saturating_add(1));
    info.member_num = u32::try_from(group.members.len()).ok();
    info.max_member_num = group.max_members();
    info.apply_join_option.clone_from(&profile.apply_join_option);
    info.invite_join_option.clone_from(&profile.invite_join_option);
    info.mute_all_member =
        Some(if profile.mute_all { MuteAllMember::On } else { MuteAllMember::Off });
    info.sdk_app_id = Some(sdk_app_id);
    info.enable_permission = profile.enable_permission;
    info.default_permission = profile.default_permission;
    info.app_defined_data = profile.custom.clone().into();
    info
}

/// The fields that every entry has.
const ALWAYS: [&str; 3] = ["GroupId", "ErrorCode", "ErrorInfo"];
