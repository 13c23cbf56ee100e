use chat_types::{
    ErrorCode, GroupId, UnixSeconds, UserId,
    group::{GetGroupInfo, GroupInfo, GroupInfoFilter, MuteAllMember},
};
use serde::Serialize;

use super::fields::{MemberFields, Object, check_length, object};
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::group::Group,
};

pub(super) fn register(router: &mut Router) {
    router.on(get_group_info);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupInfos {
    group_info: Vec<Object>,
}

fn get_group_info(turn: &mut Turn<'_>, request: &GetGroupInfo) -> Result<GroupInfos, Refusal> {
    let filter = request.response_filter.as_ref();
    let entries = request.group_id_list.iter().map(|id| match find(turn, id) {
        Ok(group) => found(turn, id, group, filter),
        Err(refusal) => missing(id, refusal),
    });
    Ok(GroupInfos { group_info: entries.collect::<Result<_, _>>()? })
}

fn find<'a>(turn: &'a Turn<'_>, id: &GroupId) -> Result<&'a Group, Refusal> {
    GroupId::parse(id.as_str())
        .map_err(|malformed| Refusal::new(ErrorCode::GROUP_ID_INVALID, malformed.to_string()))?;
    turn.group(id)
}

fn missing(id: &GroupId, refusal: Refusal) -> Result<Object, Refusal> {
    let mut entry = GroupInfo::default();
    entry.group_id = id.clone();
    entry.error_code = refusal.code;
    entry.error_info = Some(refusal.info);
    let mut entry = object(&entry)?;
    entry.retain(|name, _| ALWAYS.contains(&name.as_str()));
    Ok(entry)
}

fn found(
    turn: &Turn<'_>,
    id: &GroupId,
    group: &Group,
    filter: Option<&GroupInfoFilter>,
) -> Result<Object, Refusal> {
    let mut profile = profile(id, group, turn.app.sdk_app_id);
    if let Some(filter) = filter {
        let wanted = &filter.app_defined_data_filter_group;
        profile.app_defined_data.retain(|field| wanted.contains(&field.key));
    }
    let mut entry = object(&profile)?;
    entry.retain(|name, _| match (name.as_str(), filter) {
        // Put in below, where it is wanted.
        ("MemberList", _) => false,
        (_, None) => true,
        ("AppDefinedData", Some(filter)) => !filter.app_defined_data_filter_group.is_empty(),
        (name, Some(filter)) => {
            ALWAYS.contains(&name)
                || filter.group_base_info_filter.iter().any(|wanted| wanted == name)
        }
    });
    if let Some(members) = members(group, filter, turn.now)? {
        entry.insert("MemberList".into(), members.into_iter().collect());
    }
    Ok(entry)
}

/// The member list, where it is stored and wanted.
fn members(
    group: &Group,
    filter: Option<&GroupInfoFilter>,
    now: UnixSeconds,
) -> Result<Option<Vec<Object>>, Refusal> {
    let fields = match filter {
        None => MemberFields { names: &[], custom: &[] },
        Some(filter) if filter.member_info_filter.is_empty() => return Ok(None),
        Some(filter) => MemberFields {
            names: &filter.member_info_filter,
            custom: &filter.app_defined_data_filter_group_member,
        },
    };
    let Some(members) = group.members.stored() else { return Ok(None) };
    check_length(members.len())?;
    let objects =
        members.iter().map(|(account, member)| fields.object(account, member, group, now));
    objects.collect::<Result<_, _>>().map(Some)
}

pub(super) fn profile(id: &GroupId, group: &Group, sdk_app_id: u32) -> GroupInfo {
    let said = &group.profile;
    let mut info = GroupInfo::default();
    info.group_id = id.clone();
    info.error_info = Some(String::new());
    info.group_type = Some(group.group_type().clone());
    info.name = Some(said.name.clone());
    info.introduction = Some(said.introduction.clone());
    info.notification = Some(said.notification.clone());
    info.face_url = Some(said.face_url.clone());
    info.owner_account = Some(UserId::from(group.owner.as_deref().unwrap_or_default()));
    info.create_time = Some(group.created);
    info.info_seq = Some(group.changes.saturating_add(1));
    info.last_info_time = Some(group.last_change);
    info.last_msg_time = Some(group.history.last().unwrap_or_default());
    info.next_msg_seq = Some(group.history.count().saturating_add(1));
    info.member_num = u32::try_from(group.members.len()).ok();
    info.max_member_num = group.max_members();
    info.apply_join_option.clone_from(&said.apply_join_option);
    info.invite_join_option.clone_from(&said.invite_join_option);
    info.mute_all_member = Some(if said.mute_all { MuteAllMember::On } else { MuteAllMember::Off });
    info.sdk_app_id = Some(sdk_app_id);
    info.enable_permission = said.enable_permission;
    info.default_permission = said.default_permission;
    info.app_defined_data.clone_from(&said.custom);
    info
}

const ALWAYS: [&str; 3] = ["GroupId", "ErrorCode", "ErrorInfo"];
