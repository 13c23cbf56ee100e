use std::{
    pin::Pin,
    task::{Context, Poll},
};

use chat_transport::{Client, Error};
use chat_types::{Page, Paged, spec::EndpointSpec};
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream, Stream},
};
use thiserror::Error as ThisError;

/// A list behind a paged endpoint: a stream of its items that fetches one page after the other.
///
/// Only one page is held at a time. After an error the stream ends; [`Page::next`] of the last page
/// that came ([`by_page`](Self::by_page)) is where to go on.
///
/// ```no_run
/// use chat_admin::{Admin, types::group::GetGroupBanMember};
/// use futures_util::TryStreamExt;
///
/// # async fn example(admin: Admin) -> Result<(), chat_admin::PageError> {
/// let mut pages = Box::pin(admin.pages(GetGroupBanMember::new("@TGS#aJRGC4MH6")).by_page());
/// while let Some(page) = pages.try_next().await? {
///     println!("{} entries, next page at {:?}", page.items.len(), page.next);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is fetched until the stream is polled"]
pub struct Pages<E: Paged> {
    client: Client,
    request: E,
    from: Option<E::Cursor>,
    running: Option<BoxStream<'static, Result<E::Item, PageError>>>,
}

type PageOf<E> = Page<<E as Paged>::Item, <E as Paged>::Cursor>;

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, mut request: E) -> Self {
        request.start();
        if let Some(size) = E::MAX_PAGE_SIZE {
            request.set_page_size(size);
        }
        Self { client, request, from: None, running: None }
    }

    /// Asks for pages of this many items. The default is the largest that is safe to ask for.
    pub fn page_size(mut self, size: u32) -> Self {
        self.request.set_page_size(size);
        self
    }

    /// Starts at a cursor from an earlier run.
    pub fn from(mut self, cursor: E::Cursor) -> Self {
        self.from = Some(cursor);
        self
    }

    /// The list page by page, for those who store how far they came.
    pub fn by_page(self) -> impl Stream<Item = Result<PageOf<E>, PageError>> + Send + use<E>
    where
        E: 'static,
    {
        let Self { client, request, from, .. } = self;
        let first = Some(Turn { client, request, cursor: from });
        stream::try_unfold(first, |turn| async move {
            match turn {
                Some(turn) => turn.fetch().await.map(Some),
                None => Ok(None),
            }
        })
    }
}

impl<E: Paged + Unpin + 'static> Stream for Pages<E>
where
    E::Cursor: Unpin,
{
    type Item = Result<E::Item, PageError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let running = this.running.get_or_insert_with(|| {
            let pages = Self {
                client: this.client.clone(),
                request: this.request.clone(),
                from: this.from.take(),
                running: None,
            };
            pages
                .by_page()
                .map_ok(|page| stream::iter(page.items.into_iter().map(Ok)))
                .try_flatten()
                .boxed()
        });
        running.poll_next_unpin(context)
    }
}

impl<E: Paged> std::fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let endpoint = E::SPEC.id().to_string();
        f.debug_struct("Pages").field("endpoint", &endpoint).field("from", &self.from).finish()
    }
}

/// Why a list could not be read to its end.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum PageError {
    /// A call failed. The error says why and whether another try can help.
    #[error(transparent)]
    Call(#[from] Error),
    /// The service sent the same place again as the next page, which would never end.
    #[error(
        "{}/{}: the answer names the page at {cursor} as the next one again; the list cannot be \
         read to its end",
        endpoint.service, endpoint.command
    )]
    CursorStuck {
        /// The endpoint.
        endpoint: &'static EndpointSpec,
        /// The place that came twice.
        cursor: String,
    },
}

/// One call of a run, and where it starts.
struct Turn<E: Paged> {
    client: Client,
    request: E,
    cursor: Option<E::Cursor>,
}

impl<E: Paged> Turn<E> {
    async fn fetch(mut self) -> Result<(PageOf<E>, Option<Self>), PageError> {
        if let Some(cursor) = &self.cursor {
            self.request.set_cursor(cursor.clone());
        }
        let answer = self.client.call(&self.request).await?;
        let page = self.request.page(answer.into_response());
        let next = match &page.next {
            None => None,
            Some(next) if self.cursor.as_ref() == Some(next) => {
                let cursor = format!("{next:?}");
                return Err(PageError::CursorStuck { endpoint: E::SPEC, cursor });
            }
            Some(next) => Some(Self { cursor: Some(next.clone()), ..self }),
        };
        Ok((page, next))
    }
}
