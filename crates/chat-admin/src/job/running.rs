//! A job in progress: reads chunks, starts a task for each and yields their reports.

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
    pin::pin,
    sync::Arc,
};

use futures_util::{StreamExt, stream::BoxStream};
use tokio::{
    task::{JoinError, JoinSet},
    time::Instant,
};
use tracing::Instrument as _;

use super::{
    chunk_task::{ChunkTask, Finished, JobContext},
    concurrency::Concurrency,
    source::Chunk,
    stop::RunState,
};
use crate::{
    ChunkReport, End, InputError, JobError, Progress, Report, StopHandle,
    journal::{Digest, Extent, History, Kind, Line},
};

/// A job in progress, which yields the outcomes chunk by chunk.
///
/// Calls in flight run to their end even if the next chunk is not awaited. Further calls are made only
/// while it is. Dropping a `Running` cancels the calls in flight.
///
/// ```no_run
/// # async fn example(group: chat_admin::Group, accounts: Vec<String>) {
/// let mut running = group.mute(accounts).start();
/// while let Some(chunk) = running.next().await {
///     let progress = running.progress();
///     println!("{} of {:?}", progress.summary.items(), progress.total);
///     for item in chunk.items.iter().filter(|item| item.outcome.failure().is_some()) {
///         println!("{}: {:?}", item.key, item.outcome);
///     }
/// }
/// println!("{:?}", running.end());
/// # }
/// ```
pub struct Running<'a, C: Chunk> {
    context: Arc<JobContext>,
    chunks: Option<BoxStream<'a, Result<C, InputError>>>,
    /// Were read, and are not sent before the input is known to be that of the earlier runs.
    held: VecDeque<ChunkTask<C>>,
    /// The number of chunks to read before anything is sent, which are those that the journal knows.
    chunks_to_verify: u64,
    /// Was read, and waits for all tasks before it.
    waiting: Option<ChunkTask<C>>,
    tasks: JoinSet<Finished<C>>,
    concurrency: Concurrency,
    order: Order,
    ready: BTreeMap<u64, ChunkReport<C::Response>>,
    /// The chunk to yield next, in the order of the input.
    next: u64,
    position: Position,
    history: History,
    /// Whether the input has a mistake that the journal does not know of yet.
    has_mistake_to_note: bool,
    /// Whether every item so far has an outcome.
    is_complete: bool,
    progress: Progress,
    start: Option<Instant>,
    stop: StopHandle,
    end: Option<End>,
}

/// The order in which chunks are yielded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Completion,
    Input,
}

/// How much of the input was read.
#[derive(Clone, Copy, Debug, Default)]
struct Position {
    chunks: u64,
    items: u64,
    digest: Digest,
}

impl<'a, C: Chunk> Running<'a, C> {
    pub(crate) fn new(
        context: JobContext,
        chunks: BoxStream<'a, Result<C, InputError>>,
        history: History,
        concurrency: Concurrency,
        order: Order,
        total: Option<u64>,
        stop: StopHandle,
    ) -> Self {
        Self {
            context: Arc::new(context),
            chunks: Some(chunks),
            held: VecDeque::new(),
            chunks_to_verify: history.known_chunks(),
            waiting: None,
            tasks: JoinSet::new(),
            concurrency,
            order,
            ready: BTreeMap::new(),
            next: 0,
            position: Position::default(),
            history,
            has_mistake_to_note: false,
            is_complete: true,
            progress: Progress::new(total),
            start: None,
            stop,
            end: None,
        }
    }

    /// Returns a job that cannot start.
    pub(crate) fn broken(mut self, error: JobError) -> Self {
        self.chunks = None;
        self.end = Some(End::Broken(error));
        self
    }

    /// Returns the outcomes of the next chunk, or `None` once the job has ended.
    ///
    /// This is cancel safe: nothing is lost if it is dropped before it completes, such as within
    /// `tokio::select!`.
    pub async fn next(&mut self) -> Option<ChunkReport<C::Response>> {
        self.begin().await;
        let mut signal = self.context.stop.clone();
        let mut stopped = pin!(signal.reached(RunState::Stopping));
        loop {
            if self.has_mistake_to_note {
                self.note_mistake().await;
            }
            if let Some(report) = self.take_ready() {
                self.progress.summary.add(report.summary());
                return Some(report);
            }
            if self.waiting.is_some() && self.tasks.is_empty() {
                self.start_waiting();
            }
            if self.is_verified()
                && self.wants_more()
                && let Some(task) = self.held.pop_front()
            {
                self.admit(task);
                continue;
            }
            let wants_more = self.wants_more();
            tokio::select! {
                // What is sent next must not depend on chance.
                biased;
                Some(finished) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                    match finished {
                        Ok(finished) => self.finish_chunk(finished),
                        Err(error) => self.lose_task(error),
                    }
                }
                chunk = read(&mut self.chunks), if wants_more => self.take_chunk(chunk),
                () = &mut stopped, if wants_more => {}
                else => break,
            }
        }
        self.finish().await;
        None
    }

    /// Waits until the journal has begun, before anything is sent.
    async fn begin(&mut self) {
        if self.start.is_some() {
            return;
        }
        if self.end.is_none()
            && let Some(journal) = &self.context.journal
            && let Err(error) = journal.begun().await
        {
            self.chunks = None;
            self.break_off(error.into());
        }
        self.start = Some(Instant::now());
    }

    /// Returns the progress. It counts the chunks that [`next`](Self::next) has returned.
    pub fn progress(&self) -> Progress {
        self.progress.at(self.start)
    }

    /// Returns a handle that stops the job early.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// Returns how the job ended, or `None` before [`next`](Self::next) has returned the last chunk.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref().filter(|_| self.tasks.is_empty() && self.ready.is_empty())
    }

    /// Waits for the end and keeps only the items that failed or are unknown.
    pub async fn report(mut self) -> Report {
        let mut failures = Vec::new();
        while let Some(chunk) = self.next().await {
            let items = chunk.items.into_iter();
            failures.extend(items.filter(|item| item.outcome.failure().is_some()));
        }
        let end = self.end.unwrap_or(End::Stopped);
        Report::new(self.progress.summary, failures, end)
    }

    fn take_ready(&mut self) -> Option<ChunkReport<C::Response>> {
        // At the end a missing chunk will not come any more.
        let is_over = self.tasks.is_empty() && self.waiting.is_none() && self.held.is_empty();
        let first = self.ready.first_entry()?;
        if self.order == Order::Input && *first.key() != self.next && !is_over {
            return None;
        }
        let report = first.remove();
        self.next = report.number + 1;
        Some(report)
    }

    fn wants_more(&self) -> bool {
        self.end.is_none()
            && (self.chunks.is_some() || !self.held.is_empty())
            && self.waiting.is_none()
            && self.context.stop.state() == RunState::Running
            && self.tasks.len() < self.concurrency.calls().min(self.context.sockets.limit())
            && (self.ready.len() < MAX_READY || !self.is_verified())
    }

    /// Returns whether the input is that of the earlier runs, as far as the journal knows it.
    fn is_verified(&self) -> bool {
        self.chunks.is_none() || self.position.chunks >= self.chunks_to_verify
    }

    /// Compares the next chunk with earlier runs and sends what they left.
    fn take_chunk(&mut self, chunk: Option<Result<C, InputError>>) {
        let chunk = match chunk {
            None => {
                self.chunks = None;
                return self.check_extent();
            }
            Some(Err(error)) => return self.end_at_invalid_input(error),
            Some(Ok(chunk)) => chunk,
        };
        let before = self.position;
        match self.position.after(&chunk, self.context.journal.is_some()) {
            Ok(position) => self.position = position,
            Err(error) => return self.break_off(InputError::new("input", error).into()),
        }
        let earlier = self.history.chunks.remove(&before.chunks);
        let is_beyond_end =
            self.history.extent.is_some_and(|extent| before.chunks >= extent.chunks);
        let is_changed = earlier.as_ref().is_some_and(|earlier| {
            (earlier.digest, earlier.length) != (self.position.digest, chunk.length())
        });
        if is_beyond_end || is_changed {
            let kind = Kind::InputChanged { chunk: before.chunks, first_item: before.items };
            return self.break_off_mismatch(kind);
        }
        let context = Arc::clone(&self.context);
        let digest = self.position.digest;
        let mut task = ChunkTask::new(chunk, before.chunks, before.items, digest, context);
        if let Some(earlier) = earlier {
            task.recall(&earlier);
        }
        if task.is_settled() || self.held.is_empty() && self.is_verified() {
            self.admit(task);
        } else {
            self.held.push_back(task);
        }
    }

    /// Starts a task, or makes it wait for those before it.
    fn admit(&mut self, task: ChunkTask<C>) {
        self.concurrency.set_endpoint(task.endpoint(), &self.context.client);
        if task.waits_for_earlier() && !self.tasks.is_empty() {
            self.waiting = Some(task);
        } else {
            self.spawn(task);
        }
    }

    fn start_waiting(&mut self) {
        let Some(task) = self.waiting.take() else { return };
        if self.end.is_none() && self.context.stop.state() == RunState::Running {
            self.spawn(task);
        } else {
            self.is_complete = false;
        }
    }

    fn spawn(&mut self, task: ChunkTask<C>) {
        if task.is_done() {
            self.finish_chunk(task.finish(None));
        } else {
            self.tasks.spawn(task.run().in_current_span());
        }
    }

    fn finish_chunk(&mut self, finished: Finished<C>) {
        let Finished { report, recalled, is_complete, timings, error, blocking_failure } = finished;
        for timing in timings {
            self.concurrency.record(timing);
        }
        self.progress.earlier += recalled;
        self.is_complete &= is_complete;
        if !report.items.is_empty() || report.calls > 0 {
            self.ready.insert(report.number, report);
        } else if report.number == self.next {
            self.next += 1;
        }
        if let Some(error) = error {
            self.break_off(error.into());
        }
        if let Some((item, failure)) = blocking_failure {
            self.break_off(JobError::Blocked { item, failure });
        }
    }

    /// Handles a task without a result: passes on its panic, or ends the job with its runtime.
    fn lose_task(&mut self, error: JoinError) {
        self.is_complete = false;
        if let Ok(panic) = error.try_into_panic() {
            std::panic::resume_unwind(panic);
        }
    }

    /// Ends the job, so that nothing more is sent. The first error is the one that is reported.
    fn break_off(&mut self, error: JobError) {
        self.end.get_or_insert(End::Broken(error));
    }

    /// Ends the job at a mistake in the input, which may be corrected before the job resumes.
    fn end_at_invalid_input(&mut self, error: InputError) {
        self.has_mistake_to_note = self.is_verified();
        self.break_off(error.into());
    }

    async fn note_mistake(&mut self) {
        if let Some(journal) = &self.context.journal
            && let Err(error) = journal.write(&Line::InvalidInput {}).await
        {
            tracing::warn!(%error, "a corrected input will not be accepted");
        }
        self.has_mistake_to_note = false;
    }

    fn break_off_mismatch(&mut self, kind: Kind) {
        if let Some(journal) = &self.context.journal {
            let error = journal.mismatch(kind);
            self.break_off(error.into());
        }
    }

    /// Checks at the end of the input that earlier runs had no more of it.
    fn check_extent(&mut self) {
        let is_shorter = !self.history.chunks.is_empty()
            || self.history.extent.is_some_and(|extent| extent.chunks > self.position.chunks);
        if is_shorter {
            self.break_off_mismatch(Kind::InputShorter { items: self.position.items });
        }
    }

    /// Ends the job. Whatever happens to this future, it can be run again.
    async fn finish(&mut self) {
        if self.end.is_none() {
            self.end = Some(self.conclude().await);
        }
        if let Some(journal) = &self.context.journal {
            journal.close().await;
        }
    }

    /// Returns how a job ends of which nothing is left to be sent now.
    async fn conclude(&mut self) -> End {
        if self.chunks.is_some() || !self.held.is_empty() || !self.is_complete {
            return End::Stopped;
        }
        let result = match &self.context.journal {
            Some(journal) if self.history.extent.is_none() => {
                let Position { chunks, items, .. } = self.position;
                journal.write(&Line::Input(Extent { chunks, items })).await
            }
            _ => Ok(()),
        };
        match result {
            Ok(()) => End::Complete,
            Err(error) => End::Broken(error.into()),
        }
    }
}

impl Position {
    /// Returns the position after a chunk. Only a journal needs the digest.
    fn after<C: Chunk>(self, chunk: &C, with_digest: bool) -> std::io::Result<Self> {
        let mut digest = self.digest;
        if with_digest {
            let mut items = Vec::new();
            chunk.write_items(&mut items)?;
            digest = digest.after(&items)?;
        }
        let (chunks, items) = (self.chunks + 1, self.items + chunk.length() as u64);
        Ok(Self { chunks, items, digest })
    }
}

impl<C: Chunk> fmt::Debug for Running<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("progress", &self.progress())
            .field("calls_in_flight", &self.tasks.len())
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

async fn read<C>(
    chunks: &mut Option<BoxStream<'_, Result<C, InputError>>>,
) -> Option<Result<C, InputError>> {
    chunks.as_mut()?.next().await
}

/// The number of finished chunks that may wait for an earlier one, in the order of the input.
const MAX_READY: usize = 256;
