//! The conversation of two accounts.

use std::{collections::BTreeMap, sync::Arc};

use chat_types::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::{extensions::Extensions, stream::Stream};

/// The messages of two accounts. Only the newest are kept.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Conversation {
    /// In the order of the history: by time, by sequence number, and by arrival.
    messages: BTreeMap<Position, DirectMessage>,
    arrivals: u64,
}

/// The position of a message in the history.
pub(crate) type Position = (UnixSeconds, u32, u64);

/// A one-to-one message.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DirectMessage {
    #[serde(deserialize_with = "crate::snapshot::shared")]
    pub(crate) from: Arc<str>,
    #[serde(deserialize_with = "crate::snapshot::shared")]
    pub(crate) to: Arc<str>,
    pub(crate) numbers: MessageNumbers,
    /// `MsgBody` as JSON.
    #[serde(with = "crate::snapshot::bytes")]
    pub(crate) content: Box<[u8]>,
    pub(crate) custom_data: Option<String>,
    pub(crate) recalled: bool,
    /// Whether the receiver has yet to read it.
    pub(crate) unread: bool,
    /// Whether the receiver has sent a read receipt.
    pub(crate) receipt: bool,
    /// Whether it is missing from the history that the sender sees.
    pub(crate) hidden_from_sender: bool,
    /// Whether it is missing from the history that the receiver sees.
    pub(crate) hidden_from_receiver: bool,
    /// `None` if it was sent without extensions.
    pub(crate) extensions: Option<Box<Extensions>>,
    /// `None` if it was sent at once.
    pub(crate) stream: Option<Box<Stream>>,
}

/// What identifies a message in its conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MessageNumbers {
    pub(crate) seq: u32,
    pub(crate) random: u32,
    pub(crate) time: UnixSeconds,
}

impl DirectMessage {
    /// Creates an unread message.
    pub(crate) fn new(
        from: Arc<str>,
        to: Arc<str>,
        numbers: MessageNumbers,
        content: Box<[u8]>,
    ) -> Self {
        Self {
            from,
            to,
            numbers,
            content,
            custom_data: None,
            recalled: false,
            unread: true,
            receipt: false,
            hidden_from_sender: false,
            hidden_from_receiver: false,
            extensions: None,
            stream: None,
        }
    }

    /// Returns whether an account sees the message in its history.
    pub(crate) fn is_visible_to(&self, account: &str) -> bool {
        (*self.from == *account && !self.hidden_from_sender)
            || (*self.to == *account && !self.hidden_from_receiver)
    }

    /// Removes the message from the history of one account.
    pub(crate) fn hide_from(&mut self, account: &str) {
        self.hidden_from_sender |= *self.from == *account;
        if *self.to == *account {
            self.hidden_from_receiver = true;
            self.unread = false;
        }
    }
}

impl MessageNumbers {
    /// Returns the key of the message: its numbers and its time, joined by underscores.
    pub(crate) fn to_key(self) -> String {
        format!("{}_{}_{}", self.seq, self.random, self.time.get())
    }

    /// Returns the `MsgID` of the message, in the form of the samples.
    pub(crate) fn to_msg_id(self) -> String {
        format!("{}-{}-{}", FIRST_ID + u64::from(self.seq), self.time.get(), self.random)
    }

    /// Reads the key of a message; `None` if it is malformed.
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let mut parts = key.split('_');
        let (seq, random, time) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then_some(())?;
        let (seq, random) = (seq.parse().ok()?, random.parse().ok()?);
        Some(Self { seq, random, time: UnixSeconds::new(time.parse().ok()?) })
    }
}

impl Conversation {
    pub(crate) fn add(&mut self, message: DirectMessage) {
        self.arrivals += 1;
        let MessageNumbers { time, seq, .. } = message.numbers;
        self.messages.insert((time, seq, self.arrivals), message);
        if self.messages.len() > MAX_KEPT {
            self.messages.pop_first();
        }
    }

    /// Returns the position of a message; `None` if the conversation does not have it.
    pub(crate) fn position(&self, numbers: MessageNumbers) -> Option<Position> {
        let MessageNumbers { time, seq, .. } = numbers;
        self.messages
            .range((time, seq, 0)..=(time, seq, u64::MAX))
            .find(|(_, message)| message.numbers == numbers)
            .map(|(&position, _)| position)
    }

    /// Returns a message, to be changed.
    pub(crate) fn find_mut(&mut self, numbers: MessageNumbers) -> Option<&mut DirectMessage> {
        let position = self.position(numbers)?;
        self.messages.get_mut(&position)
    }

    /// Iterates over the messages between two times, newest first. With `before`, only over those
    /// before that position.
    pub(crate) fn backwards(
        &self,
        min: UnixSeconds,
        max: UnixSeconds,
        before: Option<Position>,
    ) -> impl Iterator<Item = &DirectMessage> {
        let end = before.unwrap_or((max.after(1), 0, 0));
        let start = (min, 0, 0).min(end);
        self.messages.range(start..end).rev().map(|(_, message)| message)
    }

    /// Iterates over the messages from one time to before another, oldest first.
    pub(crate) fn between(
        &self,
        start: UnixSeconds,
        end: UnixSeconds,
    ) -> impl Iterator<Item = &DirectMessage> {
        self.messages.range((start, 0, 0)..(end.max(start), 0, 0)).map(|(_, message)| message)
    }

    pub(crate) fn messages_mut(&mut self) -> impl Iterator<Item = &mut DirectMessage> {
        self.messages.values_mut()
    }

    /// Returns the newest message that an account sees.
    pub(crate) fn newest_for(&self, account: &str) -> Option<&DirectMessage> {
        self.messages.values().rev().find(|message| message.is_visible_to(account))
    }

    /// Returns the number of messages so far.
    pub(crate) fn arrivals(&self) -> u64 {
        self.arrivals
    }

    /// Returns the number of messages that an account has yet to read.
    pub(crate) fn unread_for(&self, account: &str) -> usize {
        self.messages.values().filter(|message| message.unread && *message.to == *account).count()
    }
}

/// Added to the first number of a `MsgID`, which has 18 digits in the samples.
const FIRST_ID: u64 = 144_115_188_075_855_872;

/// The number of messages that each conversation keeps.
const MAX_KEPT: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_three_numbers_are_well_formed() {
        let numbers = MessageNumbers { seq: 1, random: u32::MAX, time: UnixSeconds::new(2) };
        assert_eq!(MessageNumbers::from_key(&numbers.to_key()), Some(numbers));
        for key in ["", "1", "1_2", "1_2_3_4", "1_2_x", "-1_2_3", "4294967296_1_1", "1__3"] {
            assert_eq!(MessageNumbers::from_key(key), None, "{key}");
        }
    }
}
