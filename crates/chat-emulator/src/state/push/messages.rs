//! The pushes of ordinary messages, as a bounded record.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};

use chat_types::{UnixSeconds, push::PushPlatform};
use serde::{Deserialize, Serialize};

/// The pushes of the newest messages, in the order in which they were sent.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct MessagePushes {
    kept: VecDeque<MessagePush>,
}

/// The push of a message to its receivers, who are all offline.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct MessagePush {
    /// The `MsgID` of a one-to-one message; empty for a group message, whose ID is not known.
    pub(crate) msg_id: String,
    pub(crate) time: UnixSeconds,
    pub(crate) receivers: u64,
    /// The devices of the receivers that have any.
    pub(crate) devices: BTreeMap<Arc<str>, BTreeSet<PushPlatform>>,
}

impl MessagePush {
    /// Returns the number of devices of one platform.
    pub(crate) fn devices_on(&self, platform: PushPlatform) -> u64 {
        self.devices.values().filter(|devices| devices.contains(&platform)).count() as u64
    }
}

impl MessagePushes {
    pub(crate) fn add(&mut self, push: MessagePush) {
        self.kept.push_back(push);
        if self.kept.len() > MAX_KEPT {
            self.kept.pop_front();
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &MessagePush> {
        self.kept.iter()
    }

    /// Iterates over the pushes of the one-to-one messages with an ID: of one message to a single
    /// receiver, or of one to many.
    pub(crate) fn of<'a>(&'a self, msg_id: &'a str) -> impl Iterator<Item = &'a MessagePush> {
        self.kept.iter().filter(move |push| !msg_id.is_empty() && push.msg_id == msg_id)
    }
}

/// The number of messages whose pushes are kept.
const MAX_KEPT: usize = 100_000;
