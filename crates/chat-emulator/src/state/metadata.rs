//! The metadata of a live room.

use std::collections::BTreeMap;

use chat_types::limits::{MAX_LIVE_ROOM_METADATA, MAX_LIVE_ROOM_METADATA_BYTES};
use serde::{Deserialize, Serialize};

/// The metadata of a live room, by key.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Metadata {
    values: BTreeMap<String, String>,
}

/// Why metadata was not set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MetadataError {
    TooManyKeys,
    /// The values together are too long.
    TooLarge,
}

impl Metadata {
    /// Sets values: all of them, or none. Of values for the same key, the last counts.
    pub(crate) fn set<'a>(
        &mut self,
        new: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Result<(), MetadataError> {
        let mut values = self.values.clone();
        values.extend(new.map(|(key, value)| (key.to_owned(), value.to_owned())));
        if values.len() > MAX_LIVE_ROOM_METADATA {
            return Err(MetadataError::TooManyKeys);
        }
        if values.values().map(String::len).sum::<usize>() > MAX_LIVE_ROOM_METADATA_BYTES {
            return Err(MetadataError::TooLarge);
        }
        self.values = values;
        Ok(())
    }

    /// Deletes values. Returns whether any of the keys existed.
    pub(crate) fn delete(&mut self, keys: &[String]) -> bool {
        let before = self.values.len();
        self.values.retain(|key, _| !keys.contains(key));
        self.values.len() < before
    }

    /// Iterates over the keys and their values, in alphabetical order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}
