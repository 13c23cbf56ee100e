//! Decides what a failed call means for its items.

use std::{sync::Arc, time::Duration};

use chat_transport::Error;
use chat_types::{ErrorCode, spec::RepeatSafety};

use super::{ChunkTask, part::Part, send_result::SendResult};
use crate::{
    Failure, JournalError, Outcome,
    job::{
        fault_scope::{FaultScope, KnownScopes, Scope},
        source::Chunk,
    },
};

impl<C: Chunk> ChunkTask<C> {
    /// Records the outcomes of the items of a failed call, or pushes the parts in which to send them
    /// again.
    pub(super) async fn resolve(
        &mut self,
        indices: Vec<usize>,
        error: Error,
        pending: &mut Vec<Part>,
    ) -> Result<(), JournalError> {
        if error.may_have_taken_effect() && self.chunk.can_resolve() {
            // A run that resumes asks the service again.
            let failure = Failure::of_call(error).retryable(self.chunk.endpoint());
            return self.settle_all(&indices, Outcome::Unknown(failure)).await;
        }
        if indices.len() == 1 || !self.context.split_on_error {
            return self.settle_all(&indices, Outcome::of_call(error)).await;
        }
        let splits_safely = self.splits_safely();
        match FaultScope::of(&error, splits_safely, |path| self.chunk.item_at(path)) {
            FaultScope::Item(position) if position < indices.len() => {
                let mut rest = indices;
                let bad_item = rest.remove(position);
                self.settle_all(&[bad_item], Outcome::of_call(error)).await?;
                pending.push(Part::Untested(rest));
                Ok(())
            }
            FaultScope::Item(_) | FaultScope::Call => {
                self.settle_all(&indices, Outcome::of_call(error)).await
            }
            FaultScope::Undecided(code) => {
                let context = Arc::clone(&self.context);
                let mut scopes = context.scopes.lock().await;
                let key = (self.chunk.target().cloned(), code);
                match scopes.get(&key) {
                    Some(Scope::Items) => {
                        drop(scopes);
                        self.note_refusal(&indices).await?;
                        Part::push_halves(indices, pending);
                        Ok(())
                    }
                    Some(Scope::Call) => {
                        drop(scopes);
                        self.settle_all(&indices, Outcome::of_call(error)).await
                    }
                    None => self.find_scope(indices, error, code, &mut scopes, pending).await,
                }
            }
        }
    }

    /// Returns whether parts of a call may be sent although the call may have taken effect. If the
    /// service recognizes repeats by a field, it does not recognize the parts.
    fn splits_safely(&self) -> bool {
        let is_recognized =
            matches!(self.chunk.endpoint().repeat.safety, RepeatSafety::SafeWith { .. });
        !is_recognized && self.chunk.is_safe_to_repeat(Duration::MAX)
    }

    /// Finds out what a code is about by sending up to three items alone. If each of them is refused
    /// with the same code, the call itself is at fault.
    async fn find_scope(
        &mut self,
        mut indices: Vec<usize>,
        error: Error,
        code: ErrorCode,
        scopes: &mut KnownScopes,
        pending: &mut Vec<Part>,
    ) -> Result<(), JournalError> {
        self.note_refusal(&indices).await?;
        let mut scope = Some(Scope::Call);
        let mut found_bad_item = false;
        // The first, the last and the middle one.
        for half in [0, 2, 1] {
            let index = indices.remove((indices.len() - 1) * half / 2);
            match self.send(&[index]).await? {
                SendResult::Settled => scope = Some(Scope::Items),
                SendResult::Stopped => return Ok(()),
                SendResult::Failed(other) => {
                    if other.code() != Some(code) {
                        scope = None;
                    }
                    found_bad_item = true;
                    self.settle_all(&[index], Outcome::of_call(other)).await?;
                }
            }
            if scope != Some(Scope::Call) || indices.is_empty() {
                break;
            }
        }
        if let Some(scope) = scope {
            scopes.insert((self.chunk.target().cloned(), code), scope);
        }
        if scope == Some(Scope::Call) {
            return self.settle_all(&indices, Outcome::of_call(error)).await;
        }
        let rest = if found_bad_item { Part::Untested } else { Part::Bad };
        pending.push(rest(indices));
        Ok(())
    }
}
