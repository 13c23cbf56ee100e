//! Handlers in tasks of their own, so that one that blocks its thread does not delay the response.

use std::{
    fmt,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use bytes::Bytes;
use futures_util::FutureExt as _;
use tracing::{Instrument as _, Span, warn};

use crate::{handlers::Handled, refusal::Refusal, stats::Counters};

/// Spawns handlers on an executor of the program.
pub(crate) struct Tasks {
    spawn: Box<dyn Fn(Task) + Send + Sync>,
    max: usize,
    running: Arc<AtomicUsize>,
}

/// A handler to be spawned: pass it to the executor of your program.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Tasks {
    pub(crate) fn new(max: usize, spawn: impl Fn(Task) + Send + Sync + 'static) -> Self {
        Self { spawn: Box::new(spawn), max, running: Arc::default() }
    }

    /// Runs a handler in a task, and returns its output. Dropping the future leaves the task running.
    pub(crate) async fn run(
        &self,
        handled: Handled,
        counters: &Arc<Counters>,
    ) -> Result<Bytes, Refusal> {
        let running = self.enter().ok_or(Refusal::Overloaded)?;
        let (sender, receiver) = async_channel::bounded(1);
        let counters = Arc::clone(counters);
        let work = async move {
            let outcome = AssertUnwindSafe(handled).catch_unwind().await;
            drop(running);
            if let Err(unsent) = sender.try_send(outcome.unwrap_or(Err(Refusal::Panicked))) {
                counters.late_responses.increment();
                let outcome = unsent.into_inner();
                let failure = outcome.err().map(tracing::field::display);
                warn!(failure, "a handler returned after the deadline; its response was not sent");
            }
        };
        (self.spawn)(Box::pin(work.instrument(Span::current())));
        receiver.recv().await.unwrap_or(Err(Refusal::Dropped))
    }

    fn enter(&self) -> Option<Running> {
        let add = |running| (running < self.max).then_some(running + 1);
        self.running.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).ok()?;
        Some(Running(Arc::clone(&self.running)))
    }
}

/// Counts a task for as long as it exists.
struct Running(Arc<AtomicUsize>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tasks").field("max", &self.max).finish_non_exhaustive()
    }
}
