//! Why a call waits.

use std::fmt;

use tokio::time::Instant;

use crate::{priority::Priority, window::Window};

/// Why a call had to wait for its permit.
///
/// `Display` says it in a few words, for a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The quota was used up.
    Quota(Window),
    /// The quota had capacity, but only a part of it is used after a refusal.
    Throttled,
    /// Calls that had asked earlier were waiting.
    Queue,
    /// The quota is shared with other processes, which had used it up.
    Shared,
    /// A call of this priority let one of the other priority go first, or left room for it.
    Yields(Priority),
}

/// The budget has no capacity for a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exhausted {
    /// When it has, unless a reservation is canceled earlier.
    pub(crate) until: Instant,
    pub(crate) reason: Reason,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quota(window) => window.fmt(f),
            Self::Throttled => f.write_str("slowed down after a refusal"),
            Self::Queue => f.write_str("earlier calls are waiting"),
            Self::Shared => f.write_str("the shared quota is used up"),
            Self::Yields(Priority::Interactive) => f.write_str("yields to a background call"),
            Self::Yields(Priority::Background) => f.write_str("yields to interactive calls"),
        }
    }
}
