//! The lines of a journal.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Digest;
use crate::report::Facts;

/// One line, which is one fact. Each is written whole before anything follows from it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Line {
    /// What the job is. The first line.
    Job(Header),
    /// These items are about to be sent, in a call that is not safe to repeat.
    Sent(Part),
    /// These items were refused together, and none of them was done. Some of them will be sent again.
    Refused(Part),
    /// This became of these items.
    Ended(Ended),
    /// The input has ended.
    Input(Extent),
}

/// What the job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Header {
    pub(crate) version: u32,
    pub(crate) sdk_app_id: u32,
    /// What each call does: its endpoint and the request without its items.
    pub(crate) job: Value,
    pub(crate) batch_size: usize,
    /// Whatever the caller wants to find again.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub(crate) note: Value,
}

/// Some items of a chunk.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Part {
    pub(crate) chunk: u64,
    /// How many items the chunk has.
    pub(crate) of: usize,
    /// Of the input up to the end of the chunk.
    pub(crate) digest: Digest,
    pub(crate) at: Places,
}

/// What became of some items of a chunk.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ended {
    #[serde(flatten)]
    pub(crate) part: Part,
    /// Those that are not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) but: Vec<Exception>,
}

/// Items with the same outcome, which is not `done`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Exception {
    pub(crate) at: Places,
    #[serde(flatten)]
    pub(crate) outcome: NotDone,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NotDone {
    Pending,
    Failed(Facts),
    Unknown(Facts),
}

/// How long the input is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Extent {
    pub(crate) chunks: u64,
    pub(crate) items: u64,
}

/// Places in a chunk, in rising order, as ranges.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Places(Vec<Range2>);

/// From the first to the one after the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Range2(usize, usize);

impl Places {
    pub(crate) fn push(&mut self, index: usize) {
        match self.0.last_mut() {
            Some(last) if last.1 == index => last.1 += 1,
            _ => self.0.push(Range2(index, index + 1)),
        }
    }

    /// The places, as far as they are within a chunk of so many items.
    pub(crate) fn iter(&self, of: usize) -> impl Iterator<Item = usize> {
        self.0.iter().flat_map(move |&Range2(from, to)| Range { start: from, end: to.min(of) })
    }
}

impl FromIterator<usize> for Places {
    fn from_iter<I: IntoIterator<Item = usize>>(places: I) -> Self {
        let mut all = Self::default();
        for index in places {
            all.push(index);
        }
        all
    }
}
