//! The number of connections that the operating system allows.

use std::{
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};

use tokio::time::sleep;

/// Counts the calls in flight, and limits them once no connection could be opened for another one.
#[derive(Debug)]
pub(crate) struct Sockets {
    in_flight: AtomicUsize,
    limit: AtomicUsize,
}

/// A call in flight.
#[derive(Debug)]
pub(crate) struct InFlight<'a>(&'a Sockets);

impl Sockets {
    pub(crate) fn new() -> Self {
        Self { in_flight: AtomicUsize::new(0), limit: AtomicUsize::new(usize::MAX) }
    }

    /// Waits until another call fits, and counts it until the result is dropped.
    pub(crate) async fn begin_call(&self) -> InFlight<'_> {
        while self.in_flight.load(Relaxed) >= self.limit() {
            sleep(POLL_INTERVAL).await;
        }
        self.in_flight.fetch_add(1, Relaxed);
        InFlight(self)
    }

    /// Halves the number of calls, because there were too many for the operating system.
    pub(crate) fn record_exhaustion(&self) {
        let half = self.in_flight.load(Relaxed) / 2;
        self.limit.fetch_min(half.max(1), Relaxed);
    }

    /// Returns the most calls that may be in flight.
    pub(crate) fn limit(&self) -> usize {
        self.limit.load(Relaxed)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}

/// How often a call that does not fit looks again. It matters only on a machine without file
/// descriptors.
const POLL_INTERVAL: Duration = Duration::from_millis(10);
