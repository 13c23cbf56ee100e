//! The streams that read a paged list.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
    vec,
};

use chat_types::{Page, Paged};
use futures_core::{Stream, stream::BoxStream};
use futures_util::{StreamExt, stream};

use super::{PageError, pager::Pager};

/// A stream of the items of a paged list, made by [`Pages::items`](crate::Pages::items).
///
/// After an error the stream ends.
#[must_use = "streams do nothing unless polled"]
pub struct ItemStream<E: Paged> {
    pages: PageStream<E>,
    /// The items of the current page that have not been returned yet.
    items: vec::IntoIter<E::Item>,
    unrecognized: u64,
}

/// A stream of the pages of a paged list, made by [`Pages::pages`](crate::Pages::pages).
///
/// After an error the stream ends.
#[must_use = "streams do nothing unless polled"]
pub struct PageStream<E: Paged> {
    pages: BoxStream<'static, PageResult<E>>,
}

type PageResult<E> =
    Result<Page<<E as Paged>::Item, <E as Paged>::Cursor>, PageError<<E as Paged>::Cursor>>;

impl<E: Paged> ItemStream<E> {
    pub(super) fn new(pages: PageStream<E>) -> Self {
        Self { pages, items: Vec::new().into_iter(), unrecognized: 0 }
    }

    /// Returns the number of entries that were skipped so far, because they do not match their
    /// documented type. To read them as JSON, use [`Pages::pages`](crate::Pages::pages).
    pub fn unrecognized(&self) -> u64 {
        self.unrecognized
    }

    /// Returns the next item, or `None` at the end of the list.
    ///
    /// # Cancel safety
    /// Dropping the future loses no item.
    ///
    /// # Errors
    /// The page that could not be fetched, after all items of the pages before it.
    pub async fn next(&mut self) -> Option<Result<E::Item, PageError<E::Cursor>>> {
        StreamExt::next(self).await
    }
}

impl<E: Paged> PageStream<E> {
    /// Returns the next page, or `None` at the end of the list.
    ///
    /// # Cancel safety
    /// Dropping the future loses no page.
    ///
    /// # Errors
    /// The page that could not be fetched.
    pub async fn next(&mut self) -> Option<Result<Page<E::Item, E::Cursor>, PageError<E::Cursor>>> {
        StreamExt::next(self).await
    }
}

impl<E: Paged + 'static> PageStream<E> {
    pub(super) fn new(pager: Pager<E>) -> Self {
        Self { pages: stream::try_unfold(pager, Pager::next_page).boxed() }
    }
}

impl<E: Paged> Stream for ItemStream<E> {
    type Item = Result<E::Item, PageError<E::Cursor>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_next_unpin(context)) {
                Some(Ok(page)) => {
                    self.unrecognized += page.unrecognized.len() as u64;
                    self.items = page.items.into_iter();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<E: Paged> Stream for PageStream<E> {
    type Item = PageResult<E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.pages.poll_next_unpin(context)
    }
}

/// No item is ever pinned.
impl<E: Paged> Unpin for ItemStream<E> {}

impl<E: Paged> fmt::Debug for ItemStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ItemStream")
            .field("endpoint", &E::SPEC.id().to_string())
            .field("buffered", &self.items.len())
            .finish_non_exhaustive()
    }
}

impl<E: Paged> fmt::Debug for PageStream<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PageStream")
            .field("endpoint", &E::SPEC.id().to_string())
            .finish_non_exhaustive()
    }
}
