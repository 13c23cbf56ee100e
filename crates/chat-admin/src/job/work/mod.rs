//! One chunk on its way: sent whole, in parts where it is refused, and written down.

mod judge;
mod send;
mod settle;

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use chat_transport::Client;

use self::send::Sent;
use super::{
    blame::Findings,
    source::Chunk,
    stop::{Stage, Watch},
    width::Timing,
};
use crate::{
    ChunkReport, Failure, ItemReport, JournalError, Outcome,
    journal::{Digest, EarlierChunk, JournalWriter, NotDone, State},
};

/// What all chunks of a job share.
pub(crate) struct Tools {
    pub(crate) client: Client,
    pub(crate) journal: Option<JournalWriter>,
    pub(crate) findings: Findings,
    pub(crate) watch: Watch,
    pub(crate) keeps_whole: bool,
    pub(crate) retry_for: Duration,
    /// Whether the service has answered any call.
    pub(crate) has_answered: AtomicBool,
}

/// One chunk on its way.
pub(crate) struct Work<C: Chunk> {
    chunk: C,
    number: u64,
    /// Place of its first item in the input.
    first: u64,
    digest: Digest,
    tools: Arc<Tools>,
    outcomes: Vec<Option<Outcome>>,
    recalled: u64,
    /// Places that an earlier run had sent, of which it never heard.
    sent_before: Vec<usize>,
    held_up: Option<(String, Failure)>,
    responses: Vec<C::Response>,
    calls: u64,
    failed_calls: u64,
    timings: Vec<Timing>,
}

/// A chunk that is done with, as far as that was possible.
pub(crate) struct Finished<C: Chunk> {
    pub(crate) report: ChunkReport<C::Response>,
    /// Items of which only earlier runs knew.
    pub(crate) recalled: u64,
    /// Whether every item has an outcome.
    pub(crate) is_whole: bool,
    pub(crate) timings: Vec<Timing>,
    pub(crate) error: Option<JournalError>,
    /// What must not be followed by anything.
    pub(crate) held_up: Option<(String, Failure)>,
}

/// Places that are sent together.
struct Together {
    places: Vec<usize>,
    /// The first of two halves.
    is_left: bool,
    /// Someone in it is to blame, so that it need not be sent whole.
    is_to_blame: bool,
}

impl Together {
    fn of(places: Vec<usize>) -> Self {
        Self { places, is_left: false, is_to_blame: false }
    }

    /// Two halves, of which the left one is next.
    fn split(mut self, left: &mut Vec<Self>) {
        let right = self.places.split_off(self.places.len().div_ceil(2));
        left.push(Self::of(right));
        left.push(Self { is_left: true, ..Self::of(self.places) });
    }
}

impl<C: Chunk> Work<C> {
    pub(crate) fn new(
        chunk: C,
        number: u64,
        first: u64,
        digest: Digest,
        tools: Arc<Tools>,
    ) -> Self {
        let outcomes = (0..chunk.length()).map(|index| chunk.known(index)).collect();
        let (responses, timings) = (Vec::new(), Vec::new());
        let (calls, failed_calls) = (0, 0);
        Self {
            chunk,
            number,
            first,
            digest,
            tools,
            outcomes,
            recalled: 0,
            sent_before: Vec::new(),
            held_up: None,
            responses,
            calls,
            failed_calls,
            timings,
        }
    }

    /// Takes in what earlier runs did.
    pub(crate) fn recall(&mut self, earlier: &EarlierChunk) {
        let endpoint = self.chunk.endpoint();
        let is_safe = self.chunk.is_safe_to_repeat();
        for (index, outcome) in self.outcomes.iter_mut().enumerate() {
            let state = earlier.state(index);
            if state == State::UnderWay {
                self.sent_before.push(index);
            }
            let recalled = match state {
                State::Done => Some(Outcome::Done),
                State::NotDone(NotDone::Pending) => Some(Outcome::Pending),
                State::NotDone(NotDone::Failed(facts)) => {
                    let failure = Failure::new(facts, endpoint, None);
                    (!failure.is_retryable()).then_some(Outcome::Failed(failure))
                }
                State::NotDone(NotDone::Unknown(facts)) if !is_safe => {
                    Some(Outcome::Unknown(Failure::new(facts, endpoint, None)))
                }
                State::UnderWay if !is_safe => {
                    Some(Outcome::Unknown(Failure::cut_off(endpoint, false)))
                }
                State::Unsent | State::UnderWay | State::NotDone(NotDone::Unknown(_)) => None,
            };
            if recalled.is_some() {
                *outcome = recalled;
                self.recalled += 1;
            }
        }
        // What was refused for good is so still; what nobody knows must not stand in the way for ever.
        let is_refused = |outcome: &Option<Outcome>| matches!(outcome, Some(Outcome::Failed(_)));
        let refused = self.outcomes.iter().position(is_refused);
        if let Some((index, outcome)) =
            refused.and_then(|index| Some((index, self.outcomes[index].clone()?)))
        {
            self.note_hold_up(index, &outcome);
        }
    }

    /// Whether every item has an outcome already.
    pub(crate) fn is_done(&self) -> bool {
        self.outcomes.iter().all(Option::is_some)
    }

    /// Sends what has no outcome yet.
    pub(crate) async fn run(mut self) -> Finished<C> {
        let error = self.send_all().await.err();
        self.finish(error)
    }

    pub(crate) fn finish(self, error: Option<JournalError>) -> Finished<C> {
        let is_whole = self.is_done();
        let Self { chunk, number, first, outcomes, recalled, held_up, responses, .. } = self;
        let (calls, failed_calls) = (self.calls, self.failed_calls);
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
        let report = ChunkReport { number, endpoint, items, responses, calls, failed_calls };
        Finished { report, recalled, is_whole, timings: self.timings, error, held_up }
    }

    async fn send_all(&mut self) -> Result<(), JournalError> {
        let places = self.outcomes.iter().enumerate();
        let places = places.filter(|(_, outcome)| outcome.is_none()).map(|(index, _)| index);
        let mut left = vec![Together::of(places.collect())];
        while let Some(part) = left.pop() {
            if part.places.is_empty() {
                continue;
            }
            if self.tools.watch.stage() != Stage::Running {
                break;
            }
            if part.is_to_blame && part.places.len() > 1 {
                part.split(&mut left);
                continue;
            }
            match self.send(&part.places).await? {
                Sent::Settled => {
                    // Where the left half is well, the right one is not.
                    if let Some(right) = left.last_mut().filter(|_| part.is_left) {
                        right.is_to_blame = true;
                    }
                }
                Sent::Failed(error) => self.judge(part.places, error, &mut left).await?,
                Sent::NotAtAll => break,
            }
        }
        Ok(())
    }
}
