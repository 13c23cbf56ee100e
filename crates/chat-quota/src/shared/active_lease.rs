//! A lease whose calls are still to be sent or completed.

use std::time::Duration;

use tokio::time::Instant;

use super::lease::{Grant, Usage};

/// A lease whose calls are still to be sent or completed.
#[derive(Debug)]
pub(super) struct ActiveLease {
    pub(super) id: u64,
    pub(super) grant: Grant,
    /// The number of calls that can still get a permit.
    pub(super) left: u32,
    /// The number of calls that have a permit and were not sent yet.
    pub(super) reserved: u32,
    pub(super) sent: u32,
    pub(super) in_flight: u32,
    pub(super) arrived_by: Instant,
    /// How long it was until the lease began.
    pub(super) waited: Duration,
    /// How long after that the next request is postponed, unless all calls are completed.
    pub(super) pause: Duration,
    /// Permits are given out until then, so that calls are sent before the lease ends.
    last_permit: Instant,
}

impl ActiveLease {
    pub(super) fn new(id: u64, grant: Grant, least_pause: Duration, now: Instant) -> Self {
        let waited = grant.from.saturating_duration_since(now);
        Self {
            id,
            last_permit: grant.until.checked_sub(grant.send_delay).unwrap_or(now),
            left: grant.calls,
            reserved: 0,
            sent: 0,
            in_flight: 0,
            arrived_by: grant.from,
            waited,
            pause: waited.clamp(least_pause, LONGEST_PAUSE),
            grant,
        }
    }

    pub(super) fn has_permits(&self, now: Instant) -> bool {
        self.left > 0 && now < self.last_permit
    }

    /// Returns whether nothing is left to be sent or completed.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        !self.has_permits(now) && self.reserved == 0 && self.in_flight == 0
    }

    /// Returns what is to be reported of a lease that is over.
    pub(super) fn into_usage(self) -> Usage {
        self.grant.used(self.sent, self.arrived_by)
    }
}

/// A response that takes longer than this is reported with a later lease.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
