//! Sends a part in one call, and retries while the service would accept it only later.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use chat_transport::{Error, ErrorKind, Phase};
use tokio::time::{Instant, sleep};

use super::{ChunkTask, part::part_number, send_result::SendResult};
use crate::{
    JournalError, Outcome,
    job::{
        concurrency::Timing,
        source::{Chunk, Delivery},
        stop::RunState,
    },
};

impl<C: Chunk> ChunkTask<C> {
    /// Sends the items at these indices. Waits and retries while the service would accept them later.
    pub(super) async fn send(&mut self, indices: &[usize]) -> Result<SendResult, JournalError> {
        let mut failing_since = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            self.note_sending(indices).await?;
            let error = match self.send_once(indices).await? {
                SendResult::Failed(error) => error,
                other => return Ok(other),
            };
            if !self.is_temporary(&error) {
                return Ok(SendResult::Failed(error));
            }
            // The capacity will come: a limit of receivers per minute is longer than a call can wait.
            if waits_for_permit(&error) {
                failing_since = Instant::now();
            }
            if failing_since.elapsed() + pause > self.context.retry_for {
                // If the service cannot be reached, the next call need not wait as long again.
                self.context.has_response.fetch_and(!error.is_connect(), Relaxed);
                return Ok(SendResult::Failed(error));
            }
            tracing::debug!(%error, ?pause, "waiting to retry a chunk");
            self.note_refusal(indices)?;
            let mut stop = self.context.stop.clone();
            tokio::select! {
                () = sleep(pause) => {}
                () = stop.reached(RunState::Stopping) => return Ok(SendResult::Stopped),
            }
            pause = (pause * 2).min(MAX_PAUSE);
        }
    }

    async fn send_once(&mut self, indices: &[usize]) -> Result<SendResult, JournalError> {
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
                self.context.has_response.store(true, Relaxed);
                let latency = start.elapsed().saturating_sub(waited);
                self.timings.push(Timing { waited, latency });
                self.responses.push(response);
                let endpoint = self.chunk.endpoint();
                let is_safe = self.chunk.is_safe_to_repeat();
                let outcomes = outcomes
                    .into_iter()
                    .map(|outcome| Outcome::of_item(endpoint, outcome, is_safe));
                self.settle(indices, outcomes)?;
                Ok(SendResult::Settled)
            }
            Err(error) => {
                self.failed_calls += 1;
                Ok(SendResult::Failed(error))
            }
        }
    }

    /// Returns whether the service would accept the same call later and has certainly done none of it:
    /// it received too many calls, or it became unreachable during the job. A service that never
    /// responded may not exist at all.
    fn is_temporary(&self, error: &Error) -> bool {
        let is_overloaded = error.is_rate_limited() || waits_for_permit(error);
        let is_unreachable = error.is_connect() && self.context.has_response.load(Relaxed);
        (is_overloaded || is_unreachable) && !error.may_have_taken_effect()
    }
}

/// Returns whether the call was not sent because it got no permit in time.
fn waits_for_permit(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Timeout(Phase::Quota))
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(30);
