//! Decides what a failed call means for its items.

use std::sync::Arc;

use chat_transport::Error;
use chat_types::ErrorCode;

use super::{Together, Work, send::Sent};
use crate::{
    JournalError, Outcome,
    job::{
        blame::{Blame, Cause, Found},
        source::Chunk,
    },
};

impl<C: Chunk> Work<C> {
    /// Decides what a failed call means for its items.
    pub(super) async fn judge(
        &mut self,
        places: Vec<usize>,
        error: Error,
        left: &mut Vec<Together>,
    ) -> Result<(), JournalError> {
        if places.len() == 1 || self.tools.keeps_whole {
            return self.settle_all(&places, Outcome::of_call(error));
        }
        match Blame::of(&error, |path| self.chunk.item_at(path)) {
            Blame::Call => self.settle_all(&places, Outcome::of_call(error)),
            Blame::Item(item) => {
                let (culprit, rest) = places.iter().enumerate().partition(|(n, _)| *n == item);
                let (culprit, rest) = (values(culprit), values(rest));
                self.settle_all(&culprit, Outcome::of_call(error))?;
                left.push(Together::of(rest));
                Ok(())
            }
            Blame::Open(code) => {
                let tools = Arc::clone(&self.tools);
                let mut found = tools.findings.lock().await;
                let key = (self.chunk.target().cloned(), code);
                match found.get(&key) {
                    Some(Cause::Items) => {
                        drop(found);
                        self.note_refusal(&places)?;
                        Together::of(places).split(left);
                        Ok(())
                    }
                    Some(Cause::Call) => {
                        drop(found);
                        self.settle_all(&places, Outcome::of_call(error))
                    }
                    None => self.find_out(places, error, code, &mut found, left).await,
                }
            }
        }
    }

    /// Sends a few items alone. When they are refused in the same way, it is not because of single
    /// items.
    async fn find_out(
        &mut self,
        mut places: Vec<usize>,
        error: Error,
        code: ErrorCode,
        found: &mut Found,
        left: &mut Vec<Together>,
    ) -> Result<(), JournalError> {
        self.note_refusal(&places)?;
        let mut cause = Some(Cause::Call);
        let mut culprits = 0;
        for share in [0, 2, 1] {
            let index = places.remove((places.len() - 1) * share / 2);
            match self.send(&[index]).await? {
                Sent::Settled => cause = Some(Cause::Items),
                Sent::NotAtAll => return Ok(()),
                Sent::Failed(other) => {
                    if other.code() != Some(code) {
                        cause = None;
                    }
                    culprits += 1;
                    self.settle_all(&[index], Outcome::of_call(other))?;
                }
            }
            if cause != Some(Cause::Call) || places.is_empty() {
                break;
            }
        }
        if let Some(cause) = cause {
            found.insert((self.chunk.target().cloned(), code), cause);
        }
        if cause == Some(Cause::Call) {
            return self.settle_all(&places, Outcome::of_call(error));
        }
        left.push(Together { is_to_blame: culprits == 0, ..Together::of(places) });
        Ok(())
    }
}

fn values(places: Vec<(usize, &usize)>) -> Vec<usize> {
    places.into_iter().map(|(_, index)| *index).collect()
}
