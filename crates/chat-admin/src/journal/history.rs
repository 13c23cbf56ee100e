//! What a journal says about earlier runs.

use std::{collections::BTreeMap, sync::Arc};

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
    max_chunk_length: usize,
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
    NotDone(Arc<NotDone>),
}

impl History {
    /// Creates the history of a job with at most this many items per call, or 0 if it depends on the
    /// call.
    pub(super) fn with_batch_size(batch_size: usize) -> Result<Self, String> {
        match batch_size {
            0 => Ok(Self { max_chunk_length: MAX_CHUNK_LENGTH, ..Self::default() }),
            1..=MAX_CHUNK_LENGTH => Ok(Self { max_chunk_length: batch_size, ..Self::default() }),
            _ => Err(format!("a batch size of {batch_size} is not possible")),
        }
    }

    /// Adds what a line says. Returns what is wrong with a line that cannot be true.
    pub(super) fn add(&mut self, line: Line) -> Result<(), String> {
        match line {
            Line::Job(_) => return Err("the job was described before".to_owned()),
            Line::Sent(part) => self.mark(&part, &ItemState::InFlight)?,
            Line::Refused(part) => self.mark(&part, &ItemState::Unsent)?,
            Line::Settled(settled) => self.settle(settled)?,
            Line::Input(extent) => self.set_extent(extent)?,
            Line::InvalidInput {} => {}
        }
        Ok(())
    }

    fn settle(&mut self, Settled { part, not_done }: Settled) -> Result<(), String> {
        self.mark(&part, &ItemState::Done)?;
        let mut is_settled = vec![false; part.length];
        part.indices.iter(part.length).for_each(|index| is_settled[index] = true);
        let chunk = self.chunk(&part)?;
        for items in not_done {
            items.indices.check(part.length)?;
            let mut indices = items.indices.iter(part.length);
            if !indices.all(|index| std::mem::take(&mut is_settled[index])) {
                return Err("it has outcomes of other items, or several of one".to_owned());
            }
            chunk.set(&items.indices, &ItemState::NotDone(Arc::new(items.outcome)));
        }
        chunk.compact();
        Ok(())
    }

    fn set_extent(&mut self, extent: Extent) -> Result<(), String> {
        let is_possible = extent.chunks <= extent.items
            && self.chunks.keys().next_back().is_none_or(|last| *last < extent.chunks)
            && self.extent.is_none_or(|before| before == extent);
        if !is_possible {
            return Err("the length of the input contradicts earlier lines".to_owned());
        }
        self.extent = Some(extent);
        Ok(())
    }

    fn mark(&mut self, part: &ChunkPart, state: &ItemState) -> Result<(), String> {
        self.chunk(part)?.set(&part.indices, state);
        Ok(())
    }

    fn chunk(&mut self, part: &ChunkPart) -> Result<&mut EarlierChunk, String> {
        let ChunkPart { digest, length, .. } = *part;
        if length > self.max_chunk_length {
            return Err(format!("a chunk of {length} items is too large"));
        }
        part.indices.check(length)?;
        if self.extent.is_some_and(|extent| part.chunk >= extent.chunks) {
            return Err(format!("chunk {} is beyond the end of the input", part.chunk));
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

    /// Returns the number of chunks up to the last one that earlier runs have read.
    pub(crate) fn known_chunks(&self) -> u64 {
        let last = self.chunks.keys().next_back().map_or(0, |last| last.saturating_add(1));
        self.extent.map_or(last, |extent| extent.chunks.saturating_add(1).max(last))
    }

    /// Counts the items that are not done and that a job which resumes does not leave as they are.
    pub(crate) fn remaining(&self) -> u64 {
        let items = self.chunks.values().filter_map(|chunk| chunk.items.as_ref()).flatten();
        items.filter(|item| item.is_remaining()).count() as u64
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
                    ItemState::InFlight => summary.unknown += 1,
                    ItemState::NotDone(not_done) => match **not_done {
                        NotDone::Pending => summary.pending += 1,
                        NotDone::Failed(_) => summary.failed += 1,
                        NotDone::Unknown(_) => summary.unknown += 1,
                    },
                }
            }
        }
        summary
    }
}

impl ItemState {
    /// Returns whether a job that resumes sends the item again or asks the service about it.
    fn is_remaining(&self) -> bool {
        match self {
            Self::Unsent | Self::InFlight => true,
            Self::Done => false,
            Self::NotDone(not_done) => match &**not_done {
                NotDone::Pending => false,
                NotDone::Failed(facts) | NotDone::Unknown(facts) => facts.is_retryable(),
            },
        }
    }

    /// Returns whether an earlier run sent the item and may have done it.
    pub(crate) fn is_possibly_done(&self) -> bool {
        match self {
            Self::InFlight => true,
            Self::NotDone(not_done) => matches!(**not_done, NotDone::Unknown(_)),
            Self::Unsent | Self::Done => false,
        }
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
pub(crate) const MAX_CHUNK_LENGTH: usize = 1_023;
