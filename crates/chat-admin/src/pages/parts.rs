use chat_types::{Page, Paged, PagedByOffset};

use super::{
    PageError, PageErrorKind, PageOf,
    turn::{Fetched, Turn},
};

/// How the pages of a list are found by counting.
pub(super) struct Offsets<E: Paged> {
    start_offset: fn(&E) -> Option<u64>,
    cursor_at: fn(u64) -> E::Cursor,
}

impl<E: PagedByOffset> Offsets<E> {
    pub(super) const fn new() -> Self {
        Self { start_offset: E::start_offset, cursor_at: E::cursor_at }
    }
}

impl<E: Paged> Offsets<E> {
    /// The rest of a list in parts as long as the page before it, where that can be told.
    pub(super) fn parts(self, page: &PageOf<E>, rest: &Turn<E>) -> Option<Parts<E>> {
        let length = page.items.len() as u64;
        let offset = (self.start_offset)(&rest.request())?;
        let total = page.total.filter(|_| length > 0)?;
        Some(Parts { turn: rest.clone(), offset, length, total, offsets: self })
    }
}

impl<E: Paged> Clone for Offsets<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Paged> Copy for Offsets<E> {}

/// The parts of the rest of a list, in order.
pub(super) struct Parts<E: Paged> {
    turn: Turn<E>,
    offset: u64,
    length: u64,
    total: u64,
    offsets: Offsets<E>,
}

impl<E: Paged> Iterator for Parts<E> {
    type Item = Part<E>;

    fn next(&mut self) -> Option<Part<E>> {
        if self.offset >= self.total {
            return None;
        }
        let length = self.length.min(self.total - self.offset);
        let end = self.offset.saturating_add(length);
        let start = (self.offsets.cursor_at)(self.offset);
        self.offset = end;
        Some(Part {
            turn: self.turn.clone().at(start.clone()),
            start,
            end: (self.offsets.cursor_at)(end),
            length,
            total: self.total,
        })
    }
}

/// A part of a list that is read side by side with others: one page, unless the service gives less
/// than was asked for.
#[derive(Clone)]
pub(super) struct Part<E: Paged> {
    turn: Turn<E>,
    start: E::Cursor,
    end: E::Cursor,
    length: u64,
    total: u64,
}

impl<E: Paged> Part<E> {
    pub(super) async fn read(self) -> Fetched<E> {
        let Self { turn, start, end, length, total } = self;
        match fill(turn.clone(), length, total).await {
            Err(error) => Err(error.at(Some(&start))),
            Ok((items, true)) => Ok((Page { items, next: None, total: Some(total) }, None)),
            Ok((items, false)) => {
                let page = Page { items, next: Some(end.clone()), total: Some(total) };
                Ok((page, Some(turn.at(end))))
            }
        }
    }
}

/// So many items from here on, and whether the list ended before the next.
async fn fill<E: Paged>(
    mut turn: Turn<E>,
    length: u64,
    total: u64,
) -> Result<(Vec<E::Item>, bool), PageError> {
    let mut items = Vec::new();
    loop {
        let missing = length.saturating_sub(items.len() as u64);
        let (page, next) = turn.of_at_most(missing).fetch().await?;
        if let Some(now) = page.total.filter(|now| *now != total) {
            let kind = PageErrorKind::ListChanged { endpoint: E::SPEC, before: total, now };
            return Err(PageError::new(kind));
        }
        items.extend(page.items);
        let wanted = usize::try_from(length).unwrap_or(usize::MAX);
        let is_over = items.len() > wanted;
        items.truncate(wanted);
        match next {
            None => return Ok((items, !is_over)),
            Some(_) if items.len() == wanted => return Ok((items, false)),
            Some(next) => turn = next,
        }
    }
}
