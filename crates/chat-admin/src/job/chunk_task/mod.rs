//! The task of one chunk, from its first call to its report.

mod part;
mod record;
mod resolve;
mod send;
mod send_result;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use chat_transport::Client;
use chat_types::spec::EndpointSpec;

pub(super) use self::part::MAX_BATCH_SIZE;
use self::{part::Part, send_result::SendResult};
use super::{
    availability::Availability,
    concurrency::Timing,
    fault_scope::ScopeCache,
    sockets::Sockets,
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
    pub(crate) availability: Availability,
    pub(crate) sockets: Sockets,
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
    /// Indices of items that an earlier attempt may have done, in this run or in an earlier one.
    possibly_done: BTreeSet<usize>,
    /// Items that an earlier run may have done, with the outcomes to record if the service does not say
    /// whether it did.
    unresolved: BTreeMap<usize, Outcome>,
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
            possibly_done: BTreeSet::new(),
            unresolved: BTreeMap::new(),
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
        let is_safe = self.chunk.is_safe_to_repeat(Duration::MAX);
        for (index, outcome) in self.outcomes.iter_mut().enumerate() {
            let state = earlier.state(index);
            if state.is_possibly_done() {
                self.possibly_done.insert(index);
            }
            let recalled = match &state {
                ItemState::Unsent => None,
                ItemState::Done => Some(Outcome::Done),
                ItemState::InFlight if is_safe => None,
                ItemState::InFlight => Some(Outcome::Unknown(Failure::unrecorded(endpoint, false))),
                ItemState::NotDone(not_done) => recalled(not_done, endpoint, is_safe),
            };
            let is_unknown = matches!(recalled, Some(Outcome::Unknown(_)));
            if is_unknown && (state == ItemState::InFlight || self.chunk.can_resolve()) {
                self.unresolved.extend(recalled.map(|outcome| (index, outcome)));
                continue;
            }
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

    /// Returns the endpoint of its calls.
    pub(crate) fn endpoint(&self) -> &'static EndpointSpec {
        self.chunk.endpoint()
    }

    /// Returns whether all calls before it must have ended.
    pub(crate) fn waits_for_earlier(&self) -> bool {
        self.chunk.waits_for_earlier()
    }

    /// Returns whether nothing remains to be sent, neither of this chunk nor because of it.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_done() && self.blocking_failure.is_none()
    }

    /// Returns whether every item has an outcome.
    pub(crate) fn is_done(&self) -> bool {
        self.outcomes.iter().all(Option::is_some)
    }

    /// Sends the items without an outcome.
    pub(crate) async fn run(mut self) -> Finished<C> {
        let outcome = match self.resolve_earlier().await {
            Ok(()) => self.send_all().await,
            error => error,
        };
        self.finish(outcome.err())
    }

    /// Asks the service about the items that an earlier run may have done. If it does not say whether
    /// they are, they stay unknown, which the journal then knows too.
    async fn resolve_earlier(&mut self) -> Result<(), JournalError> {
        let unresolved = std::mem::take(&mut self.unresolved);
        if unresolved.is_empty() {
            return Ok(());
        }
        let (indices, outcomes): (Vec<usize>, Vec<Outcome>) = unresolved.into_iter().unzip();
        if self.chunk.can_resolve() && self.resolve_items(&indices).await?.is_some() {
            return Ok(());
        }
        self.recalled += indices.len() as u64;
        // An unknown item of an earlier run must not block later ones forever.
        let blocking_failure = self.blocking_failure.take();
        let settled = self.settle(&indices, outcomes.into_iter()).await;
        self.blocking_failure = blocking_failure;
        settled
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

/// Returns the outcome of an item that an earlier run has not done; `None` if it is to be sent again.
fn recalled(not_done: &NotDone, endpoint: &EndpointSpec, is_safe: bool) -> Option<Outcome> {
    match not_done {
        NotDone::Pending => Some(Outcome::Pending),
        NotDone::Failed(facts) => {
            let failure = Failure::new(facts.clone(), endpoint, None);
            (!failure.is_retryable()).then_some(Outcome::Failed(failure))
        }
        NotDone::Unknown(_) if is_safe => None,
        NotDone::Unknown(facts) => {
            Some(Outcome::Unknown(Failure::new(facts.clone(), endpoint, None)))
        }
    }
}
