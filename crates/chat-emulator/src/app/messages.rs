//! The messages of a group as its clients receive them.

use chat_types::message::MsgElement;

use super::{App, AppError};

/// A message of a group, as clients receive it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupMessage {
    /// The number of the message in the group.
    pub msg_seq: u64,
    /// The UserID of the sender.
    pub sender: String,
    /// The elements of the message.
    pub msg_body: Vec<MsgElement>,
    /// The data that the app stored with the message.
    pub cloud_custom_data: Option<String>,
}

impl App {
    /// Returns the newest messages of a group, newest first, without those in topics and those that
    /// were recalled.
    ///
    /// It also works for audio-video groups and live rooms, whose messages the server API does not
    /// return.
    ///
    /// # Errors
    /// When the group does not exist.
    pub fn newest_messages(&self, group: &str, max: u64) -> Result<Vec<GroupMessage>, AppError> {
        self.with_group(group, |group, _, _| {
            let newest = group.history.backwards(u64::MAX, max);
            let readable = newest.filter_map(|(msg_seq, message)| {
                let message = message.filter(|message| !message.recalled)?;
                Some(GroupMessage {
                    msg_seq,
                    sender: message.sender.to_string(),
                    msg_body: serde_json::from_slice(&message.content).ok()?,
                    cloud_custom_data: message.custom_data.clone(),
                })
            });
            readable.collect()
        })
    }
}
