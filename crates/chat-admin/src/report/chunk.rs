//! The outcomes of one chunk.

use std::sync::Arc;

use chat_types::spec::EndpointSpec;
use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::{Failure, Outcome, Summary};

/// One item and its outcome.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemReport {
    /// The index of the item in the input, from 0.
    pub index: u64,
    /// The target of the call, such as the group, if the job has several.
    pub target: Option<Arc<str>>,
    /// The account or other ID that the item is about.
    pub key: String,
    /// The outcome.
    pub outcome: Outcome,
}

/// Has the same fields for every item, so that it fits in a table. Missing values are null.
impl Serialize for ItemReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let failure = self.outcome.failure();
        let mut item = serializer.serialize_struct("ItemReport", 8)?;
        item.serialize_field("index", &self.index)?;
        item.serialize_field("target", &self.target.as_deref())?;
        item.serialize_field("item", &self.key)?;
        item.serialize_field("outcome", self.outcome.as_str())?;
        item.serialize_field("code", &failure.and_then(Failure::code))?;
        item.serialize_field("meaning", &failure.and_then(Failure::meaning))?;
        item.serialize_field("reason", &failure.map(ToString::to_string))?;
        item.serialize_field("is_retryable", &failure.map(Failure::is_retryable))?;
        item.end()
    }
}

/// One chunk of a job and the outcomes of its items.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChunkReport<Response> {
    /// The index of the chunk in the job, from 0.
    pub number: u64,
    /// The endpoint that was called.
    pub endpoint: &'static EndpointSpec,
    /// The items with their outcomes, in input order. Items that were not sent because the job was
    /// stopped are missing.
    pub items: Vec<ItemReport>,
    /// The responses to the calls that succeeded: usually one, more if the chunk had to be sent in
    /// parts, and none for items whose outcomes come from a journal.
    pub responses: Vec<Response>,
    /// The number of calls made for it in this run.
    pub calls: u64,
    /// The number of those calls that failed as a whole.
    pub failed_calls: u64,
}

impl<Response> ChunkReport<Response> {
    /// Counts its items by outcome.
    pub fn summary(&self) -> Summary {
        let (calls, failed_calls) = (self.calls, self.failed_calls);
        let mut summary = Summary { calls, failed_calls, ..Summary::default() };
        for item in &self.items {
            summary.count(&item.outcome);
        }
        summary
    }
}
