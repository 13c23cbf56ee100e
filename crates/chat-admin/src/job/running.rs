use std::{collections::BTreeMap, fmt, io::BufWriter, pin::pin, sync::Arc};

use futures_util::{StreamExt, stream::BoxStream};
use tokio::{
    task::{JoinError, JoinSet},
    time::Instant,
};
use tracing::Instrument as _;

use super::{
    source::Chunk,
    stop::Stage,
    width::Width,
    work::{Finished, Tools, Work},
};
use crate::{
    ChunkReport, End, InputError, JobError, Progress, Report, StopHandle,
    journal::{Digest, Extent, History, Kind, Line},
};

/// A job that is under way: chunk by chunk what became of the items.
///
/// Calls that were made come to their end whether or not anybody asks for the next chunk; further
/// ones are made only while somebody does. Dropping it gives the calls under way up.
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
    tools: Arc<Tools>,
    chunks: Option<BoxStream<'a, Result<C, InputError>>>,
    /// Read, and waiting for everything before it.
    held: Option<Work<C>>,
    tasks: JoinSet<Finished<C>>,
    width: Width,
    in_order: bool,
    ready: BTreeMap<u64, ChunkReport<C::Response>>,
    /// The chunk that is to be told next, where they are told in order.
    next: u64,
    read: Position,
    history: History,
    is_whole: bool,
    progress: Progress,
    start: Option<Instant>,
    stop: StopHandle,
    end: Option<End>,
}

/// How far the input was read.
#[derive(Clone, Copy, Debug, Default)]
struct Position {
    chunks: u64,
    items: u64,
    digest: Digest,
}

impl<'a, C: Chunk> Running<'a, C> {
    pub(crate) fn new(
        tools: Tools,
        chunks: BoxStream<'a, Result<C, InputError>>,
        history: History,
        width: Width,
        in_order: bool,
        total: Option<u64>,
        stop: StopHandle,
    ) -> Self {
        Self {
            tools: Arc::new(tools),
            chunks: Some(chunks),
            held: None,
            tasks: JoinSet::new(),
            width,
            in_order,
            ready: BTreeMap::new(),
            next: 0,
            read: Position::default(),
            history,
            is_whole: true,
            progress: Progress::new(total),
            start: None,
            stop,
            end: None,
        }
    }

    /// One that cannot begin.
    pub(crate) fn broken(mut self, error: JobError) -> Self {
        self.chunks = None;
        self.end = Some(End::Broken(error));
        self
    }

    /// What became of the next chunk; `None` once the job has ended.
    ///
    /// Nothing is lost when this is not awaited to its end, such as within `tokio::select!`.
    pub async fn next(&mut self) -> Option<ChunkReport<C::Response>> {
        self.start.get_or_insert_with(Instant::now);
        let mut watch = self.tools.watch.clone();
        let mut stopped = pin!(watch.reaches(Stage::Stopping));
        loop {
            if let Some(report) = self.take_ready() {
                self.progress.summary.add(report.summary());
                return Some(report);
            }
            if self.held.is_some() && self.tasks.is_empty() {
                self.begin_held();
            }
            let wants_more = self.wants_more();
            tokio::select! {
                Some(finished) = self.tasks.join_next(), if !self.tasks.is_empty() => {
                    match finished {
                        Ok(finished) => self.take(finished),
                        Err(failed) => self.lose(failed),
                    }
                }
                chunk = read(&mut self.chunks), if wants_more => self.begin(chunk),
                () = &mut stopped, if wants_more => {}
                else => break,
            }
        }
        self.finish();
        None
    }

    /// How far it has come. Counts what [`next`](Self::next) has given.
    pub fn progress(&self) -> Progress {
        self.progress.at(self.start)
    }

    /// Ends it early.
    pub fn stop_handle(&self) -> StopHandle {
        self.stop.clone()
    }

    /// How it ended; `None` before [`next`](Self::next) has given the last chunk.
    pub fn end(&self) -> Option<&End> {
        self.end.as_ref().filter(|_| self.tasks.is_empty() && self.ready.is_empty())
    }

    /// Waits for the end, and keeps only what is not known to be done.
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
        // At the end a chunk that is missing does not come any more.
        let is_over = self.tasks.is_empty() && self.held.is_none();
        let first = self.ready.first_entry()?;
        if self.in_order && *first.key() != self.next && !is_over {
            return None;
        }
        let report = first.remove();
        self.next = report.number + 1;
        Some(report)
    }

    fn wants_more(&self) -> bool {
        self.end.is_none()
            && self.chunks.is_some()
            && self.held.is_none()
            && self.tools.watch.stage() == Stage::Running
            && self.tasks.len() < self.width.calls()
            && self.ready.len() < MOST_READY
    }

    /// Checks the next chunk against earlier runs and sends what they left.
    fn begin(&mut self, chunk: Option<Result<C, InputError>>) {
        let chunk = match chunk {
            None => {
                self.chunks = None;
                return self.check_extent();
            }
            Some(Err(error)) => return self.break_off(error.into()),
            Some(Ok(chunk)) => chunk,
        };
        let before = self.read;
        match self.read.after(&chunk, self.tools.journal.is_some()) {
            Ok(read) => self.read = read,
            Err(error) => return self.break_off(InputError::new("input", error).into()),
        }
        let earlier = self.history.chunks.remove(&before.chunks);
        let is_new = self.history.extent.is_some_and(|extent| before.chunks >= extent.chunks);
        let is_other = earlier.as_ref().is_some_and(|earlier| {
            (earlier.digest, earlier.of) != (self.read.digest, chunk.length())
        });
        if is_new || is_other {
            let kind = Kind::OtherInput { chunk: before.chunks, first: before.items };
            return self.break_off_journal(kind);
        }
        self.width.aim_at(chunk.endpoint(), &self.tools.client);
        let waits = chunk.waits_for_all_before();
        let tools = Arc::clone(&self.tools);
        let mut work = Work::new(chunk, before.chunks, before.items, self.read.digest, tools);
        if let Some(earlier) = earlier {
            work.recall(&earlier);
        }
        if waits && !self.tasks.is_empty() {
            self.held = Some(work);
        } else {
            self.spawn(work);
        }
    }

    fn begin_held(&mut self) {
        let Some(work) = self.held.take() else { return };
        if self.end.is_none() && self.tools.watch.stage() == Stage::Running {
            self.spawn(work);
        } else {
            self.is_whole = false;
        }
    }

    fn spawn(&mut self, work: Work<C>) {
        if work.is_done() {
            self.take(work.finish(None));
        } else {
            self.tasks.spawn(work.run().in_current_span());
        }
    }

    fn take(&mut self, finished: Finished<C>) {
        let Finished { report, recalled, is_whole, timings, error, held_up } = finished;
        for timing in timings {
            self.width.answered(timing);
        }
        self.progress.earlier += recalled;
        self.is_whole &= is_whole;
        if !report.items.is_empty() || report.calls > 0 {
            self.ready.insert(report.number, report);
        } else if report.number == self.next {
            self.next += 1;
        }
        if let Some(error) = error {
            self.break_off(error.into());
        }
        if let Some((item, failure)) = held_up {
            self.break_off(JobError::HeldUp { item, failure });
        }
    }

    /// A task ended on its own: a panic goes on here, and a runtime that ends takes the job with it.
    fn lose(&mut self, failed: JoinError) {
        self.is_whole = false;
        if let Ok(panic) = failed.try_into_panic() {
            std::panic::resume_unwind(panic);
        }
    }

    /// Sends nothing more. What was first to go wrong is what is told.
    fn break_off(&mut self, error: JobError) {
        self.end.get_or_insert(End::Broken(error));
    }

    fn break_off_journal(&mut self, kind: Kind) {
        if let Some(journal) = &self.tools.journal {
            let error = journal.problem(kind);
            self.break_off(error.into());
        }
    }

    /// The input has ended; an earlier run may have had more of it.
    fn check_extent(&mut self) {
        let is_shorter = !self.history.chunks.is_empty()
            || self.history.extent.is_some_and(|extent| extent.chunks > self.read.chunks);
        if is_shorter {
            self.break_off_journal(Kind::ShorterInput { items: self.read.items });
        }
    }

    fn finish(&mut self) {
        if self.end.is_some() {
            return;
        }
        if self.chunks.is_some() || !self.is_whole {
            self.end = Some(End::Stopped);
            return;
        }
        let outcome = match &self.tools.journal {
            Some(journal) if self.history.extent.is_none() => {
                let Position { chunks, items, .. } = self.read;
                journal.write(&Line::Input(Extent { chunks, items }))
            }
            _ => Ok(()),
        };
        self.end = Some(match outcome {
            Ok(()) => End::Complete,
            Err(error) => End::Broken(error.into()),
        });
    }
}

impl Position {
    /// Only a journal asks for the digest.
    fn after<C: Chunk>(self, chunk: &C, with_digest: bool) -> std::io::Result<Self> {
        let mut digest = self.digest;
        if with_digest {
            // Serialized piece by piece, and digested much faster in large ones.
            let mut pieces = BufWriter::new(digest.go_on());
            chunk.write_items(&mut pieces)?;
            digest = pieces.into_inner()?.finish();
        }
        let (chunks, items) = (self.chunks + 1, self.items + chunk.length() as u64);
        Ok(Self { chunks, items, digest })
    }
}

impl<C: Chunk> fmt::Debug for Running<'_, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running")
            .field("progress", &self.progress())
            .field("under_way", &self.tasks.len())
            .field("end", &self.end)
            .finish_non_exhaustive()
    }
}

async fn read<C>(
    chunks: &mut Option<BoxStream<'_, Result<C, InputError>>>,
) -> Option<Result<C, InputError>> {
    chunks.as_mut()?.next().await
}

/// Chunks that are done and wait for one before them, where they are told in order.
const MOST_READY: usize = 256;
