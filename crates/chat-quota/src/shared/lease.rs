//! Leases, and what became of them.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

/// A request for a lease of calls to one endpoint.
#[derive(Debug)]
pub(super) struct LeaseRequest {
    /// Which quota: `SDKAPPID/SERVICE/COMMAND`.
    pub(super) key: Arc<str>,
    /// At most this number of calls in any period of this length. At least one window.
    pub(super) windows: Vec<(u32, Duration)>,
    /// The number of waiting calls.
    pub(super) waiting: u32,
    /// The longest wait for the start of the lease that is of use.
    pub(super) max_wait: Duration,
    /// How much longer than the fastest a call took to the service recently, at most.
    pub(super) arrival_jitter: Duration,
    /// How long a call took from its permit to its first byte recently, at most.
    pub(super) send_delay: Duration,
    /// What became of earlier leases of this key since the last request. Each is reported once.
    pub(super) usages: Vec<Usage>,
}

/// The response to a [`LeaseRequest`].
#[derive(Debug)]
pub(super) enum Lease {
    Granted(Grant),
    /// Nothing was booked: the calls could not start in time.
    TooLate {
        starts_in: Duration,
    },
}

/// Calls that may be sent from one instant until another.
#[derive(Debug)]
pub(super) struct Grant {
    /// At least 1, and not more than were waiting.
    pub(super) calls: u32,
    pub(super) from: Instant,
    /// No call may be sent from then on. It is before `from` if the response took too long.
    pub(super) until: Instant,
    /// The part of that time that is left for calls to be sent after they got their permits.
    pub(super) send_delay: Duration,
    pub(super) booking: Booking,
}

/// A booking as the server knows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Booking {
    pub(super) calls: u32,
    /// By the server's clock, in its own terms.
    pub(super) start: u64,
    /// From the start until the last call can have arrived, including the margin.
    pub(super) occupied: Duration,
    /// The earliest instant that the start can have been by this machine's clock.
    pub(super) earliest_start: Instant,
}

/// What became of a lease.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    pub(super) booking: Booking,
    pub(super) sent: u32,
    pub(super) occupied: Duration,
}

impl Grant {
    /// Returns what became of the lease, to be reported once all calls that were sent are completed,
    /// or when none was sent.
    ///
    /// `arrived_by` is when the last of them can have arrived, minus the time that the fastest call
    /// takes: for each call the instant of sending and the excess of its round trip over the least
    /// one.
    pub(super) fn used(self, sent: u32, arrived_by: Instant) -> Usage {
        let Self { booking, .. } = self;
        let occupied = arrived_by.saturating_duration_since(booking.earliest_start) + MARGIN;
        Usage { booking, sent: sent.min(booking.calls), occupied: occupied.min(MAX_OCCUPIED) }
    }
}

/// Returns a duration in the unit of the script.
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX).min(MAX_MICROS)
}

/// For what no measurement has shown yet.
pub(super) const MARGIN: Duration = Duration::from_millis(5);

/// A booking is over by then, no matter what is reported.
const MAX_OCCUPIED: Duration = Duration::from_secs(2);

/// More than a hundred years, and exact as a number of the script.
const MAX_MICROS: u64 = 1 << 52;

#[cfg(test)]
mod tests {
    use super::*;

    impl Grant {
        pub(in crate::shared) fn wait(&self) -> Duration {
            self.from.saturating_duration_since(Instant::now())
        }

        /// Returns the start and the end by the server's clock in microseconds.
        pub(in crate::shared) fn booked(&self) -> (u64, u64) {
            (self.booking.start, self.booking.start + micros(self.booking.occupied))
        }
    }

    impl Usage {
        /// Returns the new end of the booking by the server's clock in microseconds.
        pub(in crate::shared) fn until(&self) -> u64 {
            self.booking.start + micros(self.occupied)
        }
    }

    #[test]
    fn durations_beyond_the_script_s_range_are_capped() {
        assert_eq!(micros(Duration::from_millis(3)), 3_000);
        assert_eq!(micros(Duration::MAX), MAX_MICROS);
    }
}
