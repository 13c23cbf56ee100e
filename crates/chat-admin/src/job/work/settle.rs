//! Notes what becomes of items, here and in the journal.

use super::Work;
use crate::{
    Failure, JournalError, Outcome,
    job::source::Chunk,
    journal::{Ended, Exception, Line, NotDone, Part, Places},
};

impl<C: Chunk> Work<C> {
    /// Tells the journal what is about to be sent, where it has to know.
    pub(super) async fn note_sending(&mut self, places: &[usize]) -> Result<(), JournalError> {
        let Some(journal) = self.tools.journal.as_ref().filter(|_| self.is_noted_before()) else {
            return Ok(());
        };
        journal.write(&Line::Sent(self.part(places)))?;
        if self.chunk.is_safe_to_repeat() { Ok(()) } else { journal.sync().await }
    }

    pub(super) fn settle_all(
        &mut self,
        places: &[usize],
        outcome: Outcome,
    ) -> Result<(), JournalError> {
        self.settle(places, std::iter::repeat(outcome))
    }

    /// Notes what became of items, here and in the journal.
    pub(super) fn settle(
        &mut self,
        places: &[usize],
        outcomes: impl Iterator<Item = Outcome>,
    ) -> Result<(), JournalError> {
        let endpoint = self.chunk.endpoint();
        let unmentioned = || Outcome::Unknown(Failure::not_mentioned(endpoint, false));
        let outcomes = outcomes.chain(std::iter::repeat_with(unmentioned));
        for (&index, outcome) in places.iter().zip(outcomes) {
            let outcome = self.as_of_both_runs(index, outcome);
            self.note_hold_up(index, &outcome);
            self.outcomes[index] = Some(outcome);
        }
        let Some(journal) = &self.tools.journal else { return Ok(()) };
        let but = self.exceptions(places);
        journal.write(&Line::Ended(Ended { part: self.part(places), but }))
    }

    /// What an earlier run sent and the service now refuses as done was done by that run.
    fn as_of_both_runs(&self, index: usize, outcome: Outcome) -> Outcome {
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

    /// Remembers the first item that nothing may follow.
    pub(super) fn note_hold_up(&mut self, index: usize, outcome: &Outcome) {
        let Some(failure) = outcome.failure() else { return };
        if self.held_up.is_none() && self.chunk.holds_up_all_after(outcome) {
            self.held_up = Some((self.chunk.key(index).into_owned(), failure.clone()));
        }
    }

    /// These were under way when the job was given up. The journal is not told, since it knows.
    pub(super) fn cut_off(&mut self, places: &[usize]) {
        let is_safe = self.chunk.is_safe_to_repeat();
        let failure = Failure::cut_off(self.chunk.endpoint(), is_safe);
        for index in places {
            self.outcomes[*index] = Some(Outcome::Unknown(failure.clone()));
        }
    }

    /// Takes back in the journal that these were sent.
    pub(super) fn note_refusal(&self, places: &[usize]) -> Result<(), JournalError> {
        match &self.tools.journal {
            Some(journal) if self.is_noted_before() => {
                journal.write(&Line::Refused(self.part(places)))
            }
            _ => Ok(()),
        }
    }

    fn part(&self, places: &[usize]) -> Part {
        let Self { number, digest, .. } = *self;
        let at = places.iter().copied().collect();
        Part { chunk: number, of: self.outcomes.len(), digest, at }
    }

    /// What in these places is not done, neighbors with the same outcome together.
    fn exceptions(&self, places: &[usize]) -> Vec<Exception> {
        let mut all: Vec<Exception> = Vec::new();
        for &index in places {
            let outcome = match &self.outcomes[index] {
                None | Some(Outcome::Done) => continue,
                Some(Outcome::Pending) => NotDone::Pending,
                Some(Outcome::Failed(failure)) => NotDone::Failed(failure.facts().clone()),
                Some(Outcome::Unknown(failure)) => NotDone::Unknown(failure.facts().clone()),
            };
            match all.last_mut().filter(|last| last.outcome == outcome) {
                Some(last) => last.at.push(index),
                None => all.push(Exception { at: Places::from_iter([index]), outcome }),
            }
        }
        all
    }

    /// Whether the journal has to know of what is sent before it is: where it must not be sent again,
    /// and where the service refuses what it has done already.
    fn is_noted_before(&self) -> bool {
        !self.chunk.is_safe_to_repeat() || !self.chunk.endpoint().repeat.already_done.is_empty()
    }
}
