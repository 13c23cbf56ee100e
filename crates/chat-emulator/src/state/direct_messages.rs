use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chat_types::UnixSeconds;

/// The one-to-one messages of an app: how many each account got.
#[derive(Debug, Default)]
pub(crate) struct DirectMessages {
    received: HashMap<Arc<str>, u64>,
    made_up: u32,
    /// What came in one second: the service knows a repeat within it.
    recent: HashSet<Sent>,
    second: UnixSeconds,
}

/// By which a repeat is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Sent {
    pub(crate) from: Arc<str>,
    pub(crate) to: Arc<str>,
    pub(crate) seq: u32,
    pub(crate) random: u32,
}

impl DirectMessages {
    /// A number for a message that came without one.
    pub(crate) fn make_up_seq(&mut self) -> u32 {
        self.made_up = self.made_up.wrapping_add(1);
        FIRST_MADE_UP.wrapping_add(self.made_up)
    }

    /// Delivers a message, unless it came within this second before.
    pub(crate) fn deliver(&mut self, message: Sent, now: UnixSeconds) {
        if self.second != now {
            self.recent.clear();
            self.second = now;
        }
        let to = Arc::clone(&message.to);
        if self.recent.insert(message) {
            *self.received.entry(to).or_default() += 1;
        }
    }

    pub(crate) fn received(&self, account: &str) -> u64 {
        self.received.get(account).copied().unwrap_or_default()
    }
}

/// Callers number their own messages from below.
const FIRST_MADE_UP: u32 = 1 << 31;
