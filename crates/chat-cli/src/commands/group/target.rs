//! The group and the topic that a command is about.

use chat_admin::Admin;
use chat_types::{GroupId, TopicId};
use clap::Args;

use crate::parsers::{group_id, topic_id};

/// The group that a command is about
#[derive(Debug, Args)]
pub(super) struct Target {
    /// GroupID of the group
    #[arg(value_name = "GROUP", value_parser = group_id)]
    pub(super) group: GroupId,
}

/// A topic of a Community
#[derive(Debug, Args)]
pub(super) struct TopicOption {
    /// Restrict the command to this topic of a Community
    #[arg(long, value_name = "TOPIC", value_parser = topic_id, allow_hyphen_values = true)]
    pub(super) topic: Option<TopicId>,
}

impl Target {
    /// Returns the handle of the group.
    pub(super) fn handle(&self, admin: &Admin) -> chat_admin::Group {
        admin.group(&self.group)
    }
}
