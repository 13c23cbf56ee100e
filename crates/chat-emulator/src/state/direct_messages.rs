//! One-to-one messages.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chat_types::UnixSeconds;

/// The one-to-one messages of an app: the number that each account received.
#[derive(Debug, Default)]
pub(crate) struct DirectMessages {
    received: HashMap<Arc<str>, u64>,
    generated_seqs: u32,
    /// The messages of the current second, within which the service recognizes a repeat.
    recent: HashSet<MessageKey>,
    second: UnixSeconds,
}

/// What a message and its repeat have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MessageKey {
    pub(crate) from: Arc<str>,
    pub(crate) to: Arc<str>,
    pub(crate) seq: u32,
    pub(crate) random: u32,
}

impl DirectMessages {
    /// Returns a sequence number for a message without one.
    pub(crate) fn generate_seq(&mut self) -> u32 {
        self.generated_seqs = self.generated_seqs.wrapping_add(1);
        FIRST_GENERATED_SEQ.wrapping_add(self.generated_seqs)
    }

    /// Delivers a message, unless it is a repeat within the same second.
    pub(crate) fn deliver(&mut self, message: MessageKey, now: UnixSeconds) {
        if self.second != now {
            self.recent.clear();
            self.second = now;
        }
        let to = Arc::clone(&message.to);
        if self.recent.insert(message) {
            *self.received.entry(to).or_default() += 1;
        }
    }

    /// Returns the number of messages that an account received.
    pub(crate) fn received(&self, account: &str) -> u64 {
        self.received.get(account).copied().unwrap_or_default()
    }
}

/// In the upper half of the numbers, since callers usually count from 0.
const FIRST_GENERATED_SEQ: u32 = 1 << 31;
