use std::sync::Arc;

use chat_transport::{Client, Error};
use chat_types::{ErrorCode, Paged};

use super::{PageError, PageErrorKind, PageOf, trail::Trail};

/// One call of a run, and where its page starts.
#[derive(Clone)]
pub(super) struct Turn<E: Paged> {
    client: Client,
    request: E,
    cursor: Option<E::Cursor>,
    page_size: Option<u32>,
    until: Option<Until<E>>,
    trail: Trail<E::Cursor>,
}

/// A page, and the turn for the one after it.
pub(super) type Fetched<E> = Result<(PageOf<E>, Option<Turn<E>>), PageError>;

impl<E: Paged> Turn<E> {
    pub(super) fn first(
        client: Client,
        mut request: E,
        cursor: Option<E::Cursor>,
        page_size: Option<u32>,
        until: Option<Until<E>>,
    ) -> Self {
        request.start();
        Self { client, request, cursor, page_size, until, trail: Trail::default() }
    }

    /// The turn for a page elsewhere in the list.
    pub(super) fn at(self, cursor: E::Cursor) -> Self {
        Self { cursor: Some(cursor), trail: Trail::default(), ..self }
    }

    /// The same for a page of no more items than this.
    pub(super) fn of_at_most(self, items: u64) -> Self {
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

    pub(super) async fn fetch(mut self) -> Fetched<E> {
        if let Some(cursor) = &self.cursor
            && self.trail.has_passed(cursor)
        {
            let cursor = format!("{cursor:?}");
            return Err(self.error(PageErrorKind::CursorStuck { endpoint: E::SPEC, cursor }));
        }
        self.request = self.request();
        let response = match self.ask().await {
            Ok(response) => response,
            Err(error) => return Err(self.error(error.into())),
        };
        let mut page = self.request.page(response);
        if let Some(until) = &self.until
            && let Some(end) = page.items.iter().position(|item| until.is_at(item))
        {
            page.items.truncate(end);
            page.next = None;
        }
        let next = page.next.clone().map(|next| Self { cursor: Some(next), ..self });
        Ok((page, next))
    }

    /// Asks for the page, and for half of it where the response would be too large.
    async fn ask(&mut self) -> Result<E::Response, Error> {
        loop {
            if let Some(size) = self.page_size {
                self.request.set_page_size(size);
            }
            let error = match self.client.call(&self.request).await {
                Ok(response) => return Ok(response.into_body()),
                Err(error) => error,
            };
            match self.page_size {
                Some(size) if size > 1 && error.code() == Some(ErrorCode::ANSWER_TOO_LARGE) => {
                    self.page_size = Some(size / 2);
                }
                _ => return Err(error),
            }
        }
    }

    fn error(&self, kind: PageErrorKind) -> PageError {
        PageError::new(kind).at(self.cursor.as_ref())
    }
}

/// Where a list ends for the caller.
pub(super) struct Until<E: Paged>(Arc<IsEnd<E>>);

type IsEnd<E> = dyn Fn(&<E as Paged>::Item) -> bool + Send + Sync;

impl<E: Paged> Until<E> {
    pub(super) fn new(end: impl Fn(&E::Item) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(end))
    }

    pub(super) fn is_at(&self, item: &E::Item) -> bool {
        (self.0)(item)
    }
}

impl<E: Paged> Clone for Until<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
