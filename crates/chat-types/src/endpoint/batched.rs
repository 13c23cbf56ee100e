//! Requests with an array of items that can be split over several calls.

use std::borrow::Cow;

use serde::Serialize;

use super::{Endpoint, ItemOutcome};
use crate::spec::BatchSpec;

/// A request with an array of items whose number is limited per call.
#[diagnostic::on_unimplemented(
    message = "the request `{Self}` has no list that can be split over several calls",
    note = "send it with `Client::call`; `EndpointSpec::batch` states which requests can be split"
)]
pub trait Batched: Endpoint + Clone + 'static {
    /// One item.
    type Item: Serialize + Clone + Send + Sync;

    /// The array and its limit.
    const BATCH: &'static BatchSpec;

    /// Returns the items of this request.
    fn items(&self) -> &[Self::Item];

    /// Returns the same request with other items.
    #[must_use]
    fn with_items(&self, items: Vec<Self::Item>) -> Self;

    /// Returns the request for one part of a longer list: like [`with_items`](Self::with_items), but
    /// such that the service does not take it for a repeat of another part.
    ///
    /// If the service ignores a request with the same random number or sequence number as an earlier
    /// one ([`RepeatSafety::SafeWith`](crate::spec::RepeatSafety::SafeWith)), each part gets a
    /// number of its own. It is derived from the number in this request and the part's `number`,
    /// counted from 0, so that building the same part again results in the same request. Part 0
    /// keeps the number unchanged.
    #[must_use]
    #[allow(
        unused_variables,
        reason = "the name documents the parameter; most endpoints ignore it"
    )]
    fn for_part(&self, number: u64, items: Vec<Self::Item>) -> Self {
        self.with_items(items)
    }

    /// Returns the account, group, or other id that an item is about, as the response writes it.
    fn key(item: &Self::Item) -> Cow<'_, str>;

    /// Returns what a successful response says about each item, in the order of
    /// [`items`](Self::items).
    fn outcomes(&self, response: &Self::Response) -> Vec<ItemOutcome>;
}
