//! The error of the app handle.

use chat_types::{GroupId, GroupType, TopicId};
use thiserror::Error;

/// The error returned when an [`App`](crate::App) handle cannot do what it is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AppError {
    /// The group does not exist.
    #[error("group {0} does not exist; create it first")]
    UnknownGroup(GroupId),
    /// A group with this ID already exists.
    #[error("group {0} already exists")]
    GroupExists(GroupId),
    /// The type is not one of the five preset group types.
    #[error("{0} is not one of the five preset group types")]
    UnknownType(GroupType),
    /// The group cannot have topics.
    #[error("group {0} does not support topics; create it as a Community with SupportTopic 1")]
    NoTopics(GroupId),
    /// The topic does not exist.
    #[error("topic {0} does not exist; create it first")]
    UnknownTopic(TopicId),
    /// The ID of the topic does not start with the ID of its group.
    #[error("topic {0} does not start with the group's ID and @TOPIC#_")]
    TopicOfOtherGroup(TopicId),
}

/// The error returned when the emulator does not have an app; see [`Emulator::app`](crate::Emulator::app).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("unknown app {sdk_app_id}; add it with EmulatorBuilder::app before the emulator starts")]
#[non_exhaustive]
pub struct UnknownApp {
    /// The requested SDKAppID.
    pub sdk_app_id: u32,
}
