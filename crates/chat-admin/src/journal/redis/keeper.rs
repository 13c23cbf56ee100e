//! The task that appends to a journal in Redis and renews its lease.

use std::{
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval},
};

use super::{
    super::JournalError,
    problem::RedisProblem,
    server::{Durability, Server},
};

/// Hands lines to the task. The journal is closed when all of them are dropped.
pub(crate) struct RedisWriter {
    requests: mpsc::Sender<Request>,
    failure: Arc<OnceLock<JournalError>>,
    /// Why the server may lose what it has accepted.
    not_durable: Option<JournalError>,
    closed: JournalError,
}

enum Request {
    Append { bytes: Vec<u8>, done: oneshot::Sender<Result<(), JournalError>> },
    Close { done: oneshot::Sender<()> },
}

impl RedisWriter {
    /// Begins to append bytes.
    pub(crate) fn submit(&self, bytes: Vec<u8>) -> Result<(), JournalError> {
        let (done, _) = oneshot::channel();
        self.requests.try_send(Request::Append { bytes, done }).map_err(|_| self.closed())
    }

    /// Appends bytes and waits until the server has them. Bytes that are already on their way are appended
    /// even if the future is dropped.
    pub(crate) async fn write(&self, bytes: Vec<u8>) -> Result<(), JournalError> {
        let (done, outcome) = oneshot::channel();
        let request = Request::Append { bytes, done };
        self.requests.send(request).await.map_err(|_| self.closed())?;
        outcome.await.unwrap_or_else(|_| Err(self.closed()))
    }

    /// Returns an error if the server may lose what it has accepted.
    pub(crate) fn check_durability(&self) -> Result<(), JournalError> {
        self.not_durable.clone().map_or(Ok(()), Err)
    }

    /// Returns an error once nothing can be written.
    pub(crate) fn check(&self) -> Result<(), JournalError> {
        self.failure.get().cloned().map_or(Ok(()), Err)
    }

    /// Gives up the lease, after everything that was written before.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.requests.send(Request::Close { done }).await.is_ok() {
            let _ = closed.await;
        }
    }

    fn closed(&self) -> JournalError {
        self.failure.get().unwrap_or(&self.closed).clone()
    }
}

impl fmt::Debug for RedisWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisWriter").finish_non_exhaustive()
    }
}

/// The task.
pub(super) struct Keeper {
    server: Server,
    /// The length of the journal.
    length: u64,
    requests: mpsc::Receiver<Request>,
    /// Why nothing can be written any further.
    failure: Arc<OnceLock<JournalError>>,
}

impl Keeper {
    /// Starts the task for a journal whose lease was taken.
    pub(super) fn start(
        server: Server,
        length: u64,
        durability: Durability,
        lease: Duration,
    ) -> RedisWriter {
        let (sender, requests) = mpsc::channel(MAX_WAITING);
        let failure = Arc::new(OnceLock::new());
        let not_durable = match durability {
            Durability::Kept | Durability::Untold => None,
            Durability::MayBeLost(setting) => {
                Some(server.problem(RedisProblem::NotDurable { setting }))
            }
        };
        let closed = server.problem(RedisProblem::LeaseLost);
        let keeper = Self { server, length, requests, failure: Arc::clone(&failure) };
        tokio::spawn(keeper.run(lease));
        RedisWriter { requests: sender, failure, not_durable, closed }
    }

    async fn run(mut self, lease: Duration) {
        let mut renewal = interval(lease / 3);
        renewal.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                request = self.requests.recv() => {
                    let Some(request) = request else { break };
                    if let Some(done) = self.serve(request).await {
                        self.server.release().await;
                        let _ = done.send(());
                        return;
                    }
                }
                _ = renewal.tick() => {
                    let _ = self.append(&[]).await;
                }
            }
        }
        self.server.release().await;
    }

    /// Appends everything that waits, in one request. Returns whom to notify if the journal is closed.
    async fn serve(&mut self, first: Request) -> Option<oneshot::Sender<()>> {
        let mut batch = Vec::new();
        let mut waiting = Vec::new();
        let mut closing = None;
        let mut next = Some(first);
        while let Some(request) = next {
            match request {
                Request::Append { bytes, done } => {
                    batch.extend_from_slice(&bytes);
                    waiting.push(done);
                }
                Request::Close { done } => {
                    closing = Some(done);
                    break;
                }
            }
            next = if batch.len() < MAX_BATCH_BYTES { self.requests.try_recv().ok() } else { None };
        }
        let outcome = self.append(&batch).await;
        for done in waiting {
            let _ = done.send(outcome.clone());
        }
        closing
    }

    async fn append(&mut self, bytes: &[u8]) -> Result<(), JournalError> {
        if let Some(failure) = self.failure.get() {
            return Err(failure.clone());
        }
        let outcome = self.server.append(self.length, bytes).await;
        match &outcome {
            Ok(()) => self.length += bytes.len() as u64,
            // The bytes may or may not be there, so nothing can follow them.
            Err(error) => drop(self.failure.set(error.clone())),
        }
        outcome
    }
}

/// The number of lines that wait for the task.
const MAX_WAITING: usize = 1_024;

/// A batch is not extended beyond this length.
const MAX_BATCH_BYTES: usize = 1 << 20;
