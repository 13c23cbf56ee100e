//! Leases calls from the server.

use std::time::Duration;

use redis::Script;

use super::{
    lease::{Booking, Grant, Lease, LeaseRequest, MARGIN, Usage, micros},
    link::{Link, Response},
    settings::{SharedQuota, WhenUnreachable},
};
use crate::{config_error::ConfigError, unreachable::Unreachable};

/// Leases calls of any endpoint.
#[derive(Debug)]
pub(crate) struct LeaseClient {
    link: Link,
    script: Script,
    key_prefix: String,
    when_unreachable: WhenUnreachable,
}

impl LeaseClient {
    pub(crate) fn new(settings: SharedQuota) -> Result<Self, ConfigError> {
        let SharedQuota { address, key_prefix, timeout, when_unreachable } = settings;
        if timeout.is_zero() {
            return Err(ConfigError::new("timeout of the shared quota", "must be more than 0"));
        }
        let script = Script::new(include_str!("lease.lua"));
        Ok(Self { link: Link::new(address, timeout), script, key_prefix, when_unreachable })
    }

    pub(super) fn when_unreachable(&self) -> WhenUnreachable {
        self.when_unreachable
    }

    /// Leases calls. Takes the timeout of the server at most, and no time at all while it is known
    /// to be unreachable.
    ///
    /// Dropping the future loses what was booked, so let it complete.
    pub(super) async fn lease(&self, request: &LeaseRequest) -> Result<Lease, Unreachable> {
        let least_quota = request.windows.iter().map(|&(calls, _)| calls).min().unwrap_or(1);
        let sizes = Sizes::new(request.waiting, least_quota);
        let send_delay = request.send_delay.min(MAX_SEND_DELAY);
        let validity = VALIDITY + send_delay + 2 * self.link.round_trip();
        let occupied = validity + request.arrival_jitter.min(MAX_JITTER) + MARGIN;
        let response = self.book(request, sizes, occupied).await?;
        let Response { value: (calls, wait, start), requested, responded } = response;
        let wait = Duration::from_micros(wait);
        if calls == 0 {
            return Ok(Lease::TooLate { starts_in: wait });
        }
        let earliest_start = requested + wait;
        Ok(Lease::Granted(Grant {
            calls,
            from: responded + wait,
            until: earliest_start + validity,
            send_delay,
            booking: Booking { calls, start, occupied, earliest_start },
        }))
    }

    /// Returns the number of granted calls, the wait until they start in microseconds, and that start
    /// by the server's clock.
    async fn book(
        &self,
        request: &LeaseRequest,
        sizes: Sizes,
        occupied: Duration,
    ) -> Result<Response<(u32, u64, u64)>, Unreachable> {
        let key = format!("{}:{}", self.key_prefix, request.key);
        let response = self.link.run(|attempt| {
            let mut script = self.script.key(&key);
            script.arg(sizes.least).arg(sizes.usual).arg(sizes.most);
            script.arg(micros(request.max_wait)).arg(micros(occupied));
            script.arg(micros(attempt.silence)).arg(request.windows.len());
            for &(calls, length) in &request.windows {
                script.arg(calls).arg(micros(length));
            }
            // The first attempt may have run, and a usage must not be reported twice.
            let usages = if attempt.is_first { &*request.usages } else { &[] };
            script.arg(usages.len());
            for Usage { booking, sent, occupied } in usages {
                script.arg(booking.start).arg(micros(booking.occupied)).arg(booking.calls);
                script.arg(micros(*occupied)).arg(sent);
            }
            script
        });
        response.await
    }
}

/// The number of calls that a lease is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    /// It is worth waiting until this number fits.
    least: u32,
    usual: u32,
    /// Where the rest in addition to the usual number would be too little for a lease of its own.
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

/// One request for 20 calls is the aim, and now and then a call is not sent.
const CALLS_PER_LEASE: u32 = 25;

/// Long enough for a machine under load to send what it leased, in addition to the round trips to
/// Redis.
const VALIDITY: Duration = Duration::from_millis(25);

/// A call that takes longer than this beyond the others was delayed at the service or on its way
/// back, not on its way there.
const MAX_JITTER: Duration = Duration::from_millis(250);

/// A connection that takes longer to open is the exception, and its call counts when it arrives.
const MAX_SEND_DELAY: Duration = Duration::from_millis(250);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lease_is_as_small_as_the_demand_and_no_larger_than_needed() {
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
}
