//! Pushes ordinary messages to their receivers.

use std::sync::Arc;

use chat_types::{UnixSeconds, push::PushPlatform};

use crate::state::{AppState, conversation::DirectMessage, push::messages::MessagePush};

impl AppState {
    /// Pushes a one-to-one message.
    pub(crate) fn push_direct_message(&mut self, message: &DirectMessage) {
        let devices = self.push.audience.devices_of(&message.to);
        let devices = devices.map(|devices| (Arc::clone(&message.to), devices.clone()));
        let push = MessagePush {
            msg_id: message.numbers.to_msg_id(),
            time: message.numbers.time,
            receivers: 1,
            devices: devices.into_iter().collect(),
        };
        self.figures.on(push.time).direct.apns_pushes += push.devices_on(PushPlatform::Apns);
        self.push.messages.add(push);
    }

    /// Pushes a message to all members of a group but its sender.
    pub(crate) fn push_group_message(&mut self, group: &str, sender: &str, now: UnixSeconds) {
        let Some(members) = self.groups.get(group).and_then(|group| group.members.stored()) else {
            return;
        };
        let is_receiver = |account: &str| account != sender && members.get(account).is_some();
        let sent = self.push.audience.devices().filter(|(account, _)| is_receiver(account));
        let push = MessagePush {
            msg_id: String::new(),
            time: now,
            receivers: (members.len() - usize::from(members.get(sender).is_some())) as u64,
            devices: sent.map(|(id, devices)| (Arc::clone(id), devices.clone())).collect(),
        };
        self.figures.on(now).group.apns_pushes += push.devices_on(PushPlatform::Apns);
        self.push.messages.add(push);
    }
}
