use chat_types::{
    Endpoint as _, GroupId, GroupType, UnixSeconds,
    group::{GetJoinedGroupList, JoinedGroupFilter},
    spec::FieldKind,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    fields::{self, Object, object},
    group_info,
};
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::group::Group,
};

pub(super) fn register(router: &mut Router) {
    router.on(get_joined_group_list);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct JoinedGroups {
    total_count: usize,
    group_id_list: Vec<Object>,
}

fn get_joined_group_list(
    turn: &mut Turn<'_>,
    request: &GetJoinedGroupList,
) -> Result<JoinedGroups, Refusal> {
    let (app, account) = (&*turn.app, request.member_account.as_str());
    if !app.accounts.contains(account) {
        return Err(Refusal::no_account("Member_Account", Some(&request.member_account)));
    }
    check_topic_filter(request)?;
    let joined: Vec<_> = app
        .groups
        .list()
        .iter()
        .map(|(id, group)| (id, &**group))
        .filter(|(_, group)| group.members.contains(account) && is_wanted(group, request))
        .collect();
    let offset = usize::try_from(request.offset.unwrap_or(0)).unwrap_or(usize::MAX);
    let limit = request.limit.filter(|&limit| limit > 0).map_or(usize::MAX, |limit| limit as usize);
    let page = joined.iter().skip(offset).take(limit);
    let group_id_list = page
        .map(|(id, group)| {
            let id = GroupId::from(&***id);
            let filter = request.response_filter.as_ref();
            entry(&id, group, account, filter, app.sdk_app_id, turn.now)
        })
        .collect::<Result<_, _>>()?;
    Ok(JoinedGroups { total_count: joined.len(), group_id_list })
}

fn check_topic_filter(request: &GetJoinedGroupList) -> Result<(), Refusal> {
    let community =
        request.group_type.as_ref().is_none_or(|wanted| *wanted == GroupType::Community);
    if request.support_topic.is_some() && !community {
        return Err(Refusal::parameter("SupportTopic goes with the GroupType Community alone"));
    }
    Ok(())
}

fn is_wanted(group: &Group, request: &GetJoinedGroupList) -> bool {
    let group_type = group.group_type();
    let huge = *group_type == GroupType::AVChatRoom;
    let of_type = request.group_type.as_ref().is_none_or(|wanted| wanted == group_type);
    let of_topics = request.support_topic.is_none_or(|topics| {
        *group_type == GroupType::Community && group.topics.is_some() == topics
    });
    (!huge || request.with_huge_groups.unwrap_or(false)) && of_type && of_topics
}

/// The id alone, and what the filter asks for.
fn entry(
    id: &GroupId,
    group: &Group,
    account: &str,
    filter: Option<&JoinedGroupFilter>,
    sdk_app_id: u32,
    now: UnixSeconds,
) -> Result<Object, Refusal> {
    let Some(filter) = filter else { return Ok(Object::from_iter([id_field(id)])) };
    let mut entry = Object::new();
    if !filter.group_base_info_filter.is_empty() {
        entry = object(&group_info::profile(id, group, sdk_app_id))?;
        entry.insert("SupportTopic".into(), u8::from(group.topics.is_some()).into());
        entry.retain(|name, _| {
            filter.group_base_info_filter.iter().any(|wanted| wanted == name) && is_listed(name)
        });
    }
    entry.extend([id_field(id)]);
    let member = group.members.stored().and_then(|members| members.get(account));
    if let Some(member) = member.filter(|_| !filter.self_info_filter.is_empty()) {
        let mut own = object(&fields::profile(account, member, group, now))?;
        own.remove("Member_Account");
        own.retain(|name, _| filter.self_info_filter.iter().any(|wanted| wanted == name));
        entry.insert("SelfInfo".into(), Value::Object(own));
    }
    Ok(entry)
}

fn id_field(id: &GroupId) -> (String, Value) {
    ("GroupId".into(), id.as_str().into())
}

/// Whether the page has this field of a group; other answers have more.
fn is_listed(name: &str) -> bool {
    let fields = GetJoinedGroupList::SPEC.response.iter().map(|field| field.kind);
    fields.into_iter().any(|kind| match kind {
        FieldKind::Array(FieldKind::Object(fields)) => {
            fields.iter().any(|field| field.is_named(name))
        }
        _ => false,
    })
}
