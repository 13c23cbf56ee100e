//! A lease whose calls are still to be sent or completed.

use std::time::Duration;

use tokio::time::Instant;

use super::lease::{Grant, Usage};
use crate::{budget::InFlight, round_trips::RoundTrips};

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
    /// The calls that were completed while the round trips were unknown, with their round trips.
    pub(super) early: Vec<(InFlight, Duration)>,
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
            early: Vec::new(),
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
    pub(super) fn into_usage(self, round_trips: &RoundTrips) -> Usage {
        let Self { grant, sent, arrived_by, early, .. } = self;
        // A first burst can be late as a whole, so that its least round trip is late as well.
        let arrival = |&(call, round_trip): &(InFlight, Duration)| {
            call.sent_at + round_trip.min(round_trips.hold(round_trip) + FIRST_JITTER)
        };
        let arrived_by = early.iter().map(arrival).fold(arrived_by, Instant::max);
        grant.used(sent, arrived_by)
    }
}

/// By how much all calls of a first burst may be late.
const FIRST_JITTER: Duration = Duration::from_millis(50);

/// A response that takes longer than this is reported with a later lease.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
