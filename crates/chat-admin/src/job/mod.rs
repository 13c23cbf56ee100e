//! A job: a list of any length, sent in many calls. The steps of a job, in order:
//!
//! 1. [`source`] says what a job needs to know about its input: a [`Source`] is cut into [`Chunk`]s,
//!    each of which fits into one call. [`list`] does so for a list of items for a batched endpoint;
//!    the import of records is the other source.
//! 2. [`Job`], in this file, collects the options. [`plan`] and [`preview`] say what a job would do,
//!    and send nothing.
//! 3. [`running`] reads the chunks, compares them with the journal of earlier runs, and starts a task
//!    for each, up to the number of calls that [`concurrency`] computes. It yields the report of each
//!    chunk that is finished, and [`progress`] sums them up.
//! 4. [`chunk_task`] takes one chunk from its first call to its report:
//!    1. `part` is what is sent in one call: the whole chunk at first, parts of it after a refusal.
//!    2. `send` makes the call, and waits and retries if the service accepts it only later.
//!       `send_result` says how that ended.
//!    3. `record` notes the outcome of each item, here and in the journal.
//!    4. `resolve` decides what a failed call means for its items, and whether to split it.
//!       [`fault_scope`] says whether an error is about one item, some items or the call.
//! 5. [`stop`] ends a job early, and [`error`] says why one could not continue.

mod availability;
mod chunk_task;
mod concurrency;
mod error;
mod fault_scope;
mod list;
mod plan;
mod preview;
mod progress;
mod running;
mod sockets;
mod source;
mod stop;

use std::{fmt, time::Duration};

use chat_transport::Client;
use chat_types::Batched;

#[cfg(feature = "group")]
pub(crate) use self::list::{Entry, Retarget};
#[cfg(feature = "migration")]
pub(crate) use self::source::{Delivery, sealed::Sealed};
use self::{
    availability::Availability, chunk_task::JobContext, concurrency::Concurrency,
    fault_scope::ScopeCache, running::Order, sockets::Sockets,
};
pub use self::{
    error::JobError,
    list::{List, ListChunk},
    plan::{Plan, PlannedCalls},
    preview::CallPreview,
    progress::Progress,
    running::Running,
    source::{Chunk, Source},
    stop::StopHandle,
};
use crate::{
    Journal, Report,
    journal::{Header, History, VERSION},
};

/// A job over a list of any length. It splits the list into calls of the documented size, keeps as many
/// calls in flight as quota and latency allow, and reports the outcome of every item.
///
/// Nothing is sent before the job is [run](Self::run) or [started](Self::start), and nothing at all for
/// an empty list, which some endpoints would take for all items. A job runs on tasks of the current
/// Tokio runtime.
///
/// A failed call does not stop the other calls. Its items are reported as failed if they were
/// certainly not done, and as unknown if no response arrived. If the service refuses a call because of
/// some of its items, the call is split in halves until the bad items are isolated, which takes at most
/// two further calls per bad item and split, and the other items are sent without them. Whether a
/// code is about items or about the call is found out once per job, by up to three calls for single
/// items. If each of these is refused too, the call itself is at fault and is not split.
///
/// ```no_run
/// # async fn example(admin: chat_admin::Admin) {
/// let report = admin.group("@TGS#2J4SZEAEL").remove_members(["tommy", "jared"]).run().await;
/// println!("{}", report.summary);
/// for item in &report.failures {
///     println!("{}: {}", item.key, item.outcome.as_str());
/// }
/// # }
/// ```
#[must_use = "nothing is sent until it is run"]
pub struct Job<S> {
    client: Client,
    source: S,
    journal: Option<Journal>,
    max_calls: Option<usize>,
    order: Order,
    split_on_error: bool,
    retry_for: Duration,
    stop: StopHandle,
}

/// A job over a batched endpoint.
pub type Batch<'a, E> = Job<List<'a, E>>;

impl<S: Source> Job<S> {
    pub(crate) fn new(client: Client, source: S) -> Self {
        Self {
            client,
            source,
            journal: None,
            max_calls: None,
            order: Order::Completion,
            split_on_error: true,
            retry_for: RETRY_FOR,
            stop: StopHandle::new(),
        }
    }

    #[cfg(feature = "migration")]
    pub(crate) fn map_source(self, change: impl FnOnce(S) -> S) -> Self {
        Self { source: change(self.source), ..self }
    }

    /// Limits the number of concurrent calls, to at least 1.
    ///
    /// While calls have to wait for rate-limit capacity, only as many are in flight as quota and latency
    /// require: the documented 200 calls per second need 10 at a latency of 50 milliseconds and 60 at
    /// 300, and a few more are kept ready. While none has to wait, as at the start, there are as many as
    /// this limit allows, or by default as many as a latency of 300 milliseconds would require. The quota
    /// is kept in any case, and so is the order of calls that must run one after another
    /// ([`BatchSpec::sequential`](chat_types::spec::BatchSpec::sequential)).
    pub fn concurrency(mut self, max_calls: usize) -> Self {
        self.max_calls = Some(max_calls.max(1));
        self
    }

    /// Yields the chunks in the order of the input instead of as they finish. Chunks that finish early
    /// are held back.
    pub fn ordered(mut self) -> Self {
        self.order = Order::Input;
        self
    }

    /// Sets whether a refused call is split to find the items that the service refuses; `true` by
    /// default.
    pub fn split_on_error(mut self, split: bool) -> Self {
        self.split_on_error = split;
        self
    }

    /// Sets how long a call is retried that failed for a temporary reason; one minute by default.
    ///
    /// This applies to a service that refuses too many calls, such as those of other programs of the
    /// same app, to a service that responded to the job before and cannot be reached any more, and to
    /// every call that is safe to repeat and was interrupted in any way: its response was lost, timed
    /// out or could not be read, or the service failed. Whether a call is safe to repeat can depend on
    /// the time since its first attempt; it is not repeated once it may no longer be.
    ///
    /// After this time the items are reported as failed, or as unknown if one of the attempts may have
    /// taken effect. While no call of the job goes through, the time counts for all of them together.
    /// The time in which a call gets no permit under the quota of the client does not count.
    pub fn retry_for(mut self, retry_for: Duration) -> Self {
        self.retry_for = retry_for;
        self
    }

    /// Records what is sent and what comes back in a journal, and resumes where an earlier run ended.
    pub fn journal(mut self, journal: Journal) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Returns a handle that stops the job early, also while it runs.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Returns what the job will do. Sends nothing, and reads nothing of the input.
    pub fn plan(&self) -> Plan {
        let calls = self.source.planned();
        let min_duration = |planned: &PlannedCalls| {
            let (calls, endpoint) = (planned.calls?, planned.endpoint);
            let items = planned.items.unwrap_or(calls);
            Some(self.client.min_duration_of_items(endpoint, calls, items))
        };
        Plan { min_duration: calls.iter().map(min_duration).sum(), calls }
    }

    /// Starts the job, for callers that follow its progress, stop it, or read the responses.
    pub fn start<'s>(self) -> Running<'s, S::Chunk>
    where
        S: 's,
    {
        let Self { client, source, journal, order, stop, .. } = self;
        let header = Header {
            version: VERSION,
            sdk_app_id: client.sdk_app_id(),
            job: source.identity(),
            batch_size: source.batch_size(),
            input: None,
            note: serde_json::Value::Null,
        };
        let open = |journal: Journal| match source.fingerprint() {
            Ok(input) => {
                let (journal, history) = journal.start(Header { input, ..header });
                (journal, history.map_err(JobError::from))
            }
            Err(error) => (journal.into_writer(), Err(error.into())),
        };
        let (journal, history) = match journal.map(open) {
            None => (None, Ok(History::default())),
            Some((journal, history)) => (Some(journal), history),
        };
        let (history, error) = match history {
            Ok(history) => (history, None),
            Err(error) => (History::default(), Some(error)),
        };
        let total = source.length();
        let context = JobContext {
            client,
            journal,
            scopes: ScopeCache::default(),
            stop: stop.signal(),
            split_on_error: self.split_on_error,
            retry_for: self.retry_for,
            availability: Availability::default(),
            sockets: Sockets::new(),
        };
        let concurrency = Concurrency::new(self.max_calls);
        let chunks = source.into_chunks();
        let running = Running::new(context, chunks, history, concurrency, order, total, stop);
        match error {
            None => running,
            Some(error) => running.broken(error),
        }
    }

    /// Makes all calls and reports the outcomes.
    pub async fn run(self) -> Report {
        self.start().report().await
    }
}

impl<E: Batched> Batch<'_, E> {
    /// Sets the number of items per call, which is the documented maximum by default and is never more.
    pub fn batch_size(mut self, items: usize) -> Self {
        self.source.set_batch_size(items);
        self
    }

    /// Changes the request that each call repeats, for options without a method of their own.
    pub fn with(mut self, change: impl FnOnce(E) -> E) -> Self {
        self.source = self.source.change(change);
        self
    }
}

impl<S: fmt::Debug> fmt::Debug for Job<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Job")
            .field("source", &self.source)
            .field("journal", &self.journal)
            .field("max_calls", &self.max_calls)
            .finish_non_exhaustive()
    }
}

/// Longer than a restart of something on the way takes, or a second of another program's calls.
const RETRY_FOR: Duration = Duration::from_secs(60);
