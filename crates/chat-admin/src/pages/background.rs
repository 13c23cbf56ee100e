//! Work that continues while its result is not awaited.

use std::panic;

use tokio::task::JoinSet;
use tracing::Instrument;

/// A task in the background, which is aborted when this is dropped.
pub(super) struct Background<Output>(JoinSet<Output>);

impl<Output: Send + 'static> Background<Output> {
    /// Starts the work on the current Tokio runtime.
    ///
    /// # Panics
    /// When called outside a Tokio runtime.
    pub(super) fn spawn(work: impl Future<Output = Output> + Send + 'static) -> Self {
        let mut task = JoinSet::new();
        task.spawn(work.in_current_span());
        Self(task)
    }

    /// Waits for the result; `None` if the runtime was shut down before there was one.
    ///
    /// # Panics
    /// When the work panicked.
    pub(super) async fn join(mut self) -> Option<Output> {
        match self.0.join_next().await? {
            Ok(output) => Some(output),
            Err(error) => match error.try_into_panic() {
                Ok(payload) => panic::resume_unwind(payload),
                Err(_) => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{future::pending, time::Duration};

    use tokio::runtime::{Builder, Runtime};

    use super::Background;

    #[test]
    #[should_panic(expected = "Tokio")]
    fn spawn_panics_outside_a_runtime() {
        let _ = Background::spawn(async { 7 });
    }

    #[test]
    fn join_returns_none_after_the_runtime_is_shut_down() {
        let first = runtime();
        let task = {
            let _inside = first.enter();
            Background::spawn(pending::<()>())
        };
        first.block_on(tokio::task::yield_now());
        first.shutdown_timeout(Duration::from_secs(5));
        assert_eq!(runtime().block_on(task.join()), None);
    }

    #[test]
    #[should_panic(expected = "in the background")]
    fn join_forwards_a_panic() {
        runtime().block_on(async {
            Background::spawn(async { assert_eq!("in the background", "") }).join().await;
        });
    }

    fn runtime() -> Runtime {
        Builder::new_current_thread().build().unwrap()
    }
}
