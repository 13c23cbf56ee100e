//! The lines of a journal.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Digest;
use crate::{Fingerprint, report::Facts};

/// One line, which states one fact. Each is written completely before anything depends on it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Line {
    /// What the job is. The first line.
    Job(Header),
    /// These items are about to be sent, in a call that the journal must know about beforehand.
    Sent(ChunkPart),
    /// These items were refused together, and none of them was done. Some of them may be sent again.
    Refused(ChunkPart),
    /// These items have their outcomes.
    Settled(Settled),
    /// The input has ended.
    Input(Extent),
    /// The input has a mistake, so that a corrected one is accepted although it is another one as a
    /// whole. What was sent of it must still be the same.
    InvalidInput {},
}

/// What the job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Header {
    pub(crate) version: u32,
    pub(crate) sdk_app_id: u32,
    /// What each call does: its endpoint and the request without its items.
    pub(crate) job: Value,
    pub(crate) batch_size: usize,
    /// The whole input, if it could be read before the job began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) input: Option<Fingerprint>,
    /// A value of the caller's.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) note: Value,
}

/// Some items of a chunk.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChunkPart {
    pub(crate) chunk: u64,
    /// The number of items in the chunk.
    pub(crate) length: usize,
    /// The digest of the input up to the end of the chunk.
    pub(crate) digest: Digest,
    pub(crate) indices: Indices,
}

/// The outcomes of some items of a chunk. They are done unless listed.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settled {
    pub(crate) part: ChunkPart,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) not_done: Vec<NotDoneItems>,
}

/// Items with the same outcome, which is not `done`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotDoneItems {
    pub(crate) indices: Indices,
    pub(crate) outcome: NotDone,
}

/// An outcome other than `done`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotDone {
    Pending,
    Failed(Facts),
    Unknown(Facts),
}

/// The length of the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extent {
    pub(crate) chunks: u64,
    pub(crate) items: u64,
}

/// Indices of items in a chunk, in ascending order, as ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Indices(Vec<IndexRange>);

/// The first index and the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct IndexRange(usize, usize);

impl Indices {
    pub(crate) fn push(&mut self, index: usize) {
        match self.0.last_mut() {
            Some(last) if last.1 == index => last.1 += 1,
            _ => self.0.push(IndexRange(index, index + 1)),
        }
    }

    /// Returns what is wrong with ranges that are empty, not in ascending order, or not within a chunk
    /// of `length` items.
    pub(super) fn check(&self, length: usize) -> Result<(), String> {
        let mut free = 0;
        for &IndexRange(start, end) in &self.0 {
            if start < free || start >= end || end > length {
                return Err(format!(
                    "the range from {start} to {end} is not possible in a chunk of {length} items"
                ));
            }
            free = end + 1;
        }
        if self.0.is_empty() { Err("it is about no items".to_owned()) } else { Ok(()) }
    }

    /// Returns the indices that are within a chunk of `length` items.
    pub(crate) fn iter(&self, length: usize) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(move |&IndexRange(start, end)| Range { start, end: end.min(length) })
    }
}

impl FromIterator<usize> for Indices {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut all = Self::default();
        for index in indices {
            all.push(index);
        }
        all
    }
}

/// The version of the format.
pub(crate) const VERSION: u32 = 2;
