//! Requests whose response is one page of a longer list.

use std::fmt;

use serde::{Serialize, de::DeserializeOwned};

use super::Endpoint;
use crate::Unrecognized;

/// A request whose response is one page of a longer list.
#[diagnostic::on_unimplemented(
    message = "the response to `{Self}` is not one page of a list",
    note = "send it with `Client::call`; `EndpointSpec::paging` states which responses are paged"
)]
pub trait Paged: Endpoint + Clone {
    /// One entry of the list.
    type Item: Send;

    /// Where a page starts. It can be stored, and used later to continue.
    type Cursor: Clone + PartialEq + fmt::Debug + Serialize + DeserializeOwned + Send;

    /// The largest page size that is safe to request, if the page size can be chosen.
    const MAX_PAGE_SIZE: Option<u32>;

    /// Prepares the request for the first page.
    fn start(&mut self) {}

    /// Requests the page that starts at this cursor.
    fn set_cursor(&mut self, cursor: Self::Cursor);

    /// Sets the page size; has no effect if the service determines it.
    fn set_page_size(&mut self, size: u32);

    /// Splits a response to this request into its entries and the cursor of the next page.
    fn page(&self, response: Self::Response) -> Page<Self::Item, Self::Cursor>;
}

/// A request whose pages are numbered by offset: a page can start at any index, and the response
/// reports the length of the list. Pages can therefore be fetched concurrently.
pub trait PagedByOffset: Paged {
    /// Returns the number of entries before the page that this request asks for.
    ///
    /// Returns `None` if this particular request is paged in another way, or if the total in its
    /// response is that of a longer list.
    fn start_offset(&self) -> Option<u64>;

    /// Returns the cursor of the page that has this number of entries before it.
    fn cursor_at(offset: u64) -> Self::Cursor;
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<Item, Cursor> {
    /// The entries, in the order of the response.
    pub items: Vec<Item>,
    /// Entries that do not match their documented type, as JSON.
    pub unrecognized: Vec<Unrecognized>,
    /// The cursor of the next page; `None` on the last one.
    pub next: Option<Cursor>,
    /// The length of the whole list, if the response reports it.
    pub total: Option<u64>,
}
