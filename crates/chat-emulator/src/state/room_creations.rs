//! The limit on creating rooms with the same ID.

use std::collections::BTreeMap;

use chat_types::UnixSeconds;
use serde::{Deserialize, Serialize};

/// How often rooms were created in the current second, by ID.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RoomCreations {
    max: Option<u64>,
    second: UnixSeconds,
    by_id: BTreeMap<String, u64>,
}

/// The error for creating a room too often.
#[derive(Debug)]
pub(crate) struct CreatedTooOften;

impl RoomCreations {
    /// Sets the limit.
    pub(crate) fn limit(&mut self, max: Option<u64>) {
        self.max = max;
    }

    pub(crate) fn new(max: Option<u64>) -> Self {
        Self { max, second: UnixSeconds::default(), by_id: BTreeMap::new() }
    }

    /// Counts an attempt to create a room, whether it succeeds or not.
    pub(crate) fn count(&mut self, id: &str, now: UnixSeconds) -> Result<(), CreatedTooOften> {
        let Some(max) = self.max else { return Ok(()) };
        if self.second != now {
            self.second = now;
            self.by_id.clear();
        }
        let count = self.by_id.entry(id.to_owned()).or_default();
        if *count >= max {
            return Err(CreatedTooOften);
        }
        *count += 1;
        Ok(())
    }
}
