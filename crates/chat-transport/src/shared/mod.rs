//! A quota that any number of processes share through a Redis or Valkey server.
//!
//! Processes lease calls: a script on the server books a number of calls from a start on, and
//! answers how long it is until then. The clock is the server's. Only durations cross the wire, so
//! that no two clocks are ever compared.
//!
//! # Why the service never counts too many
//!
//! A booking takes its share of the quota from its start until the last of its calls can have
//! arrived at the service, and one window longer. So whatever is booked in its place arrives at
//! least a window after it. The last arrival of a booking is the sum of
//!
//! - its validity, the time within which its calls must be sent: 25 ms and two round trips to
//!   Redis. The caller does not know the start better than to a round trip, because the script runs
//!   somewhere between question and answer. It sends from the latest instant that the start can be
//!   (counted from the response) until the earliest that the end can be (counted from the question).
//!   Calls that could not be sent by then must not be sent under this lease. An estimate of the
//!   round trip that is too low costs calls, and never lets too many through.
//! - the spread: how much longer than the fastest a call may take to the service. Only the
//!   difference counts, since what is the same for all calls delays the whole pattern. The caller
//!   knows it as the excess of its round trips over the least one, which includes what the way back
//!   and the service itself add, and so is never too small for a call that was measured.
//! - 5 ms, for what no measurement has shown yet.
//!
//! Once the calls were answered the process tells with its next lease what they really took, or
//! that they were not sent, and the booking ends earlier, or later. Earlier is of use to whoever
//! books next; later helps as long as nobody has booked on the old end, and is the reason why the
//! spread is in the booking from the beginning.
//!
//! # What it costs
//!
//! Where calls wait, a lease is for 25 of them or a tenth of the quota, whichever is more, and up to
//! twice that where the rest would be too little for a lease of its own. So there is at most one
//! question to Redis per 20 calls, those included that are not sent in time. Where fewer calls wait, the lease is as small as the demand, and
//! is cut to what is free if that is at least half of it: otherwise remainders would lie idle.
//!
//! Of a second, the validity, the spread and the margin are lost: at a round trip of 1 ms and no
//! spread 1 - 1 / 1.034, about 3 %.
//!
//! # What it does not hold
//!
//! - A log that is lost with a Redis that keeps nothing is held against for 2 seconds by processes
//!   that had asked shortly before. Bookings of longer windows (2 calls an hour) are gone.
//! - A server's clock that is set forward ends bookings early, once.

use std::{fmt, num::NonZeroU32, time::Duration};

use crate::build_error::BuildError;

mod address;
mod lease;
mod link;

use address::Address;
pub(crate) use lease::{Lease, Permits, Request, Shared, Usage};
pub(crate) use link::Unreachable;

/// A quota that any number of processes and machines share, on a Redis (6.2 or newer) or Valkey
/// server.
///
/// All processes that make calls for an app have to use the same server and key prefix. The
/// processes lease calls by the clock of that server: their own need not agree with it. Where
/// calls wait there is at most one request to Redis for 20 of them.
///
/// ```
/// use chat_transport::{SharedQuota, WhenUnreachable};
/// use std::time::Duration;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let quota = SharedQuota::redis("rediss://user:password@redis.internal:6379/0")?
///     .key_prefix("chat-quota")
///     .timeout(Duration::from_millis(100))
///     .when_unreachable(WhenUnreachable::LocalShare { processes: 20.try_into()? });
/// # let _ = quota;
/// # Ok(())
/// # }
/// ```
///
/// On a cluster all keys of a prefix such as `{chat-quota}`, with the braces, are on one node. Any
/// node will do in the URL: where a key is on another one, the connection moves there.
///
/// The server holds one key per endpoint that is in use, of a few hundred bytes. It expires by
/// itself soon after the last call. What it holds is worth seconds, so the server need not write it
/// to disk, except where limits over longer periods are to outlive it. It must not evict keys at
/// will, and scripts must be allowed (`EVALSHA`, `SCRIPT LOAD`, `TIME`, `GET`, `SET`).
#[derive(Clone)]
#[must_use]
pub struct SharedQuota {
    address: Address,
    key_prefix: String,
    timeout: Duration,
    when_unreachable: WhenUnreachable,
}

impl SharedQuota {
    /// A quota on the server at `redis://[user][:password@]host[:port][/database]`; with `rediss://`
    /// over TLS, checked with the root certificates of the system. `valkey://` and `valkeys://` mean
    /// the same. Nothing is sent yet.
    ///
    /// Without TLS the password and the numbers of calls cross the network in clear: that is for
    /// networks of one's own.
    ///
    /// # Errors
    /// When this is no such URL, or when there are no root certificates for TLS.
    pub fn redis(url: &str) -> Result<Self, BuildError> {
        Ok(Self {
            address: Address::parse(url)?,
            key_prefix: "chat-quota".to_owned(),
            timeout: Duration::from_millis(250),
            when_unreachable: WhenUnreachable::Refuse,
        })
    }

    /// What the names of the keys start with: `PREFIX:SDKAPPID/SERVICE/COMMAND`. Default:
    /// `chat-quota`.
    pub fn key_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.key_prefix = prefix.into();
        self
    }

    /// How long the server may take to respond, connecting included, before it counts as
    /// unreachable. More than 0. Default: 250 ms.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// What becomes of calls while the server cannot be reached. Default:
    /// [`Refuse`](WhenUnreachable::Refuse), the only one that holds without knowing how many
    /// processes there are. Where that is known, a local share keeps calls going.
    pub fn when_unreachable(mut self, policy: WhenUnreachable) -> Self {
        self.when_unreachable = policy;
        self
    }
}

impl fmt::Debug for SharedQuota {
    /// User and password are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedQuota")
            .field("server", &self.address)
            .field("key_prefix", &self.key_prefix)
            .field("timeout", &self.timeout)
            .field("when_unreachable", &self.when_unreachable)
            .finish()
    }
}

/// What becomes of calls while the server of a [`SharedQuota`] cannot be reached.
///
/// Whether it can is found out by the first call that needs it, which takes the
/// [timeout](SharedQuota::timeout) at most. For a second after that the policy applies at once, then
/// one call tries again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenUnreachable {
    /// Each process goes by its own part of the quota: the quota divided by the number of processes,
    /// and at least one call per period.
    ///
    /// While the server goes away or comes back, calls that were leased and calls of the local
    /// share meet: for about a second more than the quota may arrive at the service, which refuses
    /// those.
    LocalShare {
        /// How many processes share the quota.
        processes: NonZeroU32,
    },
    /// Calls fail at once, unsent.
    Refuse,
}

#[cfg(test)]
mod tests;
