//! Where the outcome of a refill is left for the budget.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::Instant;

use super::lease::Lease;
use crate::unreachable::Unreachable;

/// The outcome of a request for a lease.
pub(super) type Reply = Result<Lease, Unreachable>;

/// A request for a lease that was started. The budget has one half and the refill has the other.
///
/// The refill runs on a runtime that may shut down before the reply is there, which drops its half.
#[derive(Debug)]
pub(super) struct PendingReply(Arc<Mutex<Option<(Reply, Instant)>>>);

/// The refill's half.
#[derive(Debug)]
pub(super) struct ReplySender(Arc<Mutex<Option<(Reply, Instant)>>>);

impl PendingReply {
    pub(super) fn new() -> (Self, ReplySender) {
        let slot = Arc::default();
        (Self(Arc::clone(&slot)), ReplySender(slot))
    }

    /// Returns whether a reply is there or can still come.
    pub(super) fn is_pending(&self) -> bool {
        // In this order: a sender that is gone has put its reply there before.
        Arc::strong_count(&self.0) > 1 || self.lock().is_some()
    }

    /// Takes the reply, and when it came.
    pub(super) fn take(&self) -> Option<(Reply, Instant)> {
        self.lock().take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<(Reply, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReplySender {
    pub(super) fn send(self, reply: Reply) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = Some((reply, Instant::now()));
    }
}
