//! The pinned messages of a group or a topic.

use std::sync::Arc;

use chat_types::limits::MAX_PINNED_MESSAGES;
use serde::{Deserialize, Serialize};

/// The pinned messages of a group or a topic.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Pins {
    /// In the order in which they were pinned.
    pins: Vec<Pin>,
}

/// A pinned message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pin {
    pub(crate) seq: u64,
    /// The account that pinned it.
    pub(crate) by: Arc<str>,
}

/// The limit of pinned messages is reached.
#[derive(Debug)]
pub(crate) struct TooManyPins;

impl Pins {
    /// Pins a message, unless it is pinned.
    pub(crate) fn add(&mut self, pin: Pin) -> Result<(), TooManyPins> {
        if self.pins.iter().any(|other| other.seq == pin.seq) {
            return Ok(());
        }
        if self.pins.len() >= MAX_PINNED_MESSAGES {
            return Err(TooManyPins);
        }
        self.pins.push(pin);
        Ok(())
    }

    /// Unpins a message, if it is pinned.
    pub(crate) fn remove(&mut self, seq: u64) {
        self.pins.retain(|pin| pin.seq != seq);
    }

    /// Unpins the messages that are no longer available.
    pub(crate) fn retain(&mut self, is_available: impl Fn(u64) -> bool) {
        self.pins.retain(|pin| is_available(pin.seq));
    }

    /// Iterates over the pinned messages, the newest pin first.
    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Pin> {
        self.pins.iter().rev()
    }
}
