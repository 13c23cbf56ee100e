//! Webhooks that were acknowledged and wait to be handled.

use std::{fmt, num::NonZeroUsize, panic::AssertUnwindSafe, sync::Arc};

use async_channel::{Receiver, Sender};
use futures_util::{FutureExt as _, StreamExt as _};
use tracing::{Instrument as _, Span, warn};

use crate::{handlers::Handled, refusal::Refusal, stats::Counters};

/// Handles the webhooks that a receiver acknowledged, in the background.
///
/// [`WebhookReceiverBuilder::build_queued`](crate::WebhookReceiverBuilder::build_queued) returns it with
/// the receiver. Spawn the future of [`run`](Self::run) on the runtime of your program. It ends when all
/// clones of the receiver have been dropped and the queue is empty, so a graceful shutdown is: stop the
/// server, drop the receiver, await the worker.
///
/// Clones take webhooks from the same queue, for programs that handle them on several threads. Webhooks
/// that are handled concurrently may finish in any order.
#[derive(Clone)]
#[must_use = "webhooks stay in the queue until the worker runs"]
pub struct Worker {
    jobs: Receiver<Job>,
    concurrency: NonZeroUsize,
    counters: Arc<Counters>,
}

/// The queue in front of a [`Worker`].
#[derive(Clone, Debug)]
pub(crate) struct Queue(Sender<Job>);

/// A webhook to be handled.
pub(crate) struct Job {
    pub(crate) handled: Handled,
    pub(crate) span: Span,
}

impl Queue {
    pub(crate) fn new(capacity: NonZeroUsize, counters: Arc<Counters>) -> (Self, Worker) {
        let (sender, jobs) = async_channel::bounded(capacity.get());
        (Self(sender), Worker { jobs, concurrency: DEFAULT_CONCURRENCY, counters })
    }

    /// Waits for room. Dropping the future leaves the queue as it was.
    pub(crate) async fn push(&self, job: Job) -> Result<(), Refusal> {
        self.0.send(job).await.map_err(|_| Refusal::NoWorker)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl Worker {
    /// Sets how many webhooks a clone of this worker handles concurrently. The default is 16; with 1
    /// and no clones, webhooks are handled in the order in which they were acknowledged.
    pub fn concurrency(mut self, webhooks: NonZeroUsize) -> Self {
        self.concurrency = webhooks;
        self
    }

    /// Handles webhooks until all receivers have been dropped and the queue is empty.
    ///
    /// Dropping the future loses the webhooks that are being handled; those in the queue remain there
    /// while another clone of this worker exists.
    pub async fn run(self) {
        let Self { jobs, concurrency, counters } = self;
        jobs.for_each_concurrent(concurrency.get(), |job| job.run(&counters)).await;
    }
}

impl Job {
    async fn run(self, counters: &Counters) {
        let Self { handled, span } = self;
        let handle = async {
            let outcome = AssertUnwindSafe(handled).catch_unwind().await;
            match outcome.unwrap_or(Err(Refusal::Panicked)) {
                Ok(_) => counters.handled.increment(),
                Err(failure) => {
                    counters.failed.increment();
                    warn!(%failure, "failed to handle an acknowledged webhook");
                }
            }
        };
        handle.instrument(span).await;
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("concurrency", &self.concurrency)
            .field("queue_length", &self.jobs.len())
            .finish_non_exhaustive()
    }
}

const DEFAULT_CONCURRENCY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(15);
