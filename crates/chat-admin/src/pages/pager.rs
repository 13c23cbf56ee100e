//! Fetching the pages of a list in order.

use std::{collections::VecDeque, fmt};

use chat_types::{Paged, PagedByOffset};

use super::{
    background::Background,
    error::PageErrorKind,
    page_fetch::{Fetched, PageErrorOf, PageFetch, PageOf},
    ranges::{OffsetPaging, PageRanges},
};

/// A run over the pages of a list, between two of them.
pub(super) struct Pager<E: Paged> {
    /// The next page, unless the list has ended.
    next: Option<PageFetch<E>>,
    mode: FetchMode<E>,
    /// The next pages that are already being fetched, in order.
    in_flight: VecDeque<Background<Fetched<E>>>,
    /// The ranges to fetch in parallel after those.
    ranges: Option<PageRanges<E>>,
}

impl<E: Paged + 'static> Pager<E> {
    pub(super) fn new(first: PageFetch<E>, mode: FetchMode<E>) -> Self {
        Self { next: Some(first), mode, in_flight: VecDeque::new(), ranges: None }
    }

    pub(super) async fn next_page(mut self) -> Result<Option<(PageOf<E>, Self)>, PageErrorOf<E>> {
        let Some(fetch) = self.next.take() else { return Ok(None) };
        let fetched = match self.in_flight.pop_front() {
            Some(task) => task.join().await.unwrap_or_else(|| {
                Err(fetch.error(PageErrorKind::RuntimeShutDown { endpoint: E::SPEC }))
            }),
            None => fetch.fetch().await,
        };
        let (page, next) = fetched?;
        match &next {
            Some(next) => self.fetch_in_advance(&page, next),
            None => self.in_flight.clear(),
        }
        self.next = next;
        Ok(Some((page, self)))
    }

    fn fetch_in_advance(&mut self, page: &PageOf<E>, next: &PageFetch<E>) {
        match self.mode {
            FetchMode::Sequential => {}
            FetchMode::Prefetch => {
                self.in_flight.push_back(Background::spawn(next.clone().fetch()));
            }
            FetchMode::Parallel { max_pages, paging } => {
                if self.in_flight.is_empty() {
                    self.ranges = paging.ranges(page, next);
                }
                let room = max_pages.saturating_sub(self.in_flight.len());
                for range in self.ranges.iter_mut().flatten().take(room) {
                    self.in_flight.push_back(Background::spawn(range.fetch()));
                }
            }
        }
    }
}

/// When a run fetches its pages.
pub(super) enum FetchMode<E: Paged> {
    /// Fetches a page when the caller asks for it.
    Sequential,
    /// Fetches the next page in the background.
    Prefetch,
    /// Fetches up to `max_pages` pages in the background, if the list can be paged by offset.
    Parallel { max_pages: usize, paging: OffsetPaging<E> },
}

impl<E: PagedByOffset> FetchMode<E> {
    pub(super) fn parallel(pages: usize) -> Self {
        Self::Parallel { max_pages: pages.max(1), paging: OffsetPaging::new() }
    }
}

impl<E: Paged> Clone for FetchMode<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Paged> Copy for FetchMode<E> {}

impl<E: Paged> fmt::Debug for FetchMode<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sequential => f.write_str("Sequential"),
            Self::Prefetch => f.write_str("Prefetch"),
            Self::Parallel { max_pages, .. } => write!(f, "Parallel({max_pages})"),
        }
    }
}
