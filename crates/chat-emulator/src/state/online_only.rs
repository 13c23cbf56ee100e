//! Messages that only members who were online received.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::message::{MAX_KEPT, Message};

/// The newest messages that were not stored, kept to recognize repeats of them.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct OnlineOnly {
    /// By their `Random` and a serial number.
    messages: BTreeMap<(u32, u64), Message>,
    /// Their keys, oldest first.
    order: VecDeque<(u32, u64)>,
    next: u64,
}

impl OnlineOnly {
    pub(crate) fn add(&mut self, random: u32, message: Message) {
        let key = (random, self.next);
        self.next += 1;
        self.messages.insert(key, message);
        self.order.push_back(key);
        if self.order.len() > MAX_KEPT
            && let Some(oldest) = self.order.pop_front()
        {
            self.messages.remove(&oldest);
        }
    }

    /// Returns the newest message with this `Random` for which `is_wanted` holds.
    pub(crate) fn find(
        &self,
        random: u32,
        is_wanted: impl Fn(&Message) -> bool,
    ) -> Option<&Message> {
        let same = self.messages.range((random, 0)..=(random, u64::MAX)).rev();
        same.map(|(_, message)| message).find(|message| is_wanted(message))
    }
}
