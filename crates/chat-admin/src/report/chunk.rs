use std::sync::Arc;

use chat_types::spec::EndpointSpec;
use serde::{Serialize, Serializer, ser::SerializeStruct as _};

use crate::{Failure, Outcome, Summary};

/// One item and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemReport {
    /// Place of the item in the input, from 0.
    pub index: u64,
    /// What it was done to where the job is about several, such as the group.
    pub target: Option<Arc<str>>,
    /// The account or other id that the item is about.
    pub key: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// In a fixed set of fields, so that it fits in a table: what there is nothing to say of is null.
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

/// One chunk of a job: what became of its items, in input order.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChunkReport<Response> {
    /// Place of the chunk in the job, from 0.
    pub number: u64,
    /// The endpoint that was called.
    pub endpoint: &'static EndpointSpec,
    /// What became of its items, in input order. An item that was not sent, because the job was
    /// stopped, is missing.
    pub items: Vec<ItemReport>,
    /// What the service answered to the calls that succeeded. There is one where nothing went wrong,
    /// more where the chunk had to be sent in parts, and none for what a journal has.
    pub responses: Vec<Response>,
    /// Calls made for it, in this run.
    pub calls: u64,
    /// How many of them failed as a whole.
    pub failed_calls: u64,
}

impl<Response> ChunkReport<Response> {
    /// How many of its items ended how.
    pub fn summary(&self) -> Summary {
        let (calls, failed_calls) = (self.calls, self.failed_calls);
        let mut summary = Summary { calls, failed_calls, ..Summary::default() };
        for item in &self.items {
            summary.count(&item.outcome);
        }
        summary
    }
}
