//! Ends a job early.

use std::sync::Arc;

use tokio::sync::watch;

/// Stops a job early. Clones stop the same job.
///
/// ```no_run
/// # async fn example(group: chat_admin::Group, accounts: Vec<String>) {
/// let job = group.mute(accounts);
/// let stop = job.stop_handle();
/// tokio::spawn(async move {
///     if tokio::signal::ctrl_c().await.is_ok() {
///         stop.stop();
///     }
/// });
/// let report = job.run().await;
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct StopHandle(Arc<watch::Sender<RunState>>);

/// Whether a job should run. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RunState {
    Running,
    Stopping,
    Canceled,
}

impl StopHandle {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(RunState::Running)))
    }

    /// Stops sending. Calls in flight run to their end.
    pub fn stop(&self) {
        self.advance(RunState::Stopping);
    }

    /// Stops sending, and waits for no response: the items of the calls in flight are unknown.
    pub fn cancel(&self) {
        self.advance(RunState::Canceled);
    }

    fn advance(&self, to: RunState) {
        self.0.send_if_modified(|state| {
            let is_later = *state < to;
            *state = (*state).max(to);
            is_later
        });
    }

    pub(crate) fn signal(&self) -> StopSignal {
        StopSignal(self.0.subscribe())
    }
}

/// The receiving side of a [`StopHandle`].
#[derive(Clone, Debug)]
pub(crate) struct StopSignal(watch::Receiver<RunState>);

impl StopSignal {
    pub(crate) fn state(&self) -> RunState {
        *self.0.borrow()
    }

    /// Waits for this state or a later one, or forever if no handle is left.
    pub(crate) async fn reached(&mut self, wanted: RunState) {
        if self.0.wait_for(|state| *state >= wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
