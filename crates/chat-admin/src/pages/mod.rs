mod ahead;
mod collect;
mod error;
mod parts;
mod reader;
mod trail;
mod turn;

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use chat_transport::Client;
use chat_types::{Page, Paged, PagedByOffset};
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream, Stream},
};

pub use self::error::{PageError, PageErrorKind};
use self::{
    reader::{Mode, Reader},
    turn::{Turn, Until},
};

/// A list behind a paged endpoint: a stream of its items that fetches one page after the other.
///
/// Only one page is held at a time, however long the list is. Nothing is fetched before the stream
/// is polled or one of [`all`](Self::all), [`first`](Self::first) and [`count`](Self::count) is
/// awaited.
///
/// An error ends the stream after all items of the pages before it, and knows where to go on:
/// [`PageError::cursor`]. To be able to go on after a crash as well, take the list
/// [page by page](Self::by_page) and store [`Page::next`] with each.
///
/// ```no_run
/// use chat_admin::{Admin, types::group::GetGroupBanMember};
/// use futures_util::TryStreamExt;
///
/// # async fn example(admin: Admin, stored: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
/// let mut pages = admin.pages(GetGroupBanMember::new("@TGS#aJRGC4MH6")).prefetch();
/// if let Some(stored) = stored {
///     pages = pages.start_at(serde_json::from_str(&stored)?);
/// }
/// let mut pages = pages.by_page();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} entries", page.items.len());
///     let stored = serde_json::to_string(&page.next)?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// Where a response would be larger than the service allows, the page is asked for again with half
/// the size, and so on down to a single item; later pages keep the size that worked.
#[must_use = "nothing is fetched until the stream is polled"]
pub struct Pages<E: Paged> {
    client: Client,
    request: E,
    from: Option<E::Cursor>,
    page_size: Option<u32>,
    until: Option<Until<E>>,
    mode: Mode<E>,
    running: Option<BoxStream<'static, Result<E::Item, PageError>>>,
}

type PageOf<E> = Page<<E as Paged>::Item, <E as Paged>::Cursor>;

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, request: E) -> Self {
        Self {
            client,
            request,
            from: None,
            page_size: E::MAX_PAGE_SIZE,
            until: None,
            mode: Mode::OneByOne,
            running: None,
        }
    }

    /// Asks for pages of this many items, at least one. The default is the largest that is safe to
    /// ask for. Without effect where the service decides.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = E::MAX_PAGE_SIZE.map(|_| size.max(1));
        self
    }

    /// Starts at a cursor from an earlier run of the same request.
    pub fn start_at(mut self, cursor: E::Cursor) -> Self {
        self.from = Some(cursor);
        self
    }

    /// Changes the request that each call repeats, for options without a method of their own.
    pub fn with(mut self, change: impl FnOnce(E) -> E) -> Self {
        self.request = change(self.request);
        self
    }

    /// Ends the list before the first item of which this is true. Pages behind it are not asked for,
    /// apart from those that are fetched ahead. Several such ends add up: the first counts.
    pub fn take_until(mut self, end: impl Fn(&E::Item) -> bool + Send + Sync + 'static) -> Self
    where
        E: 'static,
    {
        self.until = Some(match self.until.take() {
            None => Until::new(end),
            Some(earlier) => Until::new(move |item| earlier.is_at(item) || end(item)),
        });
        self
    }

    /// Fetches the next page while the caller works on the present one, so that two pages are held
    /// at most.
    ///
    /// The next page is fetched by a task of its own on the tokio runtime that the stream is polled
    /// in; the task ends with the stream. Work that blocks the only thread of a runtime leaves no
    /// room for it.
    pub fn prefetch(mut self) -> Self {
        self.mode = Mode::LookAhead;
        self
    }

    /// Fetches up to this many pages side by side, at least one, once the first page has told how
    /// long the list is. Items still come in order. So many pages are held at most, beside the one
    /// that the caller works on; each is fetched by a task of its own, as in
    /// [`prefetch`](Self::prefetch).
    ///
    /// A request that is not paged by offset, such as that for the members of a community, and one
    /// whose filter makes the total meaningless, such as that for members with some role, is read
    /// one page after the other as ever.
    ///
    /// Places shift when a list changes while it is read. If the total of a response shows that it
    /// did, the stream ends with [`PageErrorKind::ListChanged`] before the page where it was
    /// noticed. A change that leaves the total as it was is not noticed.
    ///
    /// ```no_run
    /// use chat_admin::{Admin, types::group::GetJoinedGroupList};
    ///
    /// # async fn example(admin: Admin) -> Result<(), chat_admin::PageError> {
    /// let groups = admin.pages(GetJoinedGroupList::new("peter")).page_size(500);
    /// for group in groups.in_parallel(8).all().await? {
    ///     println!("{}", group.group_id);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn in_parallel(mut self, pages: usize) -> Self
    where
        E: PagedByOffset,
    {
        self.mode = Mode::parallel(pages);
        self
    }

    /// The list page by page, for those who store how far they came: [`Page::next`] is where the
    /// page after this one starts, and can be written as JSON and be given to [`from`](Self::from)
    /// later.
    pub fn by_page(self) -> impl Stream<Item = Result<PageOf<E>, PageError>> + Send + Unpin + use<E>
    where
        E: 'static,
    {
        let Self { client, request, from, page_size, until, mode, .. } = self;
        let first = Turn::first(client, request, from, page_size, until);
        stream::try_unfold(Reader::new(first, mode), Reader::next_page).boxed()
    }
}

impl<E: Paged + 'static> Stream for Pages<E> {
    type Item = Result<E::Item, PageError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        let running = this.running.get_or_insert_with(|| {
            let pages = Self {
                client: this.client.clone(),
                request: this.request.clone(),
                from: this.from.take(),
                page_size: this.page_size,
                until: this.until.take(),
                mode: this.mode,
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

/// Nothing in it is pinned: what runs is in a box.
impl<E: Paged> Unpin for Pages<E> {}

impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("endpoint", &E::SPEC.id().to_string())
            .field("from", &self.from)
            .field("page_size", &self.page_size)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
