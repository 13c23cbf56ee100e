//! What a journal says about earlier runs.

use std::collections::BTreeMap;

use super::{
    Digest,
    line::{ChunkPart, Extent, Indices, Line, NotDone, Settled},
};
use crate::Summary;

/// Earlier runs, chunk by chunk. A chunk that is done takes about fifty bytes.
#[derive(Debug, Default)]
pub(crate) struct History {
    pub(crate) chunks: BTreeMap<u64, EarlierChunk>,
    pub(crate) extent: Option<Extent>,
}

/// What earlier runs did to a chunk.
#[derive(Debug)]
pub(crate) struct EarlierChunk {
    pub(crate) digest: Digest,
    pub(crate) length: usize,
    /// `None` if all of them are done.
    pub(crate) items: Option<Vec<ItemState>>,
}

/// What earlier runs did to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ItemState {
    Unsent,
    /// Sent, and no response arrived before the run ended.
    InFlight,
    Done,
    NotDone(NotDone),
}

impl History {
    /// Adds what a line says. Returns what is wrong with a line that cannot be true.
    pub(super) fn add(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Job(_) => return Err("the job was described before".to_owned()),
            Line::Sent(part) => self.mark(&part, &ItemState::InFlight)?,
            Line::Refused(part) => self.mark(&part, &ItemState::Unsent)?,
            Line::Settled(settled) => self.settle(settled)?,
            Line::Input(extent) => self.extent = Some(extent),
        }
        Ok(())
    }

    fn settle(&mut self, Settled { part, not_done }: Settled) -> Result<(), String> {
        self.mark(&part, &ItemState::Done)?;
        let chunk = self.chunk(&part)?;
        for items in not_done {
            chunk.set(&items.indices, &ItemState::NotDone(items.outcome));
        }
        chunk.compact();
        Ok(())
    }

    fn mark(&mut self, part: &ChunkPart, state: &ItemState) -> Result<(), String> {
        self.chunk(part)?.set(&part.indices, state);
        Ok(())
    }

    fn chunk(&mut self, part: &ChunkPart) -> Result<&mut EarlierChunk, String> {
        let ChunkPart { digest, length, .. } = *part;
        if length > MAX_CHUNK_LENGTH {
            return Err(format!("a chunk of {length} items is too large"));
        }
        let chunk = self.chunks.entry(part.chunk).or_insert_with(|| EarlierChunk {
            digest,
            length,
            items: Some(vec![ItemState::Unsent; length]),
        });
        if (chunk.digest, chunk.length) == (digest, length) {
            Ok(chunk)
        } else {
            Err(format!("chunk {} had other items before", part.chunk))
        }
    }

    /// Counts the items by outcome.
    pub(crate) fn summary(&self) -> Summary {
        let mut summary = Summary::default();
        for chunk in self.chunks.values() {
            let Some(items) = &chunk.items else {
                summary.done += chunk.length as u64;
                continue;
            };
            for item in items {
                match item {
                    ItemState::Unsent => continue,
                    ItemState::Done => summary.done += 1,
                    ItemState::InFlight | ItemState::NotDone(NotDone::Unknown(_)) => {
                        summary.unknown += 1;
                    }
                    ItemState::NotDone(NotDone::Pending) => summary.pending += 1,
                    ItemState::NotDone(NotDone::Failed(_)) => summary.failed += 1,
                }
            }
        }
        summary
    }
}

impl EarlierChunk {
    pub(crate) fn state(&self, index: usize) -> ItemState {
        match &self.items {
            None => ItemState::Done,
            Some(items) => items.get(index).cloned().unwrap_or(ItemState::Unsent),
        }
    }

    fn set(&mut self, indices: &Indices, state: &ItemState) {
        let items = self.items.get_or_insert_with(|| vec![ItemState::Done; self.length]);
        for index in indices.iter(self.length) {
            items[index] = state.clone();
        }
    }

    /// Drops the list of items once all are done.
    fn compact(&mut self) {
        let is_done = |items: &Vec<ItemState>| items.iter().all(|item| *item == ItemState::Done);
        if self.items.as_ref().is_some_and(is_done) {
            self.items = None;
        }
    }
}

/// No call carries more items, so a journal with a larger chunk is damaged.
const MAX_CHUNK_LENGTH: usize = 1_000_000;
