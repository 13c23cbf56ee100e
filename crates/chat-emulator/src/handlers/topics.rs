use chat_types::TopicId;

use crate::{
    response::Refusal,
    state::{
        group::{Group, Topic},
        history::History,
    },
};

pub(super) fn topic_of<'a>(group: &'a mut Group, id: &TopicId) -> Result<&'a mut Topic, Refusal> {
    let topics = group.topics.as_mut().ok_or_else(|| {
        Refusal::parameter("TopicId is only for communities that have topics enabled")
    })?;
    topics
        .get_mut(id.as_str())
        .ok_or_else(|| Refusal::parameter(format!("TopicId: the group has no topic {id:?}")))
}

/// The messages outside of topics, or those of one topic.
pub(super) fn history_of<'a>(
    group: &'a mut Group,
    topic: Option<&TopicId>,
) -> Result<&'a mut History, Refusal> {
    match topic {
        None => Ok(&mut group.history),
        Some(topic) => Ok(&mut topic_of(group, topic)?.history),
    }
}
