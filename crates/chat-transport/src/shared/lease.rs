//! Leases, and what became of them.

use std::time::Duration;

use redis::Script;
use tokio::time::Instant;

use super::{
    SharedQuota, WhenUnreachable,
    link::{Link, Unreachable},
};
use crate::build_error::BuildError;

/// The quota on the server, as the line of each endpoint asks for it.
#[derive(Debug)]
pub(crate) struct Shared {
    link: Link,
    script: Script,
    key_prefix: String,
    when_unreachable: WhenUnreachable,
}

/// What the head of a line asks for.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    /// Which quota: `SDKAPPID/SERVICE/COMMAND`.
    pub(crate) key: &'a str,
    /// So many calls in any period of this length. At least one window.
    pub(crate) windows: &'a [(u32, Duration)],
    /// How many calls stand in line, the one at its head included.
    pub(crate) waiting: u32,
    /// In how long the calls have to start to be of use.
    pub(crate) latest_start: Duration,
    /// How much longer than the fastest a call took to the service lately, at most.
    pub(crate) spread: Duration,
    /// How long a call took from its turn to its first byte lately, at most.
    pub(crate) departure: Duration,
    /// What became of earlier leases of this key since the last request. They are not told again.
    pub(crate) usages: &'a [Usage],
}

#[derive(Debug)]
pub(crate) enum Lease {
    Granted(Permits),
    /// Nothing was booked: the calls could not start in time.
    TooLate {
        starts_in: Duration,
    },
}

/// Calls that may be sent from one instant until another.
#[derive(Debug)]
pub(crate) struct Permits {
    /// At least 1, and not more than were waiting.
    pub(crate) calls: u32,
    pub(crate) from: Instant,
    /// Not one call may be sent from then on. It is before `from` when the response took too long.
    pub(crate) until: Instant,
    /// What of that is left for calls to leave after their turn.
    pub(crate) departure: Duration,
    booking: Booking,
}

/// A booking as the server knows it.
#[derive(Clone, Copy, Debug)]
struct Booking {
    calls: u32,
    /// By the server's clock, in its own terms.
    start: u64,
    /// From the start until the last call can have arrived, the margin included.
    occupied: Duration,
    /// The earliest instant that the start can have been here.
    earliest_start: Instant,
}

/// What became of a lease.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    booking: Booking,
    sent: u32,
    occupied: Duration,
}

impl Permits {
    /// To be told once all calls that were sent have been answered, or when none was sent.
    ///
    /// `arrived_by` is when the last of them can have arrived, less what the fastest call takes: for
    /// each call the instant of sending and the excess of its round trip over the least one.
    pub(crate) fn used(self, sent: u32, arrived_by: Instant) -> Usage {
        let Self { booking, .. } = self;
        let occupied = arrived_by.saturating_duration_since(booking.earliest_start) + MARGIN;
        Usage { booking, sent: sent.min(booking.calls), occupied: occupied.min(MAX_OCCUPIED) }
    }
}

impl Shared {
    pub(crate) fn new(settings: SharedQuota) -> Result<Self, BuildError> {
        let SharedQuota { address, key_prefix, timeout, when_unreachable } = settings;
        if timeout.is_zero() {
            let (name, problem) = ("the timeout of the shared quota", "must be more than 0");
            return Err(BuildError::InvalidSetting { name, problem });
        }
        let script = Script::new(include_str!("lease.lua"));
        Ok(Self { link: Link::new(address, timeout), script, key_prefix, when_unreachable })
    }

    pub(crate) fn when_unreachable(&self) -> WhenUnreachable {
        self.when_unreachable
    }

    /// Leases calls for a line. Takes the timeout of the server at most, and no time at all while it
    /// is known to be unreachable.
    ///
    /// What was booked is lost when the future is dropped, so a line lets it come to its end.
    pub(crate) async fn lease(&self, request: Request<'_>) -> Result<Lease, Unreachable> {
        let least_quota = request.windows.iter().map(|&(calls, _)| calls).min().unwrap_or(1);
        let sizes = Sizes::new(request.waiting, least_quota);
        let departure = request.departure.min(MAX_DEPARTURE);
        let validity = VALIDITY + departure + 2 * self.link.round_trip();
        let occupied = validity + request.spread.min(MAX_SPREAD) + MARGIN;
        let reply = self.book(&request, sizes, occupied).await?;
        let Reply { granted: calls, wait, start, asked, answered } = reply;
        if calls == 0 {
            return Ok(Lease::TooLate { starts_in: wait });
        }
        let earliest_start = asked + wait;
        Ok(Lease::Granted(Permits {
            calls,
            from: answered + wait,
            until: earliest_start + validity,
            departure,
            booking: Booking { calls, start, occupied, earliest_start },
        }))
    }

    async fn book(
        &self,
        request: &Request<'_>,
        sizes: Sizes,
        occupied: Duration,
    ) -> Result<Reply, Unreachable> {
        let key = format!("{}:{}", self.key_prefix, request.key);
        let reply = self.link.run(|attempt| {
            let mut script = self.script.key(&key);
            script.arg(sizes.least).arg(sizes.usual).arg(sizes.most);
            script.arg(micros(request.latest_start)).arg(micros(occupied));
            script.arg(micros(attempt.silence)).arg(request.windows.len());
            for &(calls, length) in request.windows {
                script.arg(calls).arg(micros(length));
            }
            // The first attempt may have been carried out, and a usage must not be told twice.
            let usages = if attempt.is_first { request.usages } else { &[] };
            script.arg(usages.len());
            for Usage { booking, sent, occupied } in usages {
                script.arg(booking.start).arg(micros(booking.occupied)).arg(booking.calls);
                script.arg(micros(*occupied)).arg(sent);
            }
            script
        });
        let (asked, (granted, wait, start), answered) = reply.await?;
        Ok(Reply { granted, wait: Duration::from_micros(wait), start, asked, answered })
    }
}

struct Reply {
    granted: u32,
    wait: Duration,
    start: u64,
    asked: Instant,
    answered: Instant,
}

/// How many calls a lease is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    /// It is worth waiting until so many fit.
    least: u32,
    usual: u32,
    /// Where what is left beside the usual number would be too little for a lease of its own.
    most: u32,
}

impl Sizes {
    fn new(waiting: u32, quota: u32) -> Self {
        let most = waiting.clamp(1, quota.max(1));
        let usual = (quota / 10).max(CALLS_PER_LEASE);
        if most < usual {
            Self { least: most.div_ceil(2), usual: most, most }
        } else {
            Self { least: usual, usual, most }
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX).min(MAX_MICROS)
}

/// One question for 20 calls is the aim, and now and then a call is not sent.
const CALLS_PER_LEASE: u32 = 25;

/// Long enough for a machine under load to send what it leased, beside the round trips to Redis.
const VALIDITY: Duration = Duration::from_millis(25);

/// For what no measurement has shown yet.
const MARGIN: Duration = Duration::from_millis(5);

/// A call that takes longer than this beyond the others was held up at the service or on its way
/// back, not on its way there.
const MAX_SPREAD: Duration = Duration::from_millis(250);

/// A connection that takes longer to open is the exception, and its call counts where it arrives.
const MAX_DEPARTURE: Duration = Duration::from_millis(250);

/// A booking is over then, whatever is told of it.
const MAX_OCCUPIED: Duration = Duration::from_secs(2);

/// More than a hundred years, and exact as a number of the script.
const MAX_MICROS: u64 = 1 << 52;

#[cfg(test)]
mod tests {
    use super::*;

    impl Permits {
        pub(in crate::shared) fn wait(&self) -> Duration {
            self.from.saturating_duration_since(Instant::now())
        }

        /// From when until when, by the server's clock in microseconds.
        pub(in crate::shared) fn booked(&self) -> (u64, u64) {
            (self.booking.start, self.booking.start + micros(self.booking.occupied))
        }
    }

    impl Usage {
        /// Until when the booking lasts now, by the server's clock in microseconds.
        pub(in crate::shared) fn until(&self) -> u64 {
            self.booking.start + micros(self.occupied)
        }
    }

    #[test]
    fn a_lease_is_as_small_as_the_demand_and_no_larger_than_it_has_to_be() {
        let check = |waiting, quota, least, usual, most| {
            assert_eq!(Sizes::new(waiting, quota), Sizes { least, usual, most });
        };
        check(1, 200, 1, 1, 1);
        check(2, 200, 1, 2, 2);
        check(24, 200, 12, 24, 24);
        check(25, 200, 25, 25, 25);
        check(500, 200, 25, 25, 200);
        check(500, 1_000, 100, 100, 500);
        check(50, 1_000, 25, 50, 50);
        check(50, 5, 3, 5, 5);
        check(7, 1, 1, 1, 1);
        check(0, 200, 1, 1, 1);
    }

    #[test]
    fn a_time_beyond_what_the_script_can_count_becomes_a_very_long_one() {
        assert_eq!(micros(Duration::from_millis(3)), 3_000);
        assert_eq!(micros(Duration::MAX), MAX_MICROS);
    }
}
