//! Dividing a list into ranges that can be fetched in parallel.

use chat_types::{Page, Paged, PagedByOffset, Unrecognized};

use super::{
    error::{PageError, PageErrorKind},
    page_fetch::{Fetched, PageFetch, PageOf},
};

/// How a request is paged by offset: the methods of [`PagedByOffset`], for code that is bounded by
/// [`Paged`] alone.
pub(super) struct OffsetPaging<E: Paged> {
    start_offset: fn(&E) -> Option<u64>,
    cursor_at: fn(u64) -> E::Cursor,
}

impl<E: PagedByOffset> OffsetPaging<E> {
    pub(super) const fn new() -> Self {
        Self { start_offset: E::start_offset, cursor_at: E::cursor_at }
    }
}

impl<E: Paged> OffsetPaging<E> {
    /// Divides the rest of a list into ranges as long as the page before it. `None` if this request
    /// has no offsets or the length of the list is unknown.
    pub(super) fn ranges(self, page: &PageOf<E>, rest: &PageFetch<E>) -> Option<PageRanges<E>> {
        let length = (page.items.len() + page.unrecognized.len()) as u64;
        let offset = (self.start_offset)(&rest.request())?;
        let total = page.total.filter(|_| length > 0)?;
        Some(PageRanges { fetch: rest.clone(), offset, length, total, paging: self })
    }
}

impl<E: Paged> Clone for OffsetPaging<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Paged> Copy for OffsetPaging<E> {}

/// The ranges of the rest of a list, in order.
pub(super) struct PageRanges<E: Paged> {
    fetch: PageFetch<E>,
    offset: u64,
    length: u64,
    total: u64,
    paging: OffsetPaging<E>,
}

impl<E: Paged> Iterator for PageRanges<E> {
    type Item = PageRange<E>;

    fn next(&mut self) -> Option<PageRange<E>> {
        if self.offset >= self.total {
            return None;
        }
        let length = self.length.min(self.total - self.offset);
        let end = self.offset.saturating_add(length);
        let start = (self.paging.cursor_at)(self.offset);
        self.offset = end;
        Some(PageRange {
            fetch: self.fetch.clone().at(start),
            end: (self.paging.cursor_at)(end),
            length,
            total: self.total,
        })
    }
}

/// A range of a list that is fetched in parallel with others: one page, unless the service returns
/// fewer items than requested.
pub(super) struct PageRange<E: Paged> {
    fetch: PageFetch<E>,
    end: E::Cursor,
    length: u64,
    total: u64,
}

impl<E: Paged> PageRange<E> {
    pub(super) async fn fetch(self) -> Fetched<E> {
        let Self { fetch, end, length, total } = self;
        let (fetched, list_ended) = match fetch_entries(fetch.clone(), length, total).await {
            Ok(fetched) => fetched,
            // The items of a range are returned together or not at all, so a run resumes at its start.
            Err(kind) => return Err(fetch.error(kind)),
        };
        let Entries { items, unrecognized } = fetched;
        let next = (!list_ended).then(|| end.clone());
        let page = Page { items, unrecognized, next, total: Some(total) };
        Ok((page, (!list_ended).then(|| fetch.at(end))))
    }
}

/// The entries of a range so far.
struct Entries<Item> {
    items: Vec<Item>,
    unrecognized: Vec<Unrecognized>,
}

/// Fetches `length` entries, and returns whether the list ended within or right after them.
async fn fetch_entries<E: Paged>(
    mut fetch: PageFetch<E>,
    length: u64,
    total: u64,
) -> Result<(Entries<E::Item>, bool), PageErrorKind> {
    let wanted = usize::try_from(length).unwrap_or(usize::MAX);
    let mut entries = Entries { items: Vec::new(), unrecognized: Vec::new() };
    loop {
        let missing = wanted.saturating_sub(entries.len());
        let fetched = fetch.limited_to(missing as u64).fetch().await;
        let (page, next) = fetched.map_err(PageError::into_kind)?;
        if let Some(now) = page.total.filter(|now| *now != total) {
            return Err(PageErrorKind::ListChanged { endpoint: E::SPEC, before: total, now });
        }
        entries.items.extend(page.items);
        entries.unrecognized.extend(page.unrecognized);
        let has_more = entries.len() > wanted;
        entries.items.truncate(wanted.saturating_sub(entries.unrecognized.len()));
        match next {
            None => return Ok((entries, !has_more)),
            Some(_) if entries.len() >= wanted => return Ok((entries, false)),
            Some(next) => fetch = next,
        }
    }
}

impl<Item> Entries<Item> {
    fn len(&self) -> usize {
        self.items.len() + self.unrecognized.len()
    }
}
