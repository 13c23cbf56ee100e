//! Profiles of topics: `get_topic` and `modify_topic`.

use chat_types::{
    ErrorCode, GroupId, GroupType, TopicId, UnixSeconds,
    group::MuteAllMember,
    topic::{
        GetTopic, ModifyTopic, ModifyTopicResponse, TopicAndSelfInfo, TopicInfo, TopicSelfInfo,
    },
    webhook::group::CallbackAfterTopicInfoChanged,
};
use serde::Serialize;

use super::{
    group_profile::{modify_custom, set},
    moderation::texts::moderate_options,
    response_fields::{JsonObject, to_json_object},
    topics::topics_of,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        group::Group,
        restrictions::Expiry,
        topics::{self, Topic},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(get_topic, |request| &request.group_id);
    router.add_for_group(modify_topic, |request| &request.group_id);
}

/// The response, with the requested fields of each topic.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Topics {
    topic_and_self_info: Vec<JsonObject>,
}

fn get_topic(context: &mut Context<'_>, request: &GetTopic) -> Result<Topics, ApiError> {
    let account = context.group_account("From_Account", &request.from_account)?;
    let (now, group_id) = (context.now, &request.group_id);
    let group = context.group_mut(group_id)?;
    topics_of(group)?;
    let topics = group.topics.iter().flat_map(topics::Topics::iter);
    let all = topics.map(|(id, _)| TopicId::from(id));
    let ids: Vec<_> = match request.topic_id_list.as_slice() {
        [] => all.collect(),
        requested => requested.to_vec(),
    };
    let entries = ids.iter().map(|id| {
        let topic = group.topics.as_ref().and_then(|topics| topics.get(id.as_str()));
        let Some(topic) = topic else { return to_json_object(&not_found(id)) };
        let mut entry = TopicAndSelfInfo::default();
        entry.error_info = Some(String::from("ok"));
        entry.self_info = self_info(group, topic, &account, now);
        let mut info = to_json_object(&topic_info(group_id, id, topic))?;
        let filter = &request.response_filter;
        info.retain(|name, _| filter.is_empty() || filter.iter().any(|field| field == name));
        let mut entry = to_json_object(&entry)?;
        entry.insert("TopicInfo".into(), info.into());
        Ok(entry)
    });
    Ok(Topics { topic_and_self_info: entries.collect::<Result<_, _>>()? })
}

/// The entry of a topic that does not exist. It has the ID even if the filter leaves it out, so that
/// the caller knows which topic it is about.
fn not_found(id: &TopicId) -> TopicAndSelfInfo {
    let mut entry = TopicAndSelfInfo::default();
    entry.error_code = ErrorCode::TOPIC_DELETED;
    entry.error_info = Some(format!("topic {id:?} does not exist or was deleted"));
    let mut info = TopicInfo::default();
    info.topic_id = Some(id.clone());
    entry.topic_info = Some(info);
    entry
}

/// Returns the state of a member in a topic; `None` for an account that is not a member.
fn self_info(
    group: &Group,
    topic: &Topic,
    account: &str,
    now: UnixSeconds,
) -> Option<TopicSelfInfo> {
    let member = group.members.stored()?.get(account)?;
    let mute_until = topic.mutes.get(account, now).map(Expiry::to_unix_seconds);
    let mut info = TopicSelfInfo::default();
    info.mute_until = Some(mute_until.unwrap_or_default());
    // No client has read anything.
    info.msg_seq = Some(0);
    info.msg_flag = Some(member.msg_flag.clone());
    Some(info)
}

fn topic_info(group_id: &GroupId, id: &TopicId, topic: &Topic) -> TopicInfo {
    let profile = &topic.profile;
    let mut info = TopicInfo::default();
    info.group_id = Some(group_id.clone());
    info.topic_id = Some(id.clone());
    info.topic_name = Some(profile.name.clone());
    info.introduction = Some(profile.introduction.clone());
    info.notification = Some(profile.notification.clone());
    info.face_url = Some(profile.face_url.clone());
    info.custom_string = Some(profile.custom_string.clone());
    info.topic_defined_data = profile.custom.clone().into();
    info.create_time = Some(topic.created);
    info.last_msg_time = Some(topic.history.last_time().unwrap_or_default());
    info.next_msg_seq = Some(topic.history.count().saturating_add(1));
    let mute_all = if profile.mute_all { MuteAllMember::On } else { MuteAllMember::Off };
    info.mute_all_member = Some(mute_all);
    info
}

fn modify_topic(
    context: &mut Context<'_>,
    request: &ModifyTopic,
) -> Result<ModifyTopicResponse, ApiError> {
    if let Some(author) = &request.from_account {
        context.group_account("From_Account", author)?;
    }
    let mut request = request.clone();
    let texts = [
        ("TopicName", &mut request.topic_name),
        ("Introduction", &mut request.introduction),
        ("Notification", &mut request.notification),
    ];
    moderate_options(context, texts)?;
    let id = &request.topic_id;
    let topics = topics_of(context.group_mut(&request.group_id)?)?;
    let topic = topics.get_mut(id.as_str()).ok_or_else(|| {
        let info = format!("TopicId: topic {id:?} does not exist or was deleted");
        ApiError::new(ErrorCode::GROUP_NOT_FOUND, info)
    })?;
    let profile = &mut topic.profile;
    set(&mut profile.name, &request.topic_name);
    set(&mut profile.introduction, &request.introduction);
    set(&mut profile.notification, &request.notification);
    set(&mut profile.face_url, &request.face_url);
    set(&mut profile.custom_string, &request.custom_string);
    modify_custom(&mut profile.custom, &request.topic_defined_data);
    if let Some(mute_all) = &request.mute_all_member {
        profile.mute_all = *mute_all == MuteAllMember::On;
    }
    let texts =
        [&request.topic_name, &request.introduction, &request.notification, &request.face_url];
    if texts.iter().any(|text| text.is_some()) {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterTopicInfoChanged::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(GroupType::Community);
            event.operator_account = Some(context.caller.into());
            event.name.clone_from(&request.topic_name);
            event.introduction.clone_from(&request.introduction);
            event.notification.clone_from(&request.notification);
            event.face_url.clone_from(&request.face_url);
            event
        });
    }
    context.info = "ok";
    Ok(ModifyTopicResponse::default())
}
