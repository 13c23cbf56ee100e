//! What a journal tells of earlier runs.

use std::collections::BTreeMap;

use super::{
    Digest,
    line::{Ended, Extent, Line, NotDone, Part, Places},
};
use crate::Summary;

/// Earlier runs, chunk by chunk. Takes some fifty bytes for a chunk that is done.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) chunks: BTreeMap<u64, Chunk>,
    pub(crate) extent: Option<Extent>,
}

/// What earlier runs did to a chunk.
#[derive(Debug)]
pub(crate) struct Chunk {
    pub(crate) digest: Digest,
    pub(crate) of: usize,
    /// `None` where everything in it is done.
    pub(crate) items: Option<Vec<State>>,
}

/// What an earlier run did to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Unsent,
    /// Sent, and no response came before the run ended.
    UnderWay,
    Done,
    NotDone(NotDone),
}

impl History {
    /// Takes in a line. Says what is wrong with one that cannot be.
    pub(super) fn add(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Job(_) => return Err("a journal begins only once".to_owned()),
            Line::Sent(part) => self.mark(&part, &State::UnderWay)?,
            Line::Refused(part) => self.mark(&part, &State::Unsent)?,
            Line::Ended(ended) => self.end(ended)?,
            Line::Input(extent) => self.extent = Some(extent),
        }
        Ok(())
    }

    fn end(&mut self, Ended { part, but }: Ended) -> Result<(), String> {
        self.mark(&part, &State::Done)?;
        let chunk = self.chunk(&part)?;
        for exception in but {
            chunk.set(&exception.at, &State::NotDone(exception.outcome));
        }
        chunk.compact();
        Ok(())
    }

    fn mark(&mut self, part: &Part, state: &State) -> Result<(), String> {
        self.chunk(part)?.set(&part.at, state);
        Ok(())
    }

    fn chunk(&mut self, part: &Part) -> Result<&mut Chunk, String> {
        let Part { digest, of, .. } = *part;
        if of > MOST_ITEMS {
            return Err(format!("a chunk of {of} items is too large"));
        }
        let chunk = self.chunks.entry(part.chunk).or_insert_with(|| Chunk {
            digest,
            of,
            items: Some(vec![State::Unsent; of]),
        });
        if (chunk.digest, chunk.of) == (digest, of) {
            Ok(chunk)
        } else {
            Err(format!("chunk {} is there with other items", part.chunk))
        }
    }

    /// How many items ended how.
    pub(crate) fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for chunk in self.chunks.values() {
            let Some(items) = &chunk.items else {
                summary.done += chunk.of as u64;
                continue;
            };
            for item in items {
                match item {
                    State::Unsent => continue,
                    State::Done => summary.done += 1,
                    State::UnderWay | State::NotDone(NotDone::Unknown(_)) => summary.unknown += 1,
                    State::NotDone(NotDone::Pending) => summary.pending += 1,
                    State::NotDone(NotDone::Failed(_)) => summary.failed += 1,
                }
            }
        }
        summary
    }
}

impl Chunk {
    pub(crate) fn state(&self, index: usize) -> State {
        match &self.items {
            None => State::Done,
            Some(items) => items.get(index).cloned().unwrap_or(State::Unsent),
        }
    }

    fn set(&mut self, at: &Places, state: &State) {
        let items = self.items.get_or_insert_with(|| vec![State::Done; self.of]);
        for index in at.iter(self.of) {
            items[index] = state.clone();
        }
    }

    fn compact(&mut self) {
        if self.items.as_ref().is_some_and(|items| items.iter().all(|item| *item == State::Done)) {
            self.items = None;
        }
    }
}

/// No call carries more, so a journal that says so is damaged.
const MOST_ITEMS: usize = 1_000_000;
