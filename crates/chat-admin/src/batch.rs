use std::{fmt, sync::Arc};

use chat_transport::{Client, Error};
use chat_types::{Batched, ItemOutcome};
use futures_util::{
    StreamExt,
    stream::{BoxStream, Stream},
};

use crate::{CallReport, Failure, ItemReport, Outcome, Report};

/// A list of any length through a batched endpoint: cut into calls of the documented cap, several
/// under way at once, every item accounted for.
///
/// Nothing is sent before [`run`](Self::run) or [`calls`](Self::calls) is awaited, and nothing at all
/// for an empty list: some endpoints would take no items for all items. A failed call
/// stops nothing: its items are reported as failed where they certainly were not done, and as
/// unknown where no answer came; the other calls go on.
///
/// ```no_run
/// # async fn example(admin: chat_admin::Admin) {
/// let report = admin.group("@TGS#2J4SZEAEL").remove_members(["tommy", "jared"]).run().await;
/// println!("{}", report.summary);
/// for item in report.failures() {
///     println!("{}: {}", item.key, item.outcome.as_str());
/// }
/// # }
/// ```
#[must_use = "nothing is sent until it is run"]
pub struct Batch<'a, E: Batched> {
    client: Client,
    template: E,
    items: BoxStream<'a, E::Item>,
    calls_at_once: usize,
    items_per_call: usize,
}

impl<'a, E: Batched> Batch<'a, E> {
    pub(crate) fn new(client: Client, template: E, items: BoxStream<'a, E::Item>) -> Self {
        let cap = E::BATCH.max.and_then(|max| usize::try_from(max).ok());
        let items_per_call = cap.unwrap_or(UNCAPPED).max(1);
        Self { client, template, items, calls_at_once: DEFAULT_CALLS_AT_ONCE, items_per_call }
    }

    /// How many calls may be under way at once; 16 by default, at least 1. The endpoint's quota is
    /// kept whatever this says, and calls that have to run one after the other
    /// ([`BatchSpec::sequential`](chat_types::spec::BatchSpec::sequential)) always do.
    pub fn calls_at_once(mut self, calls: usize) -> Self {
        self.calls_at_once = calls.max(1);
        self
    }

    /// How many items a call carries: the documented cap by default, and never more.
    pub fn items_per_call(mut self, items: usize) -> Self {
        self.items_per_call = items.clamp(1, self.items_per_call);
        self
    }

    /// Changes the request that each call repeats, for options without a method of their own.
    pub fn with(mut self, change: impl FnOnce(E) -> E) -> Self {
        self.template = change(self.template);
        self
    }

    /// Makes all calls and reports what became of every item, in input order.
    pub async fn run(self) -> Report {
        let mut report = Report::new(E::SPEC);
        let mut calls = std::pin::pin!(self.calls());
        while let Some(call) = calls.next().await {
            report.add(call);
        }
        report
    }

    /// The calls as they are made, in input order, for progress and for lists that are too long to
    /// keep. Dropping the stream gives up the calls under way: their items are then unknown.
    pub fn calls(self) -> impl Stream<Item = CallReport> + Send + use<'a, E> {
        let Self { client, template, items, calls_at_once, items_per_call } = self;
        items
            .chunks(items_per_call)
            .enumerate()
            .map(move |(number, items)| {
                let client = client.clone();
                let number = number as u64;
                let request = template.part(number, items);
                async move { make_call(&client, number, &request).await }
            })
            .buffered(if E::BATCH.sequential { 1 } else { calls_at_once })
    }
}

impl<E: Batched> fmt::Debug for Batch<'_, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch")
            .field("endpoint", &E::SPEC.id().to_string())
            .field("calls_at_once", &self.calls_at_once)
            .field("items_per_call", &self.items_per_call)
            .finish_non_exhaustive()
    }
}

async fn make_call<E: Batched>(client: &Client, number: u64, request: &E) -> CallReport {
    let (outcomes, error) = match client.call(request).await {
        Ok(answer) => {
            let outcomes = request.outcomes(&answer.into_response());
            (outcomes.into_iter().map(Outcome::from).collect(), None)
        }
        Err(error) => {
            let error = Arc::new(error);
            let outcome = outcome_of(&error);
            (vec![outcome; request.items().len()], Some(error))
        }
    };
    let items = request
        .items()
        .iter()
        .zip::<Vec<Outcome>>(outcomes)
        .map(|(item, outcome)| ItemReport { key: E::key(item).into_owned(), outcome })
        .collect();
    CallReport { number, items, error }
}

/// What a failed call says about each of its items.
fn outcome_of(error: &Arc<Error>) -> Outcome {
    let failure = Failure::Call(Arc::clone(error));
    if error.may_be_carried_out() { Outcome::Unknown(failure) } else { Outcome::Failed(failure) }
}

impl From<ItemOutcome> for Outcome {
    fn from(outcome: ItemOutcome) -> Self {
        match outcome {
            ItemOutcome::Done => Self::Done,
            ItemOutcome::Pending => Self::Pending,
            ItemOutcome::Failed { code, info } => Self::Failed(Failure::Item { code, info }),
            _ => Self::Unknown(Failure::NotMentioned),
        }
    }
}

/// Where no cap is documented: small enough for any body, large enough to save calls.
const UNCAPPED: usize = 100;

/// Enough for the documented 200 calls per second at 80 ms a call.
const DEFAULT_CALLS_AT_ONCE: usize = 16;
