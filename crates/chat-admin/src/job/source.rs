//! Where the calls of a job come from, and what the job needs to know of each.

use std::{borrow::Cow, sync::Arc, time::Duration};

use chat_transport::{Client, Error};
use chat_types::{ItemOutcome, check::FieldPath, spec::EndpointSpec};
use futures_util::stream::BoxStream;
use serde_json::Value;

use crate::{InputError, Outcome, PlannedCalls};

/// Where the calls of a job come from: [`List`](crate::List) and the import of a community. Nobody
/// else needs to implement it.
pub trait Source: sealed::Sealed + Send {
    /// What is sent together.
    type Chunk: Chunk;

    /// What tells this job from others, without its items.
    #[doc(hidden)]
    fn identity(&self) -> Value;

    /// How many items go into a call at most. At least 1.
    #[doc(hidden)]
    fn batch_size(&self) -> usize;

    /// Length of the input, where it is known.
    #[doc(hidden)]
    fn length(&self) -> Option<u64>;

    /// The calls that it will take, by endpoint.
    #[doc(hidden)]
    fn planned(&self) -> Vec<PlannedCalls>;

    /// The chunks, cut as they are needed. The same input gives the same chunks.
    #[doc(hidden)]
    fn into_chunks<'s>(self) -> BoxStream<'s, Result<Self::Chunk, InputError>>
    where
        Self: 's;
}

/// Some items that go to the service in one call, or in parts where it refuses them together.
pub trait Chunk: sealed::Sealed + Send + Sync + 'static {
    /// What the service answers.
    type Response: Send + 'static;

    /// The endpoint.
    #[doc(hidden)]
    fn endpoint(&self) -> &'static EndpointSpec;

    /// What it is done to, where the job is about several.
    #[doc(hidden)]
    fn target(&self) -> Option<&Arc<str>>;

    /// How many items; at least one.
    #[doc(hidden)]
    fn length(&self) -> usize;

    /// What an item is about.
    #[doc(hidden)]
    fn key(&self, index: usize) -> Cow<'_, str>;

    /// What became of an item before anything was sent.
    #[doc(hidden)]
    fn known(&self, index: usize) -> Option<Outcome> {
        let _ = index;
        None
    }

    /// Writes the items in a way that tells them from all others.
    #[doc(hidden)]
    fn write_items(&self, to: &mut dyn std::io::Write) -> std::io::Result<()>;

    /// Which item a path in a request with these items is about, such as `MemberList[3].Role`.
    #[doc(hidden)]
    fn item_at(&self, path: &FieldPath) -> Option<usize>;

    /// Whether sending it again does no harm, however much later.
    #[doc(hidden)]
    fn is_safe_to_repeat(&self) -> bool;

    /// Whether everything before it must have ended.
    #[doc(hidden)]
    fn waits_for_all_before(&self) -> bool;

    /// Whether nothing may follow when this became of one of its items. Where calls have to run one
    /// after the other that is so when the item may yet be done, and would then come too late.
    #[doc(hidden)]
    fn holds_up_all_after(&self, outcome: &Outcome) -> bool {
        self.waits_for_all_before() && outcome.is_open()
    }

    /// Sends the items at these places, or all of them. `number` sets apart what is not to be taken
    /// for a repeat.
    #[doc(hidden)]
    fn send(
        &self,
        client: &Client,
        number: u64,
        places: &[usize],
    ) -> impl Future<Output = Result<Delivery<Self::Response>, Error>> + Send;
}

/// What became of items that were sent.
#[doc(hidden)]
#[derive(Debug)]
pub struct Delivery<Response> {
    /// In the order of sending.
    pub(crate) outcomes: Vec<ItemOutcome>,
    pub(crate) response: Response,
    /// For the call's turn under the quota.
    pub(crate) waited: Duration,
}

pub(crate) mod sealed {
    pub trait Sealed {}
}
