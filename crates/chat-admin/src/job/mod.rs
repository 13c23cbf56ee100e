//! Many calls as one job.

mod blame;
mod error;
mod list;
mod plan;
mod preview;
mod progress;
mod running;
mod source;
mod stop;
mod width;
mod work;

use std::{fmt, sync::atomic::AtomicBool, time::Duration};

use chat_transport::Client;
use chat_types::Batched;

#[cfg(feature = "group")]
pub(crate) use self::list::{Entry, Retarget};
#[cfg(feature = "migration")]
pub(crate) use self::source::{Delivery, sealed::Sealed};
use self::{blame::Findings, width::Width, work::Tools};
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

/// A job over a list of any length: cut into calls of the documented cap, as many of them under way
/// as quota and latency ask for, every item accounted for.
///
/// Nothing is sent before it is [run](Self::run) or [started](Self::start), and nothing at all for an
/// empty list: some endpoints would take no items for all items. It runs on tasks of the present
/// Tokio runtime.
///
/// A failed call stops nothing: its items are reported as failed where they certainly were not done,
/// and as unknown where no response came; the other calls go on. Where the service refuses a call
/// because of a few of its items, the others are sent without them: the call is halved until those
/// stand alone, at most two further calls per item that is to blame and halving. What a code is about
/// is found out once per job, by up to three calls for single items; where each of these is refused
/// too, it is the call that is wrong, and it is left at that.
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
    most_calls: Option<usize>,
    in_order: bool,
    keeps_whole: bool,
    retry_for: Duration,
    stop: StopHandle,
}

/// A job over a batched endpoint.
pub type Batch<'a, E> = Job<List<'a, E>>;

impl<S: Source> Job<S> {
    pub(crate) fn new(client: Client, source: S) -> Self {
        let (journal, most_calls, in_order, keeps_whole) = (None, None, false, false);
        let stop = StopHandle::new();
        let retry_for = PATIENCE;
        Self { client, source, journal, most_calls, in_order, keeps_whole, retry_for, stop }
    }

    #[cfg(feature = "migration")]
    pub(crate) fn map_source(self, change: impl FnOnce(S) -> S) -> Self {
        Self { source: change(self.source), ..self }
    }

    /// How many calls may be under way at once; at least 1.
    ///
    /// While calls have to wait for their turn under the quota, there are no more than quota and
    /// latency ask for: the documented 200 calls a second need 10 under way at 50 milliseconds and 60
    /// at 300, and a few more are kept ready. While none has to wait, as at the beginning, there are as many as this says,
    /// and unless it is said, as many as 300 milliseconds ask for. The quota is kept whatever this
    /// says, and calls that have to run one after the other
    /// ([`BatchSpec::sequential`](chat_types::spec::BatchSpec::sequential)) always do.
    pub fn concurrency(mut self, most: usize) -> Self {
        self.most_calls = Some(most.max(1));
        self
    }

    /// Tells of the chunks in the order of the input instead of as they finish. Chunks that finish
    /// early are kept until then.
    pub fn ordered(mut self) -> Self {
        self.in_order = true;
        self
    }

    /// Whether a call that the service refuses is sent again in parts, to find the items it refuses; `true` by default.
    pub fn split_on_error(mut self, split: bool) -> Self {
        self.keeps_whole = !split;
        self
    }

    /// For how long a call is tried again when the service takes it only later; a minute unless set.
    ///
    /// That is so where too many calls came, as from other programs of the same app, and where the
    /// service cannot be reached any more after it has answered the job before. Beyond this the
    /// items are reported as failed.
    pub fn retry_for(mut self, retry_for: Duration) -> Self {
        self.retry_for = retry_for;
        self
    }

    /// Writes down what was sent and what came back, and goes on where an earlier run ended.
    pub fn journal(mut self, journal: Journal) -> Self {
        self.journal = Some(journal);
        self
    }

    /// Ends the job early, also while it runs.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// What it will do. Nothing is sent and nothing is read for it.
    pub fn plan(&self) -> Plan {
        let calls = self.source.planned();
        let min_duration = |planned: &PlannedCalls| {
            planned.calls.map(|calls| self.client.min_duration(planned.endpoint, calls))
        };
        Plan { min_duration: calls.iter().map(min_duration).sum(), calls }
    }

    /// Begins, for those who want to watch, to stop, or to see what the service answers.
    pub fn start<'s>(self) -> Running<'s, S::Chunk>
    where
        S: 's,
    {
        let Self { client, source, journal, in_order, stop, .. } = self;
        let header = Header {
            version: VERSION,
            sdk_app_id: client.sdk_app_id(),
            job: source.identity(),
            batch_size: source.batch_size(),
            note: serde_json::Value::Null,
        };
        let (journal, history, error) = match journal.map(|journal| journal.start(header)) {
            None => (None, History::default(), None),
            Some(Ok((journal, history))) => (Some(journal), history, None),
            Some(Err(error)) => (None, History::default(), Some(error)),
        };
        let total = source.length();
        let tools = Tools {
            client,
            journal,
            findings: Findings::default(),
            watch: stop.watch(),
            keeps_whole: self.keeps_whole,
            retry_for: self.retry_for,
            has_answered: AtomicBool::new(false),
        };
        let width = Width::new(self.most_calls);
        let chunks = source.into_chunks();
        let running = Running::new(tools, chunks, history, width, in_order, total, stop);
        match error {
            None => running,
            Some(error) => running.broken(error.into()),
        }
    }

    /// Makes all calls and reports what became of the items.
    pub async fn run(self) -> Report {
        self.start().report().await
    }
}

impl<E: Batched> Batch<'_, E> {
    /// How many items a call carries: the documented cap by default, and never more.
    pub fn batch_size(mut self, items: usize) -> Self {
        self.source.set_items_per_call(items);
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
            .field("most_calls", &self.most_calls)
            .finish_non_exhaustive()
    }
}

/// Longer than a restart of something on the way takes, or a second of another program's calls.
const PATIENCE: Duration = Duration::from_secs(60);
