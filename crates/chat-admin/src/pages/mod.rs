//! Paged lists: how they are to be read, the streams that read them, and their errors.

mod background;
mod collect;
mod cursor_guard;
mod error;
mod page_fetch;
mod pager;
mod ranges;
mod stream;

use std::fmt;

use chat_transport::Client;
use chat_types::{Paged, PagedByOffset};

pub use self::{
    error::{PageError, PageErrorKind},
    stream::{ItemStream, PageStream},
};
use self::{
    page_fetch::{EndPredicate, PageFetch},
    pager::{FetchMode, Pager},
};

/// A list behind a paged endpoint, and how it is to be read.
///
/// This type holds only settings. [`items`](Self::items) turns it into a stream of items and
/// [`pages`](Self::pages) into a stream of pages; [`all`](Self::all),
/// [`collect_into`](Self::collect_into), [`first`](Self::first) and [`count`](Self::count) read the
/// list in one call. No request is sent before one of the streams is polled or one of these methods
/// is awaited.
///
/// The streams hold one page at a time, however long the list is, unless [`prefetch`](Self::prefetch)
/// or [`in_parallel`](Self::in_parallel) allows more. An error ends a stream after all items of the
/// pages before it, and [`PageError::cursor`] is where to resume. To resume after a crash as well,
/// read the list page by page and store [`Page::next`](chat_types::Page::next) with each page.
///
/// ```no_run
/// use chat_admin::{Admin, types::group::GetGroupBanMember};
///
/// # async fn example(admin: Admin, stored: Option<String>) -> Result<(), Box<dyn std::error::Error>> {
/// let mut banned = admin.pages(GetGroupBanMember::new("@TGS#aJRGC4MH6")).prefetch();
/// if let Some(stored) = stored {
///     banned = banned.start_at(serde_json::from_str(&stored)?);
/// }
/// let mut pages = banned.pages();
/// while let Some(page) = pages.next().await.transpose()? {
///     println!("{} entries", page.items.len());
///     if let Some(next) = page.next {
///         let stored = serde_json::to_string(&next)?;
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// An entry that does not match its documented type does not end the list. It is not among the items,
/// but kept as JSON in [`Page::unrecognized`](chat_types::Page::unrecognized).
///
/// If a response would be larger than the service allows, the page is requested again at half the
/// size, and so on down to a single item; later pages keep the size that worked.
#[must_use = "these are settings; nothing is fetched until a stream made from them is polled"]
pub struct Pages<E: Paged> {
    client: Client,
    request: E,
    start: Option<E::Cursor>,
    page_size: Option<u32>,
    end: Option<EndPredicate<E>>,
    mode: FetchMode<E>,
}

impl<E: Paged> Pages<E> {
    pub(crate) fn new(client: Client, request: E) -> Self {
        Self {
            client,
            request,
            start: None,
            page_size: E::MAX_PAGE_SIZE,
            end: None,
            mode: FetchMode::Sequential,
        }
    }

    /// Sets the number of items to request per page, at least 1.
    ///
    /// The default is the largest page that is safe to request. Has no effect on endpoints where the
    /// service chooses the page size.
    pub fn page_size(mut self, size: u32) -> Self {
        self.page_size = E::MAX_PAGE_SIZE.map(|_| size.max(1));
        self
    }

    /// Starts at a cursor from an earlier run of the same request.
    pub fn start_at(mut self, cursor: E::Cursor) -> Self {
        self.start = Some(cursor);
        self
    }

    /// Changes the request that each call repeats, for options without a method here.
    pub fn with(mut self, change: impl FnOnce(E) -> E) -> Self {
        self.request = change(self.request);
        self
    }

    /// Ends the list before the first item for which `end` returns `true`.
    ///
    /// Pages after that item are not requested, except for those that are fetched in advance. When
    /// called more than once, the list ends at whichever item comes first.
    pub fn take_until(mut self, end: impl Fn(&E::Item) -> bool + Send + Sync + 'static) -> Self
    where
        E: 'static,
    {
        self.end = Some(match self.end.take() {
            None => EndPredicate::new(end),
            Some(earlier) => EndPredicate::new(move |item| earlier.is_end(item) || end(item)),
        });
        self
    }

    /// Fetches the next page while the caller works on the current one, so that at most two pages
    /// are held.
    ///
    /// The next page is fetched by a separate task on the current Tokio runtime. The task is aborted
    /// when the stream is dropped. It makes no progress while the caller blocks the only thread of
    /// the runtime.
    pub fn prefetch(mut self) -> Self {
        self.mode = FetchMode::Prefetch;
        self
    }

    /// Fetches up to `pages` pages in parallel, at least 1, once the first page has reported the
    /// length of the list.
    ///
    /// Items still arrive in order. At most `pages` pages are held, in addition to the one that the
    /// caller works on. Each is fetched by a separate task, as with [`prefetch`](Self::prefetch).
    ///
    /// Some requests cannot be paged by offset, such as the one for the members of a community, and
    /// some have a filter that makes the reported length meaningless, such as the one for members
    /// with a given role. These are read one page after another.
    ///
    /// Offsets shift when a list changes while it is read. If the length in a response shows that the
    /// list changed, the stream ends with [`PageErrorKind::ListChanged`] before the page that showed
    /// it. A change that leaves the length as it was goes unnoticed.
    ///
    /// ```no_run
    /// use chat_admin::{Admin, types::group::GetJoinedGroupList};
    ///
    /// # async fn example(admin: Admin) -> Result<(), Box<dyn std::error::Error>> {
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
        self.mode = FetchMode::parallel(pages);
        self
    }
}

impl<E: Paged + 'static> Pages<E> {
    /// Returns a stream of the items of the list.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut banned = admin.group("@TGS#aJRGC4MH6").banned_members().items();
    /// while let Some(account) = banned.next().await.transpose()? {
    ///     println!("{}", account.member_account);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn items(self) -> ItemStream<E> {
        ItemStream::new(self.pages())
    }

    /// Returns a stream of the pages of the list.
    ///
    /// [`Page::next`](chat_types::Page::next) is the cursor of the page after this one. It can be
    /// stored as JSON and passed to [`start_at`](Self::start_at) in a later run.
    pub fn pages(self) -> PageStream<E> {
        let Self { client, request, start, page_size, end, mode } = self;
        let first = PageFetch::first(client, request, start, page_size, end);
        PageStream::new(Pager::new(first, mode))
    }
}

impl<E: Paged> fmt::Debug for Pages<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("endpoint", &E::SPEC.id().to_string())
            .field("start", &self.start)
            .field("page_size", &self.page_size)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
