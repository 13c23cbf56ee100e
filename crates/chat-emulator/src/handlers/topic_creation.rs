//! Creation and deletion of topics: `create_topic`, `import_topic` and `destroy_topic`.

use chat_types::{
    ErrorCode, GroupId, GroupType, TopicId, UnixSeconds, UserId,
    topic::{
        CreateTopic, CreateTopicResponse, DestroyTopic, DestroyTopicResponse, DestroyedTopic,
        ImportTopic, ImportTopicResponse,
    },
    webhook::group::{
        CallbackAfterCreateTopic, CallbackAfterTopicDestroyed, CallbackBeforeCreateTopic,
    },
};

use super::{moderation::texts::moderate_fields, topics::topics_of};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::topics::{Topic, TopicProfile, custom_id_error, own_part},
    webhooks::call::allowed,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(create_topic, |request| &request.group_id);
    router.add_for_group(import_topic, |request| &request.group_id);
    router.add_for_group(destroy_topic, |request| &request.group_id);
}

fn create_topic(
    context: &mut Context<'_>,
    request: &CreateTopic,
) -> Result<CreateTopicResponse, ApiError> {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let mut profile = TopicProfile {
        name: request.topic_name.clone(),
        introduction: text(&request.introduction),
        notification: text(&request.notification),
        face_url: text(&request.face_url),
        custom_string: text(&request.custom_string),
        custom: request.topic_defined_data.clone(),
        mute_all: false,
    };
    let texts = [
        ("TopicName", &mut profile.name),
        ("Introduction", &mut profile.introduction),
        ("Notification", &mut profile.notification),
    ];
    moderate_fields(context, texts)?;
    let new = NewTopic {
        group_id: &request.group_id,
        topic_id: request.topic_id.as_ref(),
        author: request.from_account.as_ref(),
        created: context.now,
        taken: ErrorCode::GROUP_ID_TAKEN_BY_SAME_OWNER,
    };
    check(context, &new)?;
    let name = profile.name.clone();
    let permission = context.webhooks.ask(|| {
        let mut event = CallbackBeforeCreateTopic::default();
        event.operator_account = context.caller.into();
        event.type_ = Some(GroupType::Community);
        event.name = Some(name.clone());
        event
    })?;
    allowed::<CallbackBeforeCreateTopic>(&permission, ErrorCode::GROUP_WEBHOOK_REFUSED)?;
    let mut response = CreateTopicResponse::default();
    response.topic_id = create(context, &new, profile)?;
    let owner = context.group(&request.group_id)?.owner.clone();
    context.webhooks.emit(|| {
        let mut event = CallbackAfterCreateTopic::default();
        event.group_id = request.group_id.clone();
        event.topic_id = response.topic_id.clone();
        event.operator_account = Some(context.caller.into());
        event.owner_account = owner.as_deref().map(UserId::from);
        event.type_ = Some(GroupType::Community);
        event.name = Some(name);
        event
    });
    Ok(response)
}

/// Creates a topic as of an earlier time.
fn import_topic(
    context: &mut Context<'_>,
    request: &ImportTopic,
) -> Result<ImportTopicResponse, ApiError> {
    let created = request.create_time.unwrap_or(context.now);
    if created > context.now {
        return Err(ApiError::invalid_parameter("CreateTime: must not be in the future"));
    }
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let profile = TopicProfile {
        name: request.topic_name.clone(),
        introduction: text(&request.introduction),
        notification: text(&request.notification),
        face_url: text(&request.face_url),
        custom_string: text(&request.custom_string),
        ..TopicProfile::default()
    };
    let new = NewTopic {
        group_id: &request.group_id,
        topic_id: request.topic_id.as_ref(),
        author: request.from_account.as_ref(),
        created,
        taken: ErrorCode::GROUP_ID_TAKEN,
    };
    let mut response = ImportTopicResponse::default();
    response.topic_id = create(context, &new, profile)?;
    Ok(response)
}

/// A topic to create.
struct NewTopic<'a> {
    group_id: &'a GroupId,
    /// The ID that the caller chose.
    topic_id: Option<&'a TopicId>,
    author: Option<&'a UserId>,
    created: UnixSeconds,
    /// The code for an ID that is in use.
    taken: ErrorCode,
}

/// Rejects an author who does not exist, and an ID that cannot be used.
fn check(context: &mut Context<'_>, new: &NewTopic<'_>) -> Result<(), ApiError> {
    let &NewTopic { group_id, topic_id, author, taken, .. } = new;
    if let Some(author) = author {
        context.group_account("From_Account", author)?;
    }
    let topics = topics_of(context.group_mut(group_id)?)?;
    let Some(id) = topic_id else { return Ok(()) };
    if let Some(error) = custom_id_error(group_id, id) {
        return Err(ApiError::invalid_parameter(format!("TopicId: {error}")));
    }
    if topics.get(id.as_str()).is_some() {
        let info = format!("TopicId: {id:?} is already used in the community");
        return Err(ApiError::new(taken, info));
    }
    Ok(())
}

fn create(
    context: &mut Context<'_>,
    new: &NewTopic<'_>,
    profile: TopicProfile,
) -> Result<TopicId, ApiError> {
    check(context, new)?;
    let topics = topics_of(context.group_mut(new.group_id)?)?;
    let id = new.topic_id.cloned().unwrap_or_else(|| topics.assign_id(new.group_id));
    topics.add(id.as_str(), Topic::new(profile, new.created));
    Ok(id)
}

fn destroy_topic(
    context: &mut Context<'_>,
    request: &DestroyTopic,
) -> Result<DestroyTopicResponse, ApiError> {
    let group = context.group_mut(&request.group_id)?;
    topics_of(group)?;
    let results = request.topic_id_list.iter().map(|id| {
        let mut result = DestroyedTopic::default();
        result.topic_id = id.clone();
        (result.error_code, result.error_info) = if own_part(&request.group_id, id).is_none() {
            let info = format!("topic {id:?} does not belong to the community");
            (ErrorCode::TOPIC_DELETION_FAILED, Some(info))
        } else if group.remove_topic(id.as_str()) {
            (ErrorCode::OK, Some(String::from("ok")))
        } else {
            let info = format!("topic {id:?} does not exist or was deleted");
            (ErrorCode::TOPIC_DELETED, Some(info))
        };
        result
    });
    let mut response = DestroyTopicResponse::default();
    response.destroy_results = results.collect();
    let results = response.destroy_results.iter();
    let destroyed = results.filter(|result| result.error_code == ErrorCode::OK);
    if destroyed.clone().next().is_some() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterTopicDestroyed::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(GroupType::Community);
            event.topic_id_list = destroyed.map(|result| result.topic_id.clone()).collect();
            event
        });
    }
    Ok(response)
}
