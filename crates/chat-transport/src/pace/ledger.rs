use std::fmt;

use tokio::time::Instant;

#[cfg(feature = "redis")]
use super::leases::{Inquiry, Reply};
use super::{
    log::{Full, Log, Reason, Sent},
    spread::Spread,
};
#[cfg(feature = "redis")]
use crate::shared::Unreachable;

/// What knows whether a quota has room: the log of what this client sent, or leases from a server
/// where other processes share the quota.
pub(super) trait Ledger: fmt::Debug + Send {
    /// How background calls are spread; `None` where that is not worth it.
    fn spread(&self) -> Option<Spread>;

    /// Whether one more call may go, one that waits until its deadline.
    fn room(&mut self, deadline: Instant, now: Instant) -> Result<(), Obstacle>;

    /// Takes a place for a call that may go.
    fn take(&mut self, now: Instant) -> Taken;

    /// The call does not go after all.
    fn give_back(&mut self, taken: Taken);

    /// The call that took a place is sent now.
    fn sent(&mut self, taken: Taken, now: Instant) -> Gone;

    /// The head of its response is there now.
    fn answered(&mut self, gone: Gone, now: Instant);

    /// No response came, and none will.
    fn lost(&mut self, gone: Gone);

    /// The service refused a call because too many came.
    fn refused(&mut self, now: Instant);

    /// When a call can go at the earliest with so many `ahead` of it, as far as it is known.
    fn earliest(&self, ahead: usize, now: Instant) -> Instant;

    /// What to ask the server of a shared quota now, if anything, for so many calls that wait. Its
    /// reply goes to [`replied`](Self::replied).
    #[cfg(feature = "redis")]
    fn inquiry(&mut self, waiting: usize, deadline: Instant, now: Instant) -> Option<Inquiry>;

    #[cfg(feature = "redis")]
    fn replied(&mut self, reply: Reply, now: Instant);
}

/// Why a call cannot go now.
#[derive(Clone, Debug)]
pub(super) enum Obstacle {
    Full(Full),
    /// The server of the shared quota has yet to respond.
    #[cfg(feature = "redis")]
    Asking,
    /// The same after it was not reached. Only whoever asks waits for that, and those who did
    /// already.
    #[cfg(feature = "redis")]
    AskingAgain(Unreachable),
    #[cfg(feature = "redis")]
    Unreachable(Unreachable),
}

impl Obstacle {
    /// Whether it is only that somebody has to be asked.
    pub(super) fn is_asking(&self) -> bool {
        match self {
            Self::Full(_) => false,
            #[cfg(feature = "redis")]
            Self::Asking | Self::AskingAgain(_) => true,
            #[cfg(feature = "redis")]
            Self::Unreachable(_) => false,
        }
    }

    pub(super) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Full(full) => Some(full.reason),
            #[cfg(feature = "redis")]
            Self::Asking | Self::AskingAgain(_) | Self::Unreachable(_) => None,
        }
    }
}

/// A place that a call took.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Taken {
    /// The lease that it is of, and when it was taken.
    #[cfg(feature = "redis")]
    pub(super) lease: Option<(u64, Instant)>,
}

/// A call that was sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gone {
    pub(super) sent: Sent,
    #[cfg(feature = "redis")]
    pub(super) taken: Taken,
}

impl Ledger for Log {
    fn spread(&self) -> Option<Spread> {
        self.spread()
    }

    fn room(&mut self, _: Instant, now: Instant) -> Result<(), Obstacle> {
        self.room(now).map_err(Obstacle::Full)
    }

    fn take(&mut self, _: Instant) -> Taken {
        self.take();
        Taken::default()
    }

    fn give_back(&mut self, _: Taken) {
        self.give_back();
    }

    fn sent(&mut self, _taken: Taken, now: Instant) -> Gone {
        Gone {
            sent: self.sent(now),
            #[cfg(feature = "redis")]
            taken: _taken,
        }
    }

    fn answered(&mut self, gone: Gone, now: Instant) {
        self.answered(gone.sent, now);
    }

    fn lost(&mut self, _: Gone) {
        // It holds its place for as long as it may have been on its way.
    }

    fn refused(&mut self, now: Instant) {
        self.refused(now);
    }

    fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        self.earliest(ahead, now)
    }

    #[cfg(feature = "redis")]
    fn inquiry(&mut self, _: usize, _: Instant, _: Instant) -> Option<Inquiry> {
        None
    }

    #[cfg(feature = "redis")]
    fn replied(&mut self, _: Reply, _: Instant) {}
}
