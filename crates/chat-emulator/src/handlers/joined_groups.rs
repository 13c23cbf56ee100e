//! The groups of an account: `get_joined_group_list`.

use chat_types::{
    Endpoint as _, GroupId, GroupType, UnixSeconds,
    group::{GetJoinedGroupList, JoinedGroupFilter},
    spec::FieldKind,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    group_info::group_info,
    paging::requested_size,
    response_fields::{JsonObject, member_profile, to_json_object},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::group::Group,
};

pub(super) fn register(router: &mut Router) {
    router.add(get_joined_group_list);
}

/// The response, with the requested fields of each group.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JoinedGroups {
    total_count: usize,
    group_id_list: Vec<JsonObject>,
}

fn get_joined_group_list(
    context: &mut Context<'_>,
    request: &GetJoinedGroupList,
) -> Result<JoinedGroups, ApiError> {
    let (app, account) = (&*context.app, request.member_account.as_str());
    context.group_account("Member_Account", &request.member_account)?;
    check_topic_filter(request)?;
    let joined: Vec<_> = app
        .groups
        .by_id()
        .iter()
        .map(|(id, group)| (id, &**group))
        .filter(|(_, group)| group.members.contains(account) && is_requested(group, request))
        .collect();
    let offset = usize::try_from(request.offset.unwrap_or(0)).unwrap_or(usize::MAX);
    let limit = requested_size(request.limit).unwrap_or(usize::MAX);
    let page = joined.iter().skip(offset).take(limit);
    let group_id_list = page
        .map(|(id, group)| {
            let id = GroupId::from(&***id);
            let filter = request.response_filter.as_ref();
            entry(&id, group, account, filter, app.sdk_app_id, context.now)
        })
        .collect::<Result<_, _>>()?;
    Ok(JoinedGroups { total_count: joined.len(), group_id_list })
}

fn check_topic_filter(request: &GetJoinedGroupList) -> Result<(), ApiError> {
    let community =
        request.group_type.as_ref().is_none_or(|group_type| *group_type == GroupType::Community);
    if request.support_topic.is_some() && !community {
        let info = "SupportTopic: only supported with the GroupType Community";
        return Err(ApiError::invalid_parameter(info));
    }
    Ok(())
}

fn is_requested(group: &Group, request: &GetJoinedGroupList) -> bool {
    let group_type = group.group_type();
    let live = *group_type == GroupType::AVChatRoom;
    let of_type = request.group_type.as_ref().is_none_or(|requested| requested == group_type);
    let of_topics = request.support_topic.is_none_or(|topics| {
        *group_type == GroupType::Community && group.topics.is_some() == topics
    });
    (!live || request.with_huge_groups.unwrap_or(false)) && of_type && of_topics
}

/// Returns the ID of a group, and the fields that the filter requests.
fn entry(
    id: &GroupId,
    group: &Group,
    account: &str,
    filter: Option<&JoinedGroupFilter>,
    sdk_app_id: u32,
    now: UnixSeconds,
) -> Result<JsonObject, ApiError> {
    let Some(filter) = filter else { return Ok(JsonObject::from_iter([id_field(id)])) };
    let mut entry = JsonObject::new();
    if !filter.group_base_info_filter.is_empty() {
        entry = to_json_object(&group_info(id, group, sdk_app_id))?;
        entry.insert("SupportTopic".into(), u8::from(group.topics.is_some()).into());
        entry.retain(|name, _| {
            filter.group_base_info_filter.iter().any(|field| field == name) && is_documented(name)
        });
    }
    entry.extend([id_field(id)]);
    let member = group.members.stored().and_then(|members| members.get(account));
    if let Some(member) = member.filter(|_| !filter.self_info_filter.is_empty()) {
        let mut self_info = to_json_object(&member_profile(account, member, group, now))?;
        self_info.remove("Member_Account");
        self_info.retain(|name, _| filter.self_info_filter.iter().any(|field| field == name));
        entry.insert("SelfInfo".into(), Value::Object(self_info));
    }
    Ok(entry)
}

fn id_field(id: &GroupId) -> (String, Value) {
    ("GroupId".into(), id.as_str().into())
}

/// Returns whether the page lists this field of a group; other responses have more fields.
fn is_documented(name: &str) -> bool {
    let fields = GetJoinedGroupList::SPEC.response.iter().map(|field| field.kind);
    fields.into_iter().any(|kind| match kind {
        FieldKind::Array(FieldKind::Object(fields)) => {
            fields.iter().any(|field| field.is_named(name))
        }
        _ => false,
    })
}
