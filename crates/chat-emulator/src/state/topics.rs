//! The topics of a community.

use std::collections::BTreeMap;

use chat_types::{
    GroupId, GroupType, TopicId, UnixSeconds, group::GroupCustomField, spec::GroupTypeSpec,
};
use serde::{Deserialize, Serialize};

use super::{history::History, restrictions::Restrictions};

/// The topics of a community.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Topics {
    by_id: BTreeMap<String, Topic>,
    /// The number of IDs that were assigned.
    assigned: u64,
}

/// A topic of a community.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Topic {
    pub(crate) profile: TopicProfile,
    pub(crate) created: UnixSeconds,
    pub(crate) mutes: Restrictions,
    pub(crate) history: History,
}

/// The profile of a topic.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct TopicProfile {
    pub(crate) name: String,
    pub(crate) introduction: String,
    pub(crate) notification: String,
    pub(crate) face_url: String,
    pub(crate) custom_string: String,
    #[serde(with = "crate::snapshot::json")]
    pub(crate) custom: Vec<GroupCustomField>,
    /// Whether only the owner, admins of the group and admins of the app may send.
    pub(crate) mute_all: bool,
}

impl Topic {
    pub(crate) fn new(profile: TopicProfile, created: UnixSeconds) -> Self {
        Self { profile, created, mutes: Restrictions::default(), history: History::default() }
    }
}

impl Topics {
    /// Iterates over the topics, in the order of their IDs.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Topic)> {
        self.by_id.iter().map(|(id, topic)| (id.as_str(), topic))
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Topic> {
        self.by_id.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Topic> {
        self.by_id.get_mut(id)
    }

    /// Adds a topic, unless one with this ID exists.
    pub(crate) fn add(&mut self, id: &str, topic: Topic) {
        self.by_id.entry(id.to_owned()).or_insert(topic);
    }

    /// Removes a topic. Returns whether it existed.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }

    /// Returns an ID in the form that the service assigns, which no topic of the community has had.
    pub(crate) fn assign_id(&mut self, group: &GroupId) -> TopicId {
        self.assigned += 1;
        TopicId::from(format!("{group}{}{}", TopicId::ASSIGNED_MARKER, self.assigned))
    }
}

/// Returns the part of a topic's ID after the ID of its community; `None` if the topic belongs to
/// another one.
pub(crate) fn own_part<'a>(group: &GroupId, topic: &'a TopicId) -> Option<&'a str> {
    topic
        .as_str()
        .strip_prefix(group.as_str())?
        .strip_prefix(TopicId::MARKER)
        .filter(|own| !own.is_empty())
}

/// Returns what is wrong with an ID that a caller chose, beyond the rules that need no community;
/// `None` if it is allowed.
pub(crate) fn custom_id_error(group: &GroupId, topic: &TopicId) -> Option<String> {
    let Some(own) = own_part(group, topic) else {
        let marker = TopicId::MARKER;
        return Some(format!("a topic ID must be `{group}{marker}` and a part of its own"));
    };
    let community = GroupTypeSpec::find(&GroupType::Community).and_then(|spec| spec.id_prefix);
    let reserved = community.filter(|prefix| own.contains(prefix))?;
    Some(format!("a custom topic ID must not contain `{reserved}` after the ID of its community"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_id_is_the_id_of_the_community_and_a_part_of_its_own() {
        let group = GroupId::from("@TGS#_town");
        let allowed = |topic: &str| custom_id_error(&group, &TopicId::from(topic)).is_none();
        assert!(allowed("@TGS#_town@TOPIC#_sports"));
        assert!(allowed("@TGS#_town@TOPIC#_@TOPIC"));
        for refused in [
            "",
            "sports",
            "@TGS#_town@TOPIC#_",
            "@TGS#_city@TOPIC#_sports",
            "@TGS#_town@TOPIC#_@TGS#_town",
        ] {
            assert!(!allowed(refused), "{refused}");
        }
    }
}
