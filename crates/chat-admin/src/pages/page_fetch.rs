//! Fetching one page.

use std::sync::Arc;

use chat_transport::{Client, Error};
use chat_types::{ErrorCode, Page, Paged};

use super::{
    cursor_guard::CursorGuard,
    error::{PageError, PageErrorKind},
};

/// The call for one page, and the cursor at which the page starts.
#[derive(Clone)]
pub(super) struct PageFetch<E: Paged> {
    client: Client,
    request: E,
    cursor: Option<E::Cursor>,
    page_size: Option<u32>,
    end: Option<EndPredicate<E>>,
    guard: CursorGuard<E::Cursor>,
}

/// A page, with the item and cursor types of its endpoint.
pub(super) type PageOf<E> = Page<<E as Paged>::Item, <E as Paged>::Cursor>;

/// The error of a page, with the cursor type of its endpoint.
pub(super) type PageErrorOf<E> = PageError<<E as Paged>::Cursor>;

/// A page, and the fetch of the one after it.
pub(super) type Fetched<E> = Result<(PageOf<E>, Option<PageFetch<E>>), PageErrorOf<E>>;

impl<E: Paged> PageFetch<E> {
    pub(super) fn first(
        client: Client,
        mut request: E,
        cursor: Option<E::Cursor>,
        page_size: Option<u32>,
        end: Option<EndPredicate<E>>,
    ) -> Self {
        request.start();
        Self { client, request, cursor, page_size, end, guard: CursorGuard::default() }
    }

    /// The same for a page elsewhere in the list.
    pub(super) fn at(self, cursor: E::Cursor) -> Self {
        Self { cursor: Some(cursor), guard: CursorGuard::default(), ..self }
    }

    /// The same for a page of at most this many items.
    pub(super) fn limited_to(self, items: u64) -> Self {
        let items = u32::try_from(items).unwrap_or(u32::MAX);
        Self { page_size: self.page_size.map(|size| size.min(items)), ..self }
    }

    /// The request for this page.
    pub(super) fn request(&self) -> E {
        let mut request = self.request.clone();
        if let Some(cursor) = &self.cursor {
            request.set_cursor(cursor.clone());
        }
        request
    }

    /// An error at this page.
    pub(super) fn error(&self, kind: PageErrorKind) -> PageErrorOf<E> {
        PageError::new(kind, self.cursor.clone())
    }

    pub(super) async fn fetch(mut self) -> Fetched<E> {
        if let Some(cursor) = &self.cursor
            && self.guard.is_repeated(cursor)
        {
            let cursor = format!("{cursor:?}");
            return Err(self.error(PageErrorKind::RepeatedCursor { endpoint: E::SPEC, cursor }));
        }
        self.request = self.request();
        let response = match self.call().await {
            Ok(response) => response,
            Err(error) => return Err(self.error(error.into())),
        };
        let mut page = self.request.page(response);
        if let Some(end) = &self.end
            && let Some(length) = page.items.iter().position(|item| end.is_end(item))
        {
            page.items.truncate(length);
            page.next = None;
        }
        let next = page.next.clone().map(|next| Self { cursor: Some(next), ..self });
        Ok((page, next))
    }

    /// Calls for the page, and halves its size as long as the response would be too large.
    async fn call(&mut self) -> Result<E::Response, Error> {
        loop {
            if let Some(size) = self.page_size {
                self.request.set_page_size(size);
            }
            let error = match self.client.call(&self.request).await {
                Ok(response) => return Ok(response.into_body()),
                Err(error) => error,
            };
            match self.page_size {
                Some(size) if size > 1 && error.code() == Some(ErrorCode::RESPONSE_TOO_LARGE) => {
                    self.page_size = Some(size / 2);
                }
                _ => return Err(error),
            }
        }
    }
}

/// Decides where a list ends for the caller.
pub(super) struct EndPredicate<E: Paged>(Arc<IsEnd<E>>);

type IsEnd<E> = dyn Fn(&<E as Paged>::Item) -> bool + Send + Sync;

impl<E: Paged> EndPredicate<E> {
    pub(super) fn new(is_end: impl Fn(&E::Item) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(is_end))
    }

    pub(super) fn is_end(&self, item: &E::Item) -> bool {
        (self.0)(item)
    }
}

impl<E: Paged> Clone for EndPredicate<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
