//! Sends a part in one call, and retries while a later attempt can succeed and does no harm.

use std::{borrow::Cow, sync::Arc, time::Duration};

use chat_transport::{Error, ErrorKind, Phase};
use chat_types::{
    clock::{Clock as _, SystemClock},
    spec::ErrorClass,
};
use tokio::time::{Instant, sleep};

use super::{ChunkTask, part::part_number, send_result::SendResult};
use crate::{
    Failure, JournalError, Outcome,
    job::{
        concurrency::Timing,
        source::{Chunk, Delivery},
        stop::RunState,
    },
};

impl<C: Chunk> ChunkTask<C> {
    /// Sends the items at these indices. Waits and retries while that can help and does no harm.
    pub(super) async fn send(&mut self, indices: &[usize]) -> Result<SendResult, JournalError> {
        let mut indices = Cow::Borrowed(indices);
        let start = Instant::now();
        let mut failing_since = start;
        let mut pause = FIRST_PAUSE;
        loop {
            if !self.wait_for_time_of(&indices).await {
                return Ok(SendResult::Stopped);
            }
            self.note_sending(&indices).await?;
            let error = match self.send_once(&indices).await? {
                SendResult::Failed(error) => error,
                other => return Ok(other),
            };
            let mut may_be_done = error.may_have_taken_effect();
            if may_be_done {
                self.note_possible_effect(&indices);
            }
            if !self.can_retry(&error, start.elapsed() + pause) {
                match self.resolve_lost(&indices, &error).await? {
                    None => {
                        if error.is_api() {
                            self.context.availability.record_success();
                        }
                        return Ok(SendResult::Failed(error));
                    }
                    Some(open) if open.is_empty() => return Ok(SendResult::Settled),
                    Some(open) => indices = Cow::Owned(open),
                }
                may_be_done = false;
            }
            if waits_for_permit(&error) {
                // The capacity will come: a limit of receivers per minute is longer than a call can
                // wait.
                failing_since = Instant::now();
            } else {
                self.context.availability.record_failure(error.is_api());
            }
            let failing_for = failing_since.elapsed().max(self.context.availability.failing_for());
            if failing_for + pause > self.context.retry_for {
                return self.give_up(&indices, error, may_be_done).await;
            }
            tracing::debug!(%error, ?pause, "waiting to retry a chunk");
            if !may_be_done {
                self.note_refusal(&indices).await?;
            }
            if !self.sleep(pause).await {
                return if may_be_done {
                    Ok(SendResult::Failed(error))
                } else {
                    Ok(SendResult::Stopped)
                };
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    /// Ends the retries of items that failed for too long.
    async fn give_up(
        &mut self,
        indices: &[usize],
        error: Error,
        may_be_done: bool,
    ) -> Result<SendResult, JournalError> {
        if may_be_done == error.may_have_taken_effect() {
            return Ok(SendResult::Failed(error));
        }
        let failure = Failure::not_done(self.chunk.endpoint());
        self.settle_all(indices, Outcome::Failed(failure)).await?;
        Ok(SendResult::Settled)
    }

    /// Asks the service about a call whose response was lost and that must not be repeated blindly.
    /// Records the items that are done, and returns those that certainly are not; `None` if it cannot
    /// be found out.
    async fn resolve_lost(
        &mut self,
        indices: &[usize],
        error: &Error,
    ) -> Result<Option<Vec<usize>>, JournalError> {
        let is_interrupted = error.may_have_taken_effect() && !error.is_api();
        if !is_interrupted || !self.chunk.can_resolve() {
            return Ok(None);
        }
        self.resolve_items(indices).await
    }

    /// Asks the service about items that an earlier attempt may have done; see
    /// [`resolve_lost`](Self::resolve_lost).
    pub(super) async fn resolve_items(
        &mut self,
        indices: &[usize],
    ) -> Result<Option<Vec<usize>>, JournalError> {
        let mut stop = self.context.stop.clone();
        let found = tokio::select! {
            found = self.chunk.resolve(&self.context.client, indices) => found,
            () = stop.reached(RunState::Canceled) => None,
        };
        let Some(found) = found.filter(|found| found.len() == indices.len()) else {
            return Ok(None);
        };
        let of = |wanted: bool| -> Vec<usize> {
            let pairs = indices.iter().zip(&found);
            pairs.filter(|(_, found)| **found == wanted).map(|(index, _)| *index).collect()
        };
        let (done, open) = (of(true), of(false));
        if !done.is_empty() {
            self.settle_all(&done, Outcome::Done).await?;
        }
        self.possibly_done.retain(|index| !open.contains(index));
        Ok(Some(open))
    }

    /// Waits until the service accepts these items. Returns `false` if the job is stopped before.
    async fn wait_for_time_of(&mut self, indices: &[usize]) -> bool {
        const STEP: Duration = Duration::from_secs(1);
        let Some(time) = self.chunk.not_before(indices) else { return true };
        while SystemClock.now() < time {
            if !self.sleep(STEP).await {
                return false;
            }
        }
        true
    }

    /// Returns `false` if the job is stopped meanwhile.
    async fn sleep(&mut self, time: Duration) -> bool {
        let mut stop = self.context.stop.clone();
        tokio::select! {
            () = sleep(time) => true,
            () = stop.reached(RunState::Stopping) => false,
        }
    }

    async fn send_once(&mut self, indices: &[usize]) -> Result<SendResult, JournalError> {
        let context = Arc::clone(&self.context);
        let call = context.sockets.begin_call().await;
        let start = Instant::now();
        let mut stop = self.context.stop.clone();
        let number = part_number(self.number, self.outcomes.len(), indices);
        self.calls += 1;
        let delivery = tokio::select! {
            delivery = self.chunk.send(&self.context.client, number, indices) => delivery,
            () = stop.reached(RunState::Canceled) => {
                self.interrupt(indices);
                return Ok(SendResult::Settled);
            }
        };
        match delivery {
            Ok(Delivery { outcomes, response, waited }) => {
                self.context.availability.record_success();
                let latency = start.elapsed().saturating_sub(waited);
                self.timings.push(Timing { waited, latency });
                self.responses.push(response);
                let endpoint = self.chunk.endpoint();
                let is_safe = self.chunk.is_safe_to_repeat(Duration::MAX);
                let early = self.early_indices(indices);
                let outcomes = outcomes.into_iter().enumerate().map(|(position, outcome)| {
                    let outcome = Outcome::of_item(endpoint, outcome, is_safe);
                    if early.contains(&position) {
                        outcome.of_early_item(endpoint)
                    } else {
                        outcome
                    }
                });
                self.settle(indices, outcomes).await?;
                Ok(SendResult::Settled)
            }
            Err(error) => {
                self.failed_calls += 1;
                if error.is_out_of_file_descriptors() {
                    self.context.sockets.record_exhaustion();
                }
                drop(call);
                Ok(SendResult::Failed(error))
            }
        }
    }

    /// Returns the positions of items that the service may refuse because of their time.
    fn early_indices(&self, indices: &[usize]) -> Vec<usize> {
        let positions = indices.iter().enumerate();
        positions.filter(|(_, index)| self.chunk.may_be_early(**index)).map(|(at, _)| at).collect()
    }

    /// Returns whether the same call can succeed and does no harm this long after its first attempt.
    ///
    /// A call that has certainly done nothing is repeated if the service received too many, if it became
    /// unreachable during the job, since one that never responded may not exist at all, or if this
    /// machine had no connection left. A call that
    /// may have taken effect is repeated, whatever interrupted it, if that is still safe when the
    /// attempt ends.
    fn can_retry(&self, error: &Error, after: Duration) -> bool {
        let has_responded = self.context.availability.has_responded();
        if !error.may_have_taken_effect() {
            let is_overloaded = error.is_rate_limited() || waits_for_permit(error);
            let lacks_quota_server = matches!(error.kind(), ErrorKind::QuotaUnavailable);
            let is_unreachable = (error.is_connect() || lacks_quota_server) && has_responded;
            return is_overloaded || is_unreachable || error.is_out_of_file_descriptors();
        }
        let is_garbled = matches!(error.kind(), ErrorKind::InvalidJson) && has_responded;
        let is_interrupted = error.is_retryable() && error.class() != Some(ErrorClass::Signature);
        let end = after.saturating_add(self.context.client.timeout());
        (is_interrupted || is_garbled) && self.chunk.is_safe_to_repeat(end)
    }
}

/// Returns whether the call was not sent because it got no permit in time.
fn waits_for_permit(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Timeout(Phase::Quota))
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(30);
