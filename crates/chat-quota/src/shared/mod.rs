//! A quota that any number of processes share through a Redis or Valkey server.
//!
//! Processes lease calls: a script on the server books a number of calls from a start on, and
//! returns how long it is until then. The clock is the server's. Only durations cross the wire, so
//! no two clocks are ever compared.
//!
//! # Why the service never counts too many calls
//!
//! A booking takes its share of the quota from its start until the last of its calls can have
//! arrived at the service, and for one window after that. So any calls that are booked in its place
//! arrive at least a window later. The last arrival of a booking is the sum of
//!
//! - its validity, the time within which its calls must be sent: 25 ms and two round trips to
//!   Redis. The caller knows the start only to within a round trip, because the script runs
//!   somewhere between request and response. It sends from the latest instant that the start can be
//!   (counted from the response) until the earliest that the end can be (counted from the request).
//!   Calls that could not be sent by then must not be sent under this lease. Too low an estimate of
//!   the round trip costs calls, and never lets too many through.
//! - the arrival jitter: how much longer than the fastest a call may take to the service. Only the
//!   difference counts, since a delay that is the same for all calls shifts the whole pattern. The
//!   caller knows it as the excess of its round trips over the least one, which includes what the
//!   way back and the service itself add, and so is never too small for a call that was measured.
//! - 5 ms, for what no measurement has shown yet.
//!
//! Once the calls were completed, the process reports with its next lease how long they really took,
//! or that they were not sent, and the booking ends earlier, or later. An earlier end benefits
//! whoever books next; a later one helps as long as nobody has booked on the old end, which is why
//! the jitter is part of the booking from the start.
//!
//! # What it costs
//!
//! Where calls wait, a lease is for 25 of them or a tenth of the quota, whichever is more, and up to
//! twice that where the rest would be too little for a lease of its own. So there is at most one
//! request to Redis per 20 calls, including calls that are not sent in time. Where fewer calls wait,
//! the lease is as small as the demand, and is cut to what is free if that is at least half of it:
//! otherwise remainders would lie idle.
//!
//! Of a second, the validity, the jitter and the margin are lost: at a round trip of 1 ms and no
//! jitter 1 - 1 / 1.034, about 3 %.
//!
//! # What it does not guarantee
//!
//! - If a Redis that keeps nothing loses its log, processes that had asked shortly before hold the
//!   new log against the old one for 2 seconds. Bookings of longer windows (2 calls an hour) are
//!   gone.
//! - A server's clock that is set forward ends bookings early, once.

mod active_lease;
mod budget;
mod client;
mod lease;
mod link;
mod moving_max;
mod reply;
mod settings;

pub use self::settings::{SharedQuota, WhenUnreachable};
pub(crate) use self::{budget::SharedBudget, client::LeaseClient};

#[cfg(test)]
mod tests;
