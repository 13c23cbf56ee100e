//! The messages of a group or a topic.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use chat_types::UnixSeconds;
use serde::{Deserialize, Serialize};

pub(crate) use super::message::Message;
use super::{
    message::MAX_KEPT,
    online_only::OnlineOnly,
    pins::{Pin, Pins, TooManyPins},
};

/// The messages of a group or a topic, numbered from 1. Only the newest are kept.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct History {
    count: u64,
    last_time: Option<UnixSeconds>,
    /// The kept messages with their numbers, in ascending order and possibly with gaps.
    kept: VecDeque<(u64, Message)>,
    /// The `Random` of each kept message, with the number of the message.
    randoms: BTreeSet<(u32, u64)>,
    online_only: OnlineOnly,
    pins: Pins,
    /// The number of the last message that clients no longer get.
    cleared_until: u64,
}

/// The number and the time of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MessageStamp {
    /// `None` for a message that is not stored.
    pub(crate) seq: Option<u64>,
    pub(crate) time: UnixSeconds,
}

impl History {
    /// Returns the number of messages so far, which is also the number of the newest.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Returns the time of the newest message.
    pub(crate) fn last_time(&self) -> Option<UnixSeconds> {
        self.last_time
    }

    /// Counts messages without content.
    pub(crate) fn add_placeholders(&mut self, count: u64, now: UnixSeconds) {
        self.count = self.count.saturating_add(count);
        if count > 0 {
            self.last_time = Some(now);
        }
    }

    /// Adds a message and returns its number.
    pub(crate) fn add(&mut self, message: Message) -> u64 {
        self.add_placeholders(1, message.time);
        if let Some(random) = message.random {
            self.randoms.insert((random, self.count));
        }
        self.kept.push_back((self.count, message));
        if self.kept.len() > MAX_KEPT
            && let Some((seq, Message { random: Some(random), .. })) = self.kept.pop_front()
        {
            self.randoms.remove(&(random, seq));
        }
        self.count
    }

    /// Notes a message for members who are online. It takes no number and is not stored.
    pub(crate) fn add_online_only(&mut self, random: u32, message: Message) {
        self.online_only.add(random, message);
    }

    /// Returns the newest message that a call now would repeat: one with the same `Random` for which
    /// `is_same` holds, received at most `window` seconds ago.
    pub(crate) fn find_repeated(
        &self,
        random: u32,
        now: UnixSeconds,
        window: u64,
        is_same: impl Fn(&Message) -> bool,
    ) -> Option<MessageStamp> {
        let is_repeated =
            |message: &Message| now.seconds_since(message.received) < window && is_same(message);
        if let Some(message) = self.online_only.find(random, is_repeated) {
            return Some(MessageStamp { seq: None, time: message.time });
        }
        let seqs = self.randoms.range((random, 0)..=(random, u64::MAX)).rev();
        seqs.filter_map(|&(_, seq)| Some((seq, self.get(seq)?)))
            .find(|(_, message)| is_repeated(message))
            .map(|(seq, message)| MessageStamp { seq: Some(seq), time: message.time })
    }

    /// Iterates over at most `max` messages from a number backwards, newest first: each number, with
    /// the message if it can still be read.
    pub(crate) fn backwards(
        &self,
        from: u64,
        max: u64,
    ) -> impl Iterator<Item = (u64, Option<&Message>)> {
        let from = from.min(self.count);
        let oldest = from.saturating_sub(max) + 1;
        (oldest..=from).rev().map(|seq| (seq, self.get(seq)))
    }

    /// Returns a message that can still be read, to be changed.
    pub(crate) fn get_mut(&mut self, seq: u64) -> Option<&mut Message> {
        let index = self.kept.binary_search_by_key(&seq, |&(seq, _)| seq).ok()?;
        self.kept.get_mut(index).map(|(_, message)| message)
    }

    /// Iterates over the messages that can still be read, oldest first, with their numbers.
    pub(crate) fn kept(&self) -> impl Iterator<Item = (u64, &Message)> {
        self.kept.iter().map(|(seq, message)| (*seq, message))
    }

    /// Iterates over those of the newest `max` messages that are kept, to change them.
    pub(crate) fn newest_mut(&mut self, max: u64) -> impl Iterator<Item = &mut Message> {
        let first = self.count.saturating_sub(max) + 1;
        let start = self.kept.partition_point(|&(seq, _)| seq < first);
        self.kept.range_mut(start..).map(|(_, message)| message)
    }

    /// Pins a message that can still be read and was not recalled.
    pub(crate) fn pin(&mut self, seq: u64, by: Arc<str>) -> Result<(), TooManyPins> {
        self.unpin_unavailable();
        self.pins.add(Pin { seq, by })
    }

    pub(crate) fn unpin(&mut self, seq: u64) {
        self.pins.remove(seq);
    }

    /// Iterates over the pinned messages, the newest pin first.
    pub(crate) fn pins(&mut self) -> impl Iterator<Item = &Pin> {
        self.unpin_unavailable();
        self.pins.newest_first()
    }

    /// Hides the messages up to this number from clients.
    pub(crate) fn clear(&mut self, until: u64) {
        self.cleared_until = self.cleared_until.max(until.min(self.count));
    }

    /// Returns the number of the last message that clients no longer get.
    pub(crate) fn cleared_until(&self) -> u64 {
        self.cleared_until
    }

    /// Returns a message that can still be read.
    pub(crate) fn get(&self, seq: u64) -> Option<&Message> {
        let index = self.kept.binary_search_by_key(&seq, |&(seq, _)| seq).ok()?;
        self.kept.get(index).map(|(_, message)| message)
    }

    /// Unpins messages that were recalled or can no longer be read.
    fn unpin_unavailable(&mut self) {
        let mut pins = std::mem::take(&mut self.pins);
        pins.retain(|seq| self.get(seq).is_some_and(|message| !message.recalled));
        self.pins = pins;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn message(random: u32) -> Message {
        let content = random.to_string().into_bytes().into();
        Message { random: Some(random), ..Message::new("peter".into(), NOW, content) }
    }

    /// The number of each message, and whether it can be read.
    fn readable(history: &History, from: u64, max: u64) -> Vec<(u64, bool)> {
        history.backwards(from, max).map(|(seq, message)| (seq, message.is_some())).collect()
    }

    #[test]
    fn messages_beyond_the_limit_become_placeholders() {
        let mut history = History::default();
        for random in 0..12 {
            assert_eq!(history.add(message(random)), u64::from(random) + 1);
        }
        assert_eq!(history.count(), 12);
        let page = readable(&history, 4, 20);
        assert_eq!(page, [(4, true), (3, true), (2, false), (1, false)]);
        assert_eq!(history.find_repeated(1, NOW, 300, |_| true), None);
        assert_eq!(
            history.find_repeated(2, NOW, 300, |_| true).and_then(|stamp| stamp.seq),
            Some(3)
        );
        assert_eq!(history.randoms.len(), MAX_KEPT, "each dropped message drops its Random");
    }

    #[test]
    fn messages_without_content_are_numbered_placeholders() {
        let mut history = History::default();
        history.add_placeholders(2, NOW);
        history.add(message(7));
        history.add_placeholders(1, NOW);
        history.add_placeholders(0, NOW.after(9));
        assert_eq!(history.last_time(), Some(NOW));
        assert_eq!(
            readable(&history, u64::MAX, 20),
            [(4, false), (3, true), (2, false), (1, false)]
        );
        assert_eq!(readable(&history, 3, 2), [(3, true), (2, false)]);
        assert!(readable(&history, 0, 20).is_empty());
    }

    #[test]
    fn random_identifies_a_repeat_within_the_window() {
        let mut history = History::default();
        history.add(message(7));
        let first = Some(MessageStamp { seq: Some(1), time: NOW });
        assert_eq!(history.find_repeated(7, NOW.after(299), 300, |_| true), first);
        assert_eq!(history.find_repeated(7, NOW.after(300), 300, |_| true), None);
        assert_eq!(history.find_repeated(8, NOW, 300, |_| true), None);
        // A later message with the same Random and other content does not hide it.
        history.add(Message { content: (*b"other").into(), ..message(7) });
        assert_eq!(history.find_repeated(7, NOW, 300, |message| *message.content == *b"7"), first);
    }

    #[test]
    fn online_only_messages_take_no_number() {
        let mut history = History::default();
        history.add(message(7));
        for random in 8..28 {
            history.add_online_only(random, message(random));
        }
        assert_eq!(history.count(), 1);
        let repeated = |random| history.find_repeated(random, NOW.after(299), 300, |_| true);
        let stamp = MessageStamp { seq: None, time: NOW };
        assert_eq!((repeated(27), repeated(18)), (Some(stamp), Some(stamp)));
        assert_eq!(repeated(17), None, "only the newest are remembered");
        assert_eq!(history.find_repeated(27, NOW.after(300), 300, |_| true), None);
    }
}
