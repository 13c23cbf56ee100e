//! One-to-one messages.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    sync::{Arc, LazyLock},
};

use chat_types::{ENDPOINTS, UnixSeconds};
use serde::{Deserialize, Serialize};

use super::conversation::{Conversation, DirectMessage};

/// The one-to-one messages of an app.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct DirectMessages {
    /// By both parties, in alphabetical order.
    #[serde(with = "crate::snapshot::sorted_map")]
    conversations: HashMap<(Arc<str>, Arc<str>), Conversation>,
    /// Those with whom an account has a conversation.
    #[serde(with = "crate::snapshot::by_id")]
    peers: HashMap<Arc<str>, BTreeSet<Arc<str>>>,
    /// The number of messages that each account received.
    #[serde(with = "crate::snapshot::by_id")]
    received: HashMap<Arc<str>, u64>,
    generated_seqs: u32,
    recent: RecentMessages,
}

/// What a message and its repeat have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct MessageKey {
    #[serde(deserialize_with = "crate::snapshot::shared")]
    pub(crate) from: Arc<str>,
    #[serde(deserialize_with = "crate::snapshot::shared")]
    pub(crate) to: Arc<str>,
    pub(crate) seq: u32,
    pub(crate) random: u32,
    /// The `MsgBody` as JSON, where a repeat must have the same.
    pub(crate) content: Option<Box<[u8]>>,
}

impl DirectMessages {
    /// Returns a sequence number for a message without one.
    pub(crate) fn generate_seq(&mut self) -> u32 {
        self.generated_seqs = self.generated_seqs.wrapping_add(1);
        FIRST_GENERATED_SEQ.wrapping_add(self.generated_seqs)
    }

    /// Returns the number of unread messages of an account, in all its conversations.
    pub(crate) fn unread_of(&self, account: &str) -> i64 {
        let conversations = self.peers(account).filter_map(|peer| self.conversation(account, peer));
        let unread: usize = conversations.map(|messages| messages.unread_for(account)).sum();
        i64::try_from(unread).unwrap_or(i64::MAX)
    }

    /// Counts a message as received, unless it repeats one of the last `window` seconds. Returns
    /// whether it is new.
    pub(crate) fn receive(&mut self, message: MessageKey, window: u64, now: UnixSeconds) -> bool {
        let to = Arc::clone(&message.to);
        let is_new = self.recent.insert(message, window, now);
        if is_new {
            *self.received.entry(to).or_default() += 1;
        }
        is_new
    }

    /// Adds a message to the conversation of its parties.
    pub(crate) fn store(&mut self, message: DirectMessage) {
        let (from, to) = (Arc::clone(&message.from), Arc::clone(&message.to));
        self.peers.entry(Arc::clone(&from)).or_default().insert(Arc::clone(&to));
        self.peers.entry(Arc::clone(&to)).or_default().insert(Arc::clone(&from));
        self.conversations.entry(parties(from, to)).or_default().add(message);
    }

    /// Returns the conversation of two accounts; `None` if they never had one.
    pub(crate) fn conversation(&self, one: &str, other: &str) -> Option<&Conversation> {
        self.conversations.get(&parties(one.into(), other.into()))
    }

    /// Returns the conversation of two accounts, to be changed.
    pub(crate) fn conversation_mut(&mut self, one: &str, other: &str) -> Option<&mut Conversation> {
        self.conversations.get_mut(&parties(one.into(), other.into()))
    }

    /// Iterates over the messages of all accounts from one time to before another, in no order.
    pub(crate) fn between(
        &self,
        start: UnixSeconds,
        end: UnixSeconds,
    ) -> impl Iterator<Item = &DirectMessage> {
        self.conversations.values().flat_map(move |messages| messages.between(start, end))
    }

    /// Iterates over those with whom an account has a conversation, in no order.
    pub(crate) fn peers(&self, account: &str) -> impl Iterator<Item = &Arc<str>> {
        self.peers.get(account).into_iter().flatten()
    }

    /// Returns the number of messages that an account received.
    pub(crate) fn received(&self, account: &str) -> u64 {
        self.received.get(account).copied().unwrap_or_default()
    }
}

fn parties(one: Arc<str>, other: Arc<str>) -> (Arc<str>, Arc<str>) {
    if one <= other { (one, other) } else { (other, one) }
}

/// The messages that the service still recognizes.
#[derive(Debug, Default, Serialize, Deserialize)]
struct RecentMessages {
    #[serde(with = "crate::snapshot::sorted_map")]
    keys: HashMap<MessageKey, UnixSeconds>,
    in_order: VecDeque<(UnixSeconds, MessageKey)>,
}

impl RecentMessages {
    /// Notes a message, unless it repeats one of the last `window` seconds. Returns whether it is new.
    fn insert(&mut self, message: MessageKey, window: u64, now: UnixSeconds) -> bool {
        while let Some((time, _)) = self.in_order.front()
            && now.seconds_since(*time) >= *LONGEST_WINDOW
            && let Some((time, key)) = self.in_order.pop_front()
        {
            if self.keys.get(&key) == Some(&time) {
                self.keys.remove(&key);
            }
        }
        let is_repeat =
            self.keys.get(&message).is_some_and(|&time| now.seconds_since(time) < window);
        if !is_repeat {
            self.keys.insert(message.clone(), now);
            self.in_order.push_back((now, message));
        }
        !is_repeat
    }
}

/// How long messages are kept to recognize a repeat, in seconds: as long as any endpoint does.
static LONGEST_WINDOW: LazyLock<u64> = LazyLock::new(|| {
    let windows = ENDPOINTS.iter().filter_map(|endpoint| endpoint.repeat.window_seconds());
    windows.max().unwrap_or_default().into()
});

/// In the upper half of the numbers, since callers usually count from 0.
const FIRST_GENERATED_SEQ: u32 = 1 << 31;

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seq: u32) -> MessageKey {
        MessageKey { from: "a".into(), to: "b".into(), seq, random: 1, content: None }
    }

    #[test]
    fn repeat_is_recognized_within_its_window_only() {
        let mut messages = DirectMessages::default();
        let at = UnixSeconds::new;
        assert!(messages.receive(key(1), 120, at(1_000)));
        assert!(!messages.receive(key(1), 120, at(1_119)));
        assert!(messages.receive(key(1), 120, at(1_120)), "a repeat does not extend the window");
        assert!(messages.receive(key(2), 1, at(1_120)));
        assert!(messages.receive(key(2), 1, at(1_121)));
        assert_eq!(messages.received("b"), 4);
    }

    #[test]
    fn old_messages_are_forgotten() {
        let mut messages = DirectMessages::default();
        for second in 0..10_000 {
            messages.receive(key(u32::try_from(second).unwrap()), 1, UnixSeconds::new(second));
        }
        assert_eq!(messages.recent.keys.len(), usize::try_from(*LONGEST_WINDOW).unwrap());
        assert_eq!(messages.recent.in_order.len(), messages.recent.keys.len());
    }
}
