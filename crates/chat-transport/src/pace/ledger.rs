use tokio::time::Instant;

#[cfg(feature = "redis")]
use super::leases::{Inquiry, Leases, Reply};
use super::{
    log::{Full, Log, Reason, Sent},
    spread::Spread,
};
#[cfg(feature = "redis")]
use crate::shared::Unreachable;

/// What knows whether a quota has room: a log of this client's own, or leases from a server that
/// other processes share.
#[derive(Debug)]
pub(super) enum Ledger {
    Own(Log),
    #[cfg(feature = "redis")]
    Shared(Leases),
}

/// Why a call cannot go now.
#[derive(Clone, Debug)]
pub(super) enum Obstacle {
    Full(Full),
    /// The server of the shared quota has yet to answer.
    #[cfg(feature = "redis")]
    Asking,
    #[cfg(feature = "redis")]
    Unreachable(Unreachable),
}

impl Obstacle {
    /// Whether it is only that somebody has to be asked.
    pub(super) fn is_asking(&self) -> bool {
        match self {
            Self::Full(_) => false,
            #[cfg(feature = "redis")]
            Self::Asking => true,
            #[cfg(feature = "redis")]
            Self::Unreachable(_) => false,
        }
    }

    pub(super) fn reason(&self) -> Option<Reason> {
        match self {
            Self::Full(full) => Some(full.reason),
            #[cfg(feature = "redis")]
            Self::Asking | Self::Unreachable(_) => None,
        }
    }
}

/// A place that a call took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taken {
    /// The lease that it is of, and when it was taken.
    #[cfg(feature = "redis")]
    pub(super) lease: Option<(u64, Instant)>,
}

/// A call that was sent, and the place that it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gone {
    pub(super) sent: Sent,
    pub(super) taken: Taken,
}

impl Ledger {
    /// How background calls are spread; `None` where that is not worth it.
    pub(super) fn spread(&self) -> Option<Spread> {
        match self {
            Self::Own(log) => log.spread(),
            // Leases are small, and what one process does not take another may.
            #[cfg(feature = "redis")]
            Self::Shared(_) => None,
        }
    }

    /// Whether one more call may go, one that has until its deadline.
    pub(super) fn room(&mut self, deadline: Instant, now: Instant) -> Result<(), Obstacle> {
        match self {
            Self::Own(log) => {
                let _ = deadline;
                log.room(now).map_err(Obstacle::Full)
            }
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.room(deadline, now),
        }
    }

    pub(super) fn take(&mut self, now: Instant) -> Taken {
        match self {
            Self::Own(log) => {
                let _ = now;
                log.take();
                Taken {
                    #[cfg(feature = "redis")]
                    lease: None,
                }
            }
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.take(now),
        }
    }

    pub(super) fn give_back(&mut self, taken: Taken) {
        match self {
            Self::Own(log) => {
                let Taken { .. } = taken;
                log.give_back();
            }
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.give_back(taken),
        }
    }

    pub(super) fn sent(&mut self, taken: Taken, now: Instant) -> Gone {
        match self {
            Self::Own(log) => Gone { sent: log.sent(now), taken },
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.sent(taken, now),
        }
    }

    pub(super) fn answered(&mut self, gone: Gone, now: Instant) {
        match self {
            Self::Own(log) => log.answered(gone.sent, now),
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.answered(gone, now),
        }
    }

    /// No answer came, and none will.
    pub(super) fn lost(&mut self, gone: Gone) {
        match self {
            // It holds its place for as long as it may have been on its way.
            Self::Own(_) => {
                let Gone { .. } = gone;
            }
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.lost(gone),
        }
    }

    /// The service refused a call because too many came.
    pub(super) fn refused(&mut self, now: Instant) {
        match self {
            Self::Own(log) => log.refused(now),
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.refused(now),
        }
    }

    /// When a call can go at the earliest with so many `ahead` of it, as far as it is known.
    pub(super) fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        match self {
            Self::Own(log) => log.earliest(ahead, now),
            #[cfg(feature = "redis")]
            Self::Shared(leases) => leases.earliest(ahead, now),
        }
    }

    /// What to ask the server of the shared quota now, if anything. Its reply goes to
    /// [`replied`](Self::replied).
    #[cfg(feature = "redis")]
    pub(super) fn inquiry(
        &mut self,
        waiting: usize,
        deadline: Instant,
        now: Instant,
    ) -> Option<Inquiry> {
        match self {
            Self::Own(_) => None,
            Self::Shared(leases) => leases.inquiry(waiting, deadline, now),
        }
    }

    #[cfg(feature = "redis")]
    pub(super) fn replied(&mut self, reply: Reply, now: Instant) {
        if let Self::Shared(leases) = self {
            leases.replied(reply, now);
        }
    }
}
