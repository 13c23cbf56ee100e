use std::sync::Arc;

use tokio::sync::watch;

/// Ends a job early. Clones end the same one.
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
pub struct StopHandle(Arc<watch::Sender<Stage>>);

/// How much of a job is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    Running,
    Stopping,
    Canceled,
}

impl StopHandle {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Stage::Running)))
    }

    /// Sends nothing more. Calls under way come to their end.
    pub fn stop(&self) {
        self.advance(Stage::Stopping);
    }

    /// Sends nothing more and waits for no response: the items of the calls under way are unknown.
    pub fn cancel(&self) {
        self.advance(Stage::Canceled);
    }

    fn advance(&self, to: Stage) {
        self.0.send_if_modified(|stage| {
            let is_later = *stage < to;
            *stage = (*stage).max(to);
            is_later
        });
    }

    pub(crate) fn watch(&self) -> Watch {
        Watch(self.0.subscribe())
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Watch(watch::Receiver<Stage>);

impl Watch {
    pub(crate) fn stage(&self) -> Stage {
        *self.0.borrow()
    }

    /// Waits until at least this is wanted; for ever if that cannot be any more.
    pub(crate) async fn reaches(&mut self, wanted: Stage) {
        if self.0.wait_for(|stage| *stage >= wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
