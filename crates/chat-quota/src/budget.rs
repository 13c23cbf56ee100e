//! What knows whether a quota has capacity.

use std::{fmt, pin::Pin};

use tokio::time::Instant;

use crate::{reason::Exhausted, smoothing::Smoothing, unreachable::Unreachable};

/// The capacity of one endpoint's quota.
///
/// The limiter [checks](Self::check) whether a call can go, [reserves](Self::reserve) capacity for
/// it, and reports what becomes of it: [canceled](Self::cancel), or [sent](Self::sent) and then
/// [completed](Self::completed) or [lost](Self::lost).
pub(crate) trait Budget: fmt::Debug + Send {
    /// Returns how background calls are spread out; `None` where that is not worth it.
    fn smoothing(&self) -> Option<Smoothing>;

    /// Returns whether one more call can go, which can wait until `deadline`.
    fn check(&mut self, deadline: Instant, now: Instant) -> Result<(), Blocked>;

    /// Reserves capacity for a call that can go.
    fn reserve(&mut self, now: Instant) -> Reservation;

    /// The call is not sent after all.
    fn cancel(&mut self, reservation: Reservation);

    /// The call is being sent.
    fn sent(&mut self, reservation: Reservation, now: Instant) -> InFlight;

    /// The head of its response has arrived.
    fn completed(&mut self, call: InFlight, now: Instant);

    /// No response arrived, and none will.
    fn lost(&mut self, call: InFlight);

    /// The service refused a call because of too many calls.
    fn refused(&mut self, now: Instant);

    /// Returns when a call can go at the earliest with `ahead` calls ahead of it, as far as that is
    /// known.
    fn earliest(&self, ahead: usize, now: Instant) -> Instant;

    /// Returns a request for capacity from elsewhere where one is due, for `waiting` calls. The
    /// limiter runs it without its lock, and then lets the waiting calls check again.
    fn refill(&mut self, _waiting: usize, _deadline: Instant, _now: Instant) -> Option<Refill> {
        None
    }
}

/// A request for capacity, given the number of calls that wait when it starts.
pub(crate) type Refill = Box<dyn FnOnce(usize) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// Capacity that is reserved for a call.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "a shared budget needs them"))]
pub(crate) struct Reservation {
    pub(crate) at: Instant,
    /// The lease that it was taken from, where the quota is shared.
    pub(crate) lease: Option<u64>,
}

/// A call that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InFlight {
    pub(crate) id: u64,
    pub(crate) sent_at: Instant,
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "a shared budget needs it"))]
    pub(crate) lease: Option<u64>,
}

/// Why a call cannot go now.
#[derive(Clone, Debug)]
pub(crate) enum Blocked {
    Exhausted(Exhausted),
    /// A refill is due or in progress.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "nothing is refilled"))]
    Refilling,
    /// The same after a refill failed. Only the call that starts the refill waits for it, and those
    /// that are waiting already.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "nothing is refilled"))]
    RefillingAgain(Unreachable),
    /// The last refill failed, and calls are to fail until the next one.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "nothing is refilled"))]
    Unavailable(Unreachable),
}

impl Blocked {
    pub(crate) fn is_refilling(&self) -> bool {
        matches!(self, Self::Refilling | Self::RefillingAgain(_))
    }

    pub(crate) fn exhausted(&self) -> Option<&Exhausted> {
        match self {
            Self::Exhausted(exhausted) => Some(exhausted),
            Self::Refilling | Self::RefillingAgain(_) | Self::Unavailable(_) => None,
        }
    }
}
