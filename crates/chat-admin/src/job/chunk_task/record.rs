//! Records the outcomes of items, here and in the journal.

use std::time::Duration;

use super::ChunkTask;
use crate::{
    Failure, FailureKind, JournalError, Outcome,
    job::source::Chunk,
    journal::{ChunkPart, Indices, Line, NotDone, NotDoneItems, Settled},
};

impl<C: Chunk> ChunkTask<C> {
    /// Records in the journal, if necessary, that items are about to be sent.
    pub(super) async fn note_sending(&mut self, indices: &[usize]) -> Result<(), JournalError> {
        let Some(journal) = &self.context.journal else { return Ok(()) };
        journal.check()?;
        if !self.is_noted_before() {
            return Ok(());
        }
        journal.write(&Line::Sent(self.part(indices))).await?;
        if self.chunk.is_safe_to_repeat(Duration::MAX) { Ok(()) } else { journal.sync().await }
    }

    /// Takes back in the journal that items were sent.
    pub(super) async fn note_refusal(&mut self, indices: &[usize]) -> Result<(), JournalError> {
        match &self.context.journal {
            Some(journal) if self.is_noted_before() => {
                journal.write(&Line::Refused(self.part(indices))).await
            }
            _ => Ok(()),
        }
    }

    /// Records the same outcome for all items.
    pub(super) async fn settle_all(
        &mut self,
        indices: &[usize],
        outcome: Outcome,
    ) -> Result<(), JournalError> {
        self.settle(indices, std::iter::repeat(outcome)).await
    }

    /// Records the outcomes of items, here and in the journal.
    pub(super) async fn settle(
        &mut self,
        indices: &[usize],
        outcomes: impl Iterator<Item = Outcome>,
    ) -> Result<(), JournalError> {
        if indices.is_empty() {
            return Ok(());
        }
        let endpoint = self.chunk.endpoint();
        let not_mentioned = || Outcome::Unknown(Failure::not_mentioned(endpoint, false));
        let outcomes = outcomes.chain(std::iter::repeat_with(not_mentioned));
        for (&index, outcome) in indices.iter().zip(outcomes) {
            let outcome = self.in_view_of_earlier(index, outcome);
            self.note_blocking_failure(index, &outcome);
            self.outcomes[index] = Some(outcome);
        }
        let Some(journal) = &self.context.journal else { return Ok(()) };
        let not_done = self.not_done(indices);
        journal.write(&Line::Settled(Settled { part: self.part(indices), not_done })).await
    }

    /// Records that items were in flight when the job was canceled. The journal knows it already.
    pub(super) fn interrupt(&mut self, indices: &[usize]) {
        let is_safe = self.chunk.is_safe_to_repeat(Duration::MAX);
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

    /// Remembers that an attempt may have done these items, so that a later refusal does not count as
    /// proof that they are not done.
    pub(super) fn note_possible_effect(&mut self, indices: &[usize]) {
        self.possibly_done.extend(indices);
    }

    /// Returns the outcome of an item in view of earlier attempts. If one may have done it and the
    /// service now refuses it as already done, that attempt did it. If the service refuses the call for
    /// another reason, the item is unknown.
    fn in_view_of_earlier(&self, index: usize, outcome: Outcome) -> Outcome {
        let Outcome::Failed(failure) = &outcome else { return outcome };
        if !self.possibly_done.contains(&index) {
            return outcome;
        }
        let already_done = self.chunk.endpoint().repeat.already_done;
        if failure.code().is_some_and(|code| already_done.contains(&code.into())) {
            return Outcome::Done;
        }
        match failure.kind() {
            FailureKind::Call => Outcome::Unknown(failure.clone()),
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
        !self.chunk.is_safe_to_repeat(Duration::MAX)
            || !self.chunk.endpoint().repeat.already_done.is_empty()
    }
}
