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
    let topics = group.topics.as_mut().ok_or_else(|| {
        ApiError::invalid_parameter("TopicId: only supported in communities with topics")
    })?;
    topics.get_mut(id.as_str()).ok_or_else(|| {
        ApiError::invalid_parameter(format!("TopicId: topic {id:?} does not exist in the group"))
    })
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
