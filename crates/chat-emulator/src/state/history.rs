use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use chat_types::{UnixSeconds, message::MsgPriorityLevel};

/// The messages of a group or a topic, numbered from 1. The newest are kept.
#[derive(Debug, Default)]
pub(crate) struct History {
    count: u64,
    last: Option<UnixSeconds>,
    /// With their numbers, in the order of these, which may have gaps.
    kept: VecDeque<(u64, Message)>,
    /// Random numbers of the kept messages, each with the number of its message.
    randoms: BTreeSet<(u32, u64)>,
}

/// A message as it was taken.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) sender: Arc<str>,
    /// When it was sent, here or in another system.
    pub(crate) time: UnixSeconds,
    /// When the call came that brought it.
    pub(crate) taken: UnixSeconds,
    pub(crate) random: Option<u32>,
    pub(crate) priority: MsgPriorityLevel,
    /// MsgBody as JSON.
    pub(crate) content: Box<[u8]>,
    /// Whether it can be read later. One that cannot leaves a hole.
    pub(crate) stored: bool,
}

impl Message {
    /// One that was sent now.
    pub(crate) fn new(sender: Arc<str>, now: UnixSeconds, content: Box<[u8]>) -> Self {
        Self {
            sender,
            time: now,
            taken: now,
            random: None,
            priority: MsgPriorityLevel::Normal,
            content,
            stored: true,
        }
    }
}

/// What is known of a message that came before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Earlier {
    pub(crate) seq: u64,
    pub(crate) time: UnixSeconds,
}

impl History {
    /// How many messages there were so far, which is also the number of the newest.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// Time of the newest message.
    pub(crate) fn last(&self) -> Option<UnixSeconds> {
        self.last
    }

    /// Counts messages whose content is not known.
    pub(crate) fn skip(&mut self, count: u64, now: UnixSeconds) {
        self.count = self.count.saturating_add(count);
        if count > 0 {
            self.last = Some(now);
        }
    }

    /// Adds a message and returns its number.
    pub(crate) fn add(&mut self, message: Message) -> u64 {
        self.skip(1, message.time);
        if let Some(random) = message.random {
            self.randoms.insert((random, self.count));
        }
        self.kept.push_back((self.count, message));
        if self.kept.len() > MOST_KEPT
            && let Some((seq, Message { random: Some(random), .. })) = self.kept.pop_front()
        {
            self.randoms.remove(&(random, seq));
        }
        self.count
    }

    /// The newest message of the last five minutes with this random number that is the same.
    pub(crate) fn earlier(
        &self,
        random: u32,
        now: UnixSeconds,
        is_same: impl Fn(&Message) -> bool,
    ) -> Option<Earlier> {
        let seqs = self.randoms.range((random, 0)..=(random, u64::MAX)).rev();
        seqs.filter_map(|&(_, seq)| Some((seq, self.get(seq)?)))
            .find(|(_, message)| {
                now.seconds_since(message.taken) < FIVE_MINUTES && is_same(message)
            })
            .map(|(seq, message)| Earlier { seq, time: message.time })
    }

    /// The messages from a number downwards, newest first: each number, with the message where it
    /// can still be read.
    pub(crate) fn downwards(
        &self,
        from: u64,
        most: u64,
    ) -> impl Iterator<Item = (u64, Option<&Message>)> {
        let from = from.min(self.count);
        let down_to = from.saturating_sub(most) + 1;
        (down_to..=from).rev().map(|seq| (seq, self.get(seq).filter(|message| message.stored)))
    }

    fn get(&self, seq: u64) -> Option<&Message> {
        let index = self.kept.binary_search_by_key(&seq, |&(seq, _)| seq).ok()?;
        self.kept.get(index).map(|(_, message)| message)
    }
}

/// Of each group and each topic. Small in tests, so that few messages go beyond it.
const MOST_KEPT: usize = if cfg!(test) { 10 } else { 100_000 };

/// For so long a random number tells a repeat.
const FIVE_MINUTES: u64 = 300;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixSeconds = UnixSeconds::new(1_000);

    fn message(random: u32) -> Message {
        let content = random.to_string().into_bytes().into();
        Message { random: Some(random), ..Message::new("peter".into(), NOW, content) }
    }

    fn readable(history: &History, from: u64, most: u64) -> Vec<(u64, bool)> {
        history.downwards(from, most).map(|(seq, message)| (seq, message.is_some())).collect()
    }

    #[test]
    fn what_goes_beyond_the_bound_leaves_holes_and_is_forgotten() {
        let mut history = History::default();
        for random in 0..12 {
            assert_eq!(history.add(message(random)), u64::from(random) + 1);
        }
        assert_eq!(history.count(), 12);
        let page = readable(&history, 4, 20);
        assert_eq!(page, [(4, true), (3, true), (2, false), (1, false)]);
        assert_eq!(history.earlier(1, NOW, |_| true), None);
        assert_eq!(history.earlier(2, NOW, |_| true).map(|earlier| earlier.seq), Some(3));
        assert_eq!(history.randoms.len(), MOST_KEPT, "no random number stays behind");
    }

    #[test]
    fn messages_without_content_take_numbers_and_leave_holes() {
        let mut history = History::default();
        history.skip(2, NOW);
        history.add(message(7));
        history.add(Message { stored: false, ..message(8) });
        history.skip(0, NOW.after(9));
        assert_eq!(history.last(), Some(NOW));
        assert_eq!(
            readable(&history, u64::MAX, 20),
            [(4, false), (3, true), (2, false), (1, false)]
        );
        assert_eq!(readable(&history, 3, 2), [(3, true), (2, false)]);
        assert!(readable(&history, 0, 20).is_empty());
    }

    #[test]
    fn a_random_number_tells_a_repeat_for_five_minutes() {
        let mut history = History::default();
        history.add(message(7));
        let first = Some(Earlier { seq: 1, time: NOW });
        assert_eq!(history.earlier(7, NOW.after(299), |_| true), first);
        assert_eq!(history.earlier(7, NOW.after(300), |_| true), None);
        assert_eq!(history.earlier(8, NOW, |_| true), None);
        // One with the same number and another content in between does not hide it.
        history.add(Message { content: (*b"other").into(), ..message(7) });
        assert_eq!(history.earlier(7, NOW, |message| *message.content == *b"7"), first);
    }
}
