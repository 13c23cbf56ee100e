//! Records the outcomes of items, here and in the journal.

use super::ChunkTask;
use crate::{
    Failure, JournalError, Outcome,
    job::source::Chunk,
    journal::{ChunkPart, Indices, Line, NotDone, NotDoneItems, Settled},
};

impl<C: Chunk> ChunkTask<C> {
    /// Records in the journal, if necessary, that items are about to be sent.
    pub(super) async fn note_sending(&mut self, indices: &[usize]) -> Result<(), JournalError> {
        let Some(journal) = self.context.journal.as_ref().filter(|_| self.is_noted_before()) else {
            return Ok(());
        };
        journal.write(&Line::Sent(self.part(indices)))?;
        if self.chunk.is_safe_to_repeat() { Ok(()) } else { journal.sync().await }
    }

    /// Takes back in the journal that items were sent.
    pub(super) fn note_refusal(&self, indices: &[usize]) -> Result<(), JournalError> {
        match &self.context.journal {
            Some(journal) if self.is_noted_before() => {
                journal.write(&Line::Refused(self.part(indices)))
            }
            _ => Ok(()),
        }
    }

    /// Records the same outcome for all items.
    pub(super) fn settle_all(
        &mut self,
        indices: &[usize],
        outcome: Outcome,
    ) -> Result<(), JournalError> {
        self.settle(indices, std::iter::repeat(outcome))
    }

    /// Records the outcomes of items, here and in the journal.
    pub(super) fn settle(
        &mut self,
        indices: &[usize],
        outcomes: impl Iterator<Item = Outcome>,
    ) -> Result<(), JournalError> {
        let endpoint = self.chunk.endpoint();
        let not_mentioned = || Outcome::Unknown(Failure::not_mentioned(endpoint, false));
        let outcomes = outcomes.chain(std::iter::repeat_with(not_mentioned));
        for (&index, outcome) in indices.iter().zip(outcomes) {
            let outcome = self.across_runs(index, outcome);
            self.note_blocking_failure(index, &outcome);
            self.outcomes[index] = Some(outcome);
        }
        let Some(journal) = &self.context.journal else { return Ok(()) };
        let not_done = self.not_done(indices);
        journal.write(&Line::Settled(Settled { part: self.part(indices), not_done }))
    }

    /// Records that items were in flight when the job was canceled. The journal knows it already.
    pub(super) fn interrupt(&mut self, indices: &[usize]) {
        let is_safe = self.chunk.is_safe_to_repeat();
        let failure = Failure::interrupted(self.chunk.endpoint(), is_safe);
        for index in indices {
            self.outcomes[*index] = Some(Outcome::Unknown(failure.clone()));
        }
    }

    /// Remembers the first failure that no later item may follow.
    pub(super) fn note_blocking_failure(&mut self, index: usize, outcome: &Outcome) {
        let Some(failure) = outcome.failure() else { return };
        if self.blocking_failure.is_none() && self.chunk.blocks_later_items(outcome) {
            self.blocking_failure = Some((self.chunk.key(index).into_owned(), failure.clone()));
        }
    }

    /// Returns the outcome of an item in view of earlier runs: if one sent the item and the service now
    /// refuses it as already done, that run did it.
    fn across_runs(&self, index: usize, outcome: Outcome) -> Outcome {
        let already_done = self.chunk.endpoint().repeat.already_done;
        match outcome.failure().and_then(Failure::code) {
            Some(code)
                if already_done.contains(&code.into()) && self.sent_before.contains(&index) =>
            {
                Outcome::Done
            }
            _ => outcome,
        }
    }

    fn part(&self, indices: &[usize]) -> ChunkPart {
        let Self { number, digest, .. } = *self;
        let indices = indices.iter().copied().collect();
        ChunkPart { chunk: number, length: self.outcomes.len(), digest, indices }
    }

    /// Returns the items that are not done. Neighbors with the same outcome are combined.
    fn not_done(&self, indices: &[usize]) -> Vec<NotDoneItems> {
        let mut all: Vec<NotDoneItems> = Vec::new();
        for &index in indices {
            let outcome = match &self.outcomes[index] {
                None | Some(Outcome::Done) => continue,
                Some(Outcome::Pending) => NotDone::Pending,
                Some(Outcome::Failed(failure)) => NotDone::Failed(failure.facts().clone()),
                Some(Outcome::Unknown(failure)) => NotDone::Unknown(failure.facts().clone()),
            };
            match all.last_mut().filter(|last| last.outcome == outcome) {
                Some(last) => last.indices.push(index),
                None => all.push(NotDoneItems { indices: Indices::from_iter([index]), outcome }),
            }
        }
        all
    }

    /// Returns whether the journal must know about items before they are sent: because they must not be
    /// sent again, or because the service refuses what it has already done.
    fn is_noted_before(&self) -> bool {
        !self.chunk.is_safe_to_repeat() || !self.chunk.endpoint().repeat.already_done.is_empty()
    }
}
