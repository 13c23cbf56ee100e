use std::{collections::VecDeque, fmt};

use chat_types::{Paged, PagedByOffset};
use futures_util::future::BoxFuture;

use super::{
    PageError, PageOf,
    ahead::ahead,
    parts::{Offsets, Parts},
    turn::{Fetched, Turn},
};

/// A run over the pages of a list, between two of them.
pub(super) struct Reader<E: Paged> {
    /// The next page, unless the list has ended.
    turn: Option<Turn<E>>,
    mode: Mode<E>,
    /// The next pages that are under way already, in order.
    coming: VecDeque<BoxFuture<'static, Fetched<E>>>,
    /// What can be fetched side by side after those.
    parts: Option<Parts<E>>,
}

impl<E: Paged + 'static> Reader<E> {
    pub(super) fn new(first: Turn<E>, mode: Mode<E>) -> Self {
        Self { turn: Some(first), mode, coming: VecDeque::new(), parts: None }
    }

    pub(super) async fn next_page(mut self) -> Result<Option<(PageOf<E>, Self)>, PageError> {
        let Some(turn) = self.turn.take() else { return Ok(None) };
        let (page, next) = match self.coming.pop_front() {
            Some(coming) => coming.await?,
            None => turn.fetch().await?,
        };
        match &next {
            Some(next) => self.look_further(&page, next),
            None => self.coming.clear(),
        }
        self.turn = next;
        Ok(Some((page, self)))
    }

    fn look_further(&mut self, page: &PageOf<E>, next: &Turn<E>) {
        match self.mode {
            Mode::OneByOne => {}
            Mode::LookAhead => {
                let next = next.clone();
                self.coming.push_back(ahead(move || next.clone().fetch()));
            }
            Mode::Parallel { pages, offsets } => {
                if self.coming.is_empty() {
                    self.parts = offsets.parts(page, next);
                }
                let room = pages.saturating_sub(self.coming.len());
                for part in self.parts.iter_mut().flatten().take(room) {
                    self.coming.push_back(ahead(move || part.clone().read()));
                }
            }
        }
    }
}

/// How far a run is ahead of its caller.
pub(super) enum Mode<E: Paged> {
    OneByOne,
    LookAhead,
    Parallel { pages: usize, offsets: Offsets<E> },
}

impl<E: PagedByOffset> Mode<E> {
    pub(super) fn parallel(pages: usize) -> Self {
        Self::Parallel { pages: pages.max(1), offsets: Offsets::new() }
    }
}

impl<E: Paged> Clone for Mode<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: Paged> Copy for Mode<E> {}

impl<E: Paged> fmt::Debug for Mode<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneByOne => f.write_str("OneByOne"),
            Self::LookAhead => f.write_str("LookAhead"),
            Self::Parallel { pages, .. } => write!(f, "Parallel({pages})"),
        }
    }
}
