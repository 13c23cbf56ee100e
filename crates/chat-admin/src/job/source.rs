//! What a job needs to know about its input and about each of its calls.

use std::{borrow::Cow, sync::Arc, time::Duration};

use chat_transport::{Client, Error};
use chat_types::{ItemOutcome, UnixSeconds, check::FieldPath, spec::EndpointSpec};
use futures_util::stream::BoxStream;
use serde_json::Value;

use crate::{Fingerprint, InputError, Outcome, PlannedCalls};

/// The input of a job, cut into chunks: a [`List`](crate::List) or an import. It cannot be implemented
/// outside of this crate.
pub trait Source: sealed::Sealed + Send {
    /// What is sent in one call.
    type Chunk: Chunk;

    /// Describes the job without its items, to distinguish it from others.
    #[doc(hidden)]
    fn identity(&self) -> Value;

    /// Returns the most items per call, or 0 if it depends on the call.
    #[doc(hidden)]
    fn batch_size(&self) -> usize;

    /// Returns the length of the input, if it is known.
    #[doc(hidden)]
    fn length(&self) -> Option<u64>;

    /// Returns the fingerprint of the whole input, if it has one.
    #[doc(hidden)]
    fn fingerprint(&self) -> Result<Option<Fingerprint>, InputError>;

    /// Returns the calls that it will take, by endpoint.
    #[doc(hidden)]
    fn planned(&self) -> Vec<PlannedCalls>;

    /// Cuts the input into chunks as they are needed. The same input results in the same chunks.
    #[doc(hidden)]
    fn into_chunks<'s>(self) -> BoxStream<'s, Result<Self::Chunk, InputError>>
    where
        Self: 's;
}

/// Some items that are sent in one call, or in parts if the service refuses them together.
pub trait Chunk: sealed::Sealed + Send + Sync + 'static {
    /// The response of the service.
    type Response: Send + 'static;

    /// Returns the endpoint.
    #[doc(hidden)]
    fn endpoint(&self) -> &'static EndpointSpec;

    /// Returns the target of the call, such as the group, if the job has several.
    #[doc(hidden)]
    fn target(&self) -> Option<&Arc<str>>;

    /// Returns the number of items, which is at least 1.
    #[doc(hidden)]
    fn length(&self) -> usize;

    /// Returns the account or other ID that an item is about.
    #[doc(hidden)]
    fn key(&self, index: usize) -> Cow<'_, str>;

    /// Returns the outcome of an item that is known before anything is sent.
    #[doc(hidden)]
    fn preset(&self, index: usize) -> Option<Outcome> {
        let _ = index;
        None
    }

    /// Writes the items as JSON values, one after another, for the digest of the input.
    #[doc(hidden)]
    fn write_items(&self, to: &mut dyn std::io::Write) -> std::io::Result<()>;

    /// Returns the index of the item that a path in the request is about, such as
    /// `MemberList[3].Role`.
    #[doc(hidden)]
    fn item_at(&self, path: &FieldPath) -> Option<usize>;

    /// Returns whether sending it again within this time of the first attempt does no harm.
    #[doc(hidden)]
    fn is_safe_to_repeat(&self, within: Duration) -> bool;

    /// Returns whether all calls before it must have ended.
    #[doc(hidden)]
    fn waits_for_earlier(&self) -> bool;

    /// Returns whether no later item may follow an item with this outcome. If calls must run one after
    /// another, this is so if the item may still be done, because it would then come too late.
    #[doc(hidden)]
    fn blocks_later_items(&self, outcome: &Outcome) -> bool {
        self.waits_for_earlier() && outcome.is_open()
    }

    /// Returns the time before which the service would refuse these items.
    #[doc(hidden)]
    fn not_before(&self, indices: &[usize]) -> Option<UnixSeconds> {
        let _ = indices;
        None
    }

    /// Returns whether the service may have refused an item because its time had not come, judging by
    /// this machine's clock.
    #[doc(hidden)]
    fn may_be_early(&self, index: usize) -> bool {
        let _ = index;
        false
    }

    /// Returns whether [`resolve`](Self::resolve) can succeed.
    #[doc(hidden)]
    fn can_resolve(&self) -> bool {
        false
    }

    /// Asks the service which of these items it has done, after a call whose response was lost. `None`
    /// if that cannot be found out.
    #[doc(hidden)]
    fn resolve(
        &self,
        client: &Client,
        indices: &[usize],
    ) -> impl Future<Output = Option<Vec<bool>>> + Send {
        let _ = (client, indices);
        async { None }
    }

    /// Sends the items at these indices. `number` distinguishes the call from others, so that the
    /// service does not take it for a repeat.
    #[doc(hidden)]
    fn send(
        &self,
        client: &Client,
        number: u64,
        indices: &[usize],
    ) -> impl Future<Output = Result<Delivery<Self::Response>, Error>> + Send;
}

/// The result of a successful call.
#[doc(hidden)]
#[derive(Debug)]
pub struct Delivery<Response> {
    /// The outcomes in the order in which the items were sent.
    pub(crate) outcomes: Vec<ItemOutcome>,
    pub(crate) response: Response,
    /// How long the call waited for rate-limit capacity.
    pub(crate) waited: Duration,
}

pub(crate) mod sealed {
    pub trait Sealed {}
}
