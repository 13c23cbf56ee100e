//! Whether the service is available to a job.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// Whether the service has responded to a job, and for how long no call has gone through.
///
/// All calls of a job share it, so that the job waits for the end of an outage once, and not once for
/// each of its calls.
#[derive(Debug, Default)]
pub(crate) struct Availability(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    has_responded: bool,
    failing_since: Option<Instant>,
}

impl Availability {
    /// Records that the service has processed or finally refused a call.
    pub(crate) fn record_success(&self) {
        *self.lock() = State { has_responded: true, failing_since: None };
    }

    /// Records a temporary failure, and whether the service itself has responded.
    pub(crate) fn record_failure(&self, has_responded: bool) {
        let mut state = self.lock();
        state.has_responded |= has_responded;
        state.failing_since.get_or_insert_with(Instant::now);
    }

    /// Returns whether the service has responded to any call.
    pub(crate) fn has_responded(&self) -> bool {
        self.lock().has_responded
    }

    /// Returns the time since the first failure after the last call that went through.
    pub(crate) fn failing_for(&self) -> Duration {
        self.lock().failing_since.map_or(Duration::ZERO, |since| since.elapsed())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
