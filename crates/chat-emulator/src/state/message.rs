//! A message of a group or a topic.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{UnixSeconds, message::MsgPriorityLevel};
use serde::{Deserialize, Serialize};

use super::{extensions::Extensions, stream::Stream};

/// A message as it was received.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Message {
    #[serde(deserialize_with = "crate::snapshot::shared")]
    pub(crate) sender: Arc<str>,
    /// When the message was sent, here or in another system.
    pub(crate) time: UnixSeconds,
    /// When the call with the message was made.
    pub(crate) received: UnixSeconds,
    pub(crate) random: Option<u32>,
    pub(crate) priority: MsgPriorityLevel,
    /// `MsgBody` as JSON.
    #[serde(with = "crate::snapshot::bytes")]
    pub(crate) content: Box<[u8]>,
    pub(crate) custom_data: Option<String>,
    pub(crate) recalled: bool,
    /// The accounts that have read it; `None` if it was sent without read receipts.
    pub(crate) readers: Option<BTreeSet<Arc<str>>>,
    /// `None` if it was sent without extensions.
    pub(crate) extensions: Option<Box<Extensions>>,
    /// `None` if it was sent at once.
    pub(crate) stream: Option<Box<Stream>>,
}

impl Message {
    /// Creates a message that is sent now.
    pub(crate) fn new(sender: Arc<str>, now: UnixSeconds, content: Box<[u8]>) -> Self {
        Self {
            sender,
            time: now,
            received: now,
            random: None,
            priority: MsgPriorityLevel::Normal,
            content,
            custom_data: None,
            recalled: false,
            readers: None,
            extensions: None,
            stream: None,
        }
    }
}

/// The number of messages that each group and each topic keeps. Small in tests, so that few messages
/// exceed it.
pub(super) const MAX_KEPT: usize = if cfg!(test) { 10 } else { 100_000 };
