//! Sends items together, as often as it takes to have a response about them.

use std::{sync::atomic::Ordering::Relaxed, time::Duration};

use chat_transport::{Error, ErrorKind, Phase};
use tokio::time::{Instant, sleep};

use super::Work;
use crate::{
    JournalError, Outcome,
    job::{
        source::{Chunk, Delivery},
        stop::Stage,
        width::Timing,
    },
};

/// What became of items that were to be sent together.
pub(super) enum Sent {
    /// Each has its outcome.
    Settled,
    /// The call failed, which is left to be judged.
    Failed(Error),
    /// The job was stopped before they were.
    NotAtAll,
}

impl<C: Chunk> Work<C> {
    /// Sends items together. Waits and tries again where the service would take them later.
    pub(super) async fn send(&mut self, places: &[usize]) -> Result<Sent, JournalError> {
        let start = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            self.note_sending(places).await?;
            let error = match self.try_to_send(places).await? {
                Sent::Failed(error) => error,
                other => return Ok(other),
            };
            if !self.may_pass(&error) {
                return Ok(Sent::Failed(error));
            }
            if start.elapsed() + pause > self.tools.retry_for {
                // The next call need not wait as long for a service that does not come back.
                self.tools.has_answered.fetch_and(!error.is_connect(), Relaxed);
                return Ok(Sent::Failed(error));
            }
            tracing::debug!(%error, ?pause, "the chunk waits for the service");
            self.note_refusal(places)?;
            let mut watch = self.tools.watch.clone();
            tokio::select! {
                () = sleep(pause) => {}
                () = watch.reaches(Stage::Stopping) => return Ok(Sent::NotAtAll),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn try_to_send(&mut self, places: &[usize]) -> Result<Sent, JournalError> {
        let start = Instant::now();
        let mut watch = self.tools.watch.clone();
        let number = self.number_of(places);
        self.calls += 1;
        let delivery = tokio::select! {
            delivery = self.chunk.send(&self.tools.client, number, places) => delivery,
            () = watch.reaches(Stage::Canceled) => {
                self.cut_off(places);
                return Ok(Sent::Settled);
            }
        };
        match delivery {
            Ok(Delivery { outcomes, response, waited }) => {
                self.tools.has_answered.store(true, Relaxed);
                let latency = start.elapsed().saturating_sub(waited);
                self.timings.push(Timing { waited, latency });
                self.responses.push(response);
                let endpoint = self.chunk.endpoint();
                let is_safe = self.chunk.is_safe_to_repeat();
                let outcomes = outcomes
                    .into_iter()
                    .map(|outcome| Outcome::of_item(endpoint, outcome, is_safe));
                self.settle(places, outcomes)?;
                Ok(Sent::Settled)
            }
            Err(error) => {
                self.failed_calls += 1;
                Ok(Sent::Failed(error))
            }
        }
    }

    /// Whether the service would take the same call later, and has certainly not done any of it: too
    /// many calls came, or it went away in the middle of the job. One that never answered may not be
    /// there at all.
    fn may_pass(&self, error: &Error) -> bool {
        let is_crowded =
            error.is_rate_limited() || matches!(error.kind(), ErrorKind::Timeout(Phase::Quota));
        let is_away = error.is_connect() && self.tools.has_answered.load(Relaxed);
        (is_crowded || is_away) && !error.may_have_taken_effect()
    }

    /// The whole chunk has its own number. A part has one that no other part of it has, so that the
    /// service does not take it for a repeat.
    fn number_of(&self, places: &[usize]) -> u64 {
        match places.last() {
            Some(&last) if places.len() < self.outcomes.len() => {
                self.number.wrapping_add((last as u64 + 1) << PART_SHIFT)
            }
            _ => self.number,
        }
    }
}

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Leaves room for four million chunks below the places of a part.
const PART_SHIFT: u32 = 22;
