//! The task of one chunk, from its first call to its report.

mod part;
mod record;
mod resolve;
mod send;
mod send_result;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use chat_transport::Client;

pub(super) use self::part::MAX_BATCH_SIZE;
use self::{part::Part, send_result::SendResult};
use super::{
    concurrency::Timing,
    fault_scope::ScopeCache,
    source::Chunk,
    stop::{RunState, StopSignal},
};
use crate::{
    ChunkReport, Failure, ItemReport, JournalError, Outcome,
    journal::{Digest, EarlierChunk, ItemState, JournalWriter, NotDone},
};

/// What all tasks of a job share.
pub(crate) struct JobContext {
    pub(crate) client: Client,
    pub(crate) journal: Option<JournalWriter>,
    pub(crate) scopes: ScopeCache,
    pub(crate) stop: StopSignal,
    pub(crate) split_on_error: bool,
    pub(crate) retry_for: Duration,
    /// Whether the service has responded to any call.
    pub(crate) has_response: AtomicBool,
}

/// The task of one chunk.
pub(crate) struct ChunkTask<C: Chunk> {
    chunk: C,
    number: u64,
    /// The index of its first item in the input.
    first: u64,
    digest: Digest,
    context: Arc<JobContext>,
    outcomes: Vec<Option<Outcome>>,
    /// The number of items whose outcome comes from an earlier run.
    recalled: u64,
    /// Indices of items that an earlier run sent without receiving a response.
    sent_before: Vec<usize>,
    blocking_failure: Option<(String, Failure)>,
    responses: Vec<C::Response>,
    calls: u64,
    failed_calls: u64,
    timings: Vec<Timing>,
}

/// The result of a task.
pub(crate) struct Finished<C: Chunk> {
    pub(crate) report: ChunkReport<C::Response>,
    /// The number of items whose outcome comes from an earlier run.
    pub(crate) recalled: u64,
    /// Whether every item has an outcome.
    pub(crate) is_complete: bool,
    pub(crate) timings: Vec<Timing>,
    pub(crate) error: Option<JournalError>,
    /// The first item, and its failure, that no later item may follow.
    pub(crate) blocking_failure: Option<(String, Failure)>,
}

impl<C: Chunk> ChunkTask<C> {
    pub(crate) fn new(
        chunk: C,
        number: u64,
        first: u64,
        digest: Digest,
        context: Arc<JobContext>,
    ) -> Self {
        let outcomes = (0..chunk.length()).map(|index| chunk.preset(index)).collect();
        Self {
            chunk,
            number,
            first,
            digest,
            context,
            outcomes,
            recalled: 0,
            sent_before: Vec::new(),
            blocking_failure: None,
            responses: Vec::new(),
            calls: 0,
            failed_calls: 0,
            timings: Vec::new(),
        }
    }

    /// Takes over the outcomes of earlier runs.
    pub(crate) fn recall(&mut self, earlier: &EarlierChunk) {
        let endpoint = self.chunk.endpoint();
        let is_safe = self.chunk.is_safe_to_repeat();
        for (index, outcome) in self.outcomes.iter_mut().enumerate() {
            let state = earlier.state(index);
            if state == ItemState::InFlight {
                self.sent_before.push(index);
            }
            let recalled = match state {
                ItemState::Done => Some(Outcome::Done),
                ItemState::NotDone(NotDone::Pending) => Some(Outcome::Pending),
                ItemState::NotDone(NotDone::Failed(facts)) => {
                    let failure = Failure::new(facts, endpoint, None);
                    (!failure.is_retryable()).then_some(Outcome::Failed(failure))
                }
                ItemState::NotDone(NotDone::Unknown(facts)) if !is_safe => {
                    Some(Outcome::Unknown(Failure::new(facts, endpoint, None)))
                }
                ItemState::InFlight if !is_safe => {
                    Some(Outcome::Unknown(Failure::interrupted(endpoint, false)))
                }
                ItemState::Unsent
                | ItemState::InFlight
                | ItemState::NotDone(NotDone::Unknown(_)) => None,
            };
            if recalled.is_some() {
                *outcome = recalled;
                self.recalled += 1;
            }
        }
        // An item that was permanently refused still blocks later ones. An unknown one must not block them
        // forever.
        let is_refused = |outcome: &Option<Outcome>| matches!(outcome, Some(Outcome::Failed(_)));
        let refused = self.outcomes.iter().position(is_refused);
        if let Some((index, outcome)) =
            refused.and_then(|index| Some((index, self.outcomes[index].clone()?)))
        {
            self.note_blocking_failure(index, &outcome);
        }
    }

    /// Returns whether every item has an outcome.
    pub(crate) fn is_done(&self) -> bool {
        self.outcomes.iter().all(Option::is_some)
    }

    /// Sends the items without an outcome.
    pub(crate) async fn run(mut self) -> Finished<C> {
        let error = self.send_all().await.err();
        self.finish(error)
    }

    pub(crate) fn finish(self, error: Option<JournalError>) -> Finished<C> {
        let is_complete = self.is_done();
        let Self { chunk, number, first, outcomes, calls, failed_calls, responses, .. } = self;
        let items = outcomes.into_iter().enumerate().filter_map(|(index, outcome)| {
            Some(ItemReport {
                index: first + index as u64,
                target: chunk.target().cloned(),
                key: chunk.key(index).into_owned(),
                outcome: outcome?,
            })
        });
        let items = items.collect();
        let endpoint = chunk.endpoint();
        Finished {
            report: ChunkReport { number, endpoint, items, responses, calls, failed_calls },
            recalled: self.recalled,
            is_complete,
            timings: self.timings,
            error,
            blocking_failure: self.blocking_failure,
        }
    }

    async fn send_all(&mut self) -> Result<(), JournalError> {
        let open = self.outcomes.iter().enumerate().filter(|(_, outcome)| outcome.is_none());
        let mut pending = vec![Part::Untested(open.map(|(index, _)| index).collect())];
        while let Some(part) = pending.pop() {
            let is_left_half = matches!(part, Part::LeftHalf(_));
            let is_bad = matches!(part, Part::Bad(_));
            let (Part::Untested(indices) | Part::LeftHalf(indices) | Part::Bad(indices)) = part;
            if indices.is_empty() {
                continue;
            }
            if self.context.stop.state() != RunState::Running {
                break;
            }
            if is_bad && indices.len() > 1 {
                Part::push_halves(indices, &mut pending);
                continue;
            }
            match self.send(&indices).await? {
                SendResult::Settled => {
                    // The left half was accepted, so the right half has the bad item.
                    if let Some(right_half) = pending.last_mut().filter(|_| is_left_half) {
                        right_half.mark_bad();
                    }
                }
                SendResult::Failed(error) => self.resolve(indices, error, &mut pending).await?,
                SendResult::Stopped => break,
            }
        }
        Ok(())
    }
}
