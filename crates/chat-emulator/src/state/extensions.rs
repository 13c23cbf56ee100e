//! Extensions of a message: pairs of a key and a value.

use std::collections::{BTreeMap, VecDeque};

use chat_types::{UnixSeconds, limits::MAX_MESSAGE_EXTENSIONS};
use serde::{Deserialize, Serialize};

/// The extensions of one message.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Extensions {
    pairs: BTreeMap<String, Extension>,
    latest: u64,
    cleared: u64,
    /// The times of the writes of the last minute.
    writes: VecDeque<UnixSeconds>,
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Extension {
    pub(crate) value: String,
    /// The number of the write that set the value.
    pub(crate) seq: u64,
}

/// There are too many writes within a minute.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManyWrites;

/// The message has too many pairs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooManyPairs;

impl Extensions {
    /// Counts a write and returns its number. With `max`, no minute may have more writes.
    pub(crate) fn start_write(
        &mut self,
        max: Option<u64>,
        now: UnixSeconds,
    ) -> Result<u64, TooManyWrites> {
        let is_old = |&time: &UnixSeconds| time > now || now.seconds_since(time) >= MINUTE;
        while self.writes.front().is_some_and(is_old) {
            self.writes.pop_front();
        }
        if let Some(max) = max {
            if self.writes.len() as u64 >= max {
                return Err(TooManyWrites);
            }
            self.writes.push_back(now);
        }
        self.latest += 1;
        Ok(self.latest)
    }

    /// Sets a pair in the write with this number.
    pub(crate) fn set(&mut self, key: &str, value: &str, seq: u64) -> Result<(), TooManyPairs> {
        if !self.pairs.contains_key(key) && self.pairs.len() >= MAX_MESSAGE_EXTENSIONS {
            return Err(TooManyPairs);
        }
        self.pairs.insert(key.to_owned(), Extension { value: value.to_owned(), seq });
        Ok(())
    }

    pub(crate) fn remove(&mut self, key: &str) {
        self.pairs.remove(key);
    }

    /// Removes all pairs in the write with this number.
    pub(crate) fn clear(&mut self, seq: u64) {
        self.pairs.clear();
        self.cleared = seq;
    }

    /// Returns the pairs with at least this number, in the order of their numbers and keys.
    pub(crate) fn starting_at(&self, seq: u64) -> Vec<(&str, &Extension)> {
        let mut pairs: Vec<_> = self
            .pairs
            .iter()
            .filter(|(_, pair)| pair.seq >= seq)
            .map(|(key, pair)| (key.as_str(), pair))
            .collect();
        pairs.sort_by_key(|(_, pair)| pair.seq);
        pairs
    }

    /// Returns the number of the newest write; 0 if nothing was written.
    pub(crate) fn latest(&self) -> u64 {
        self.latest
    }

    /// Returns the number of the write that last cleared all pairs; 0 if none did.
    pub(crate) fn cleared(&self) -> u64 {
        self.cleared
    }
}

const MINUTE: u64 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_of_each_minute_are_limited() {
        let mut extensions = Extensions::default();
        let at = UnixSeconds::new;
        assert_eq!(extensions.start_write(Some(2), at(100)), Ok(1));
        assert_eq!(extensions.start_write(Some(2), at(130)), Ok(2));
        assert_eq!(extensions.start_write(Some(2), at(159)), Err(TooManyWrites));
        assert_eq!(extensions.start_write(Some(2), at(160)), Ok(3));
        assert_eq!(extensions.start_write(None, at(160)), Ok(4));
    }
}
