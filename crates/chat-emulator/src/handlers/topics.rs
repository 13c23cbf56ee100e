//! Topics of a community, for the handlers of other files.

use chat_types::{ErrorCode, TopicId};

use crate::{
    response::ApiError,
    state::{
        group::Group,
        history::History,
        topics::{Topic, Topics},
    },
};

/// Returns the topics of a community.
///
/// # Errors
/// With the code of the endpoints about topics, when it was created without support for topics.
pub(super) fn topics_of(group: &mut Group) -> Result<&mut Topics, ApiError> {
    group.topics.as_mut().ok_or_else(|| {
        let info = "GroupId: the community was created without SupportTopic 1";
        ApiError::new(ErrorCode::COMMUNITY_NOT_ENABLED, info)
    })
}

/// Returns a topic of a group.
pub(super) fn topic_of<'a>(group: &'a mut Group, id: &TopicId) -> Result<&'a mut Topic, ApiError> {
    let topics = group.topics.as_mut().ok_or_else(no_topics)?;
    topics.get_mut(id.as_str()).ok_or_else(|| unknown_topic(id))
}

/// Returns the messages of one topic, or those outside of topics.
pub(crate) fn history_of<'a>(
    group: &'a mut Group,
    topic: Option<&TopicId>,
) -> Result<&'a mut History, ApiError> {
    match topic {
        None => Ok(&mut group.history),
        Some(topic) => Ok(&mut topic_of(group, topic)?.history),
    }
}

/// As [`history_of`], to read them only.
pub(super) fn read_history_of<'a>(
    group: &'a Group,
    topic: Option<&TopicId>,
) -> Result<&'a History, ApiError> {
    let Some(id) = topic else { return Ok(&group.history) };
    let topics = group.topics.as_ref().ok_or_else(no_topics)?;
    topics.get(id.as_str()).map(|topic| &topic.history).ok_or_else(|| unknown_topic(id))
}

fn no_topics() -> ApiError {
    ApiError::invalid_parameter("TopicId: only supported in communities with topics")
}

fn unknown_topic(id: &TopicId) -> ApiError {
    ApiError::invalid_parameter(format!("TopicId: topic {id:?} does not exist in the group"))
}
