//! What a call asks for.

use std::time::Duration;

use tokio::time::Instant;

use crate::priority::Priority;

/// How a call asks for a permit.
///
/// The default is an interactive call that waits for as long as it takes.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use chat_quota::{AcquireOptions, Priority};
///
/// let deadline = Instant::now() + Duration::from_secs(5);
/// let options = AcquireOptions::new().priority(Priority::Background).deadline(deadline);
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct AcquireOptions {
    pub(crate) priority: Priority,
    pub(crate) deadline: Option<Instant>,
    pub(crate) wait: bool,
    /// `None` if it is not known.
    pub(crate) items: Option<u32>,
}

impl AcquireOptions {
    /// Returns the default: interactive, waits, no deadline.
    pub fn new() -> Self {
        Self { priority: Priority::default(), deadline: None, wait: true, items: None }
    }

    /// Sets the priority. Default: [`Priority::Interactive`].
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// Sets the latest instant at which a permit is of use. Leave enough time for the call itself.
    /// Default: none.
    ///
    /// A call that cannot get a permit by then even if all calls ahead of it are fast fails at once
    /// with [`AcquireError::is_timeout`](crate::AcquireError::is_timeout), any other call at the
    /// deadline.
    pub fn deadline(mut self, deadline: std::time::Instant) -> Self {
        self.deadline = Some(Instant::from_std(deadline));
        self
    }

    /// Sets whether the call waits for a permit. If not, it fails with
    /// [`AcquireError::is_would_block`](crate::AcquireError::is_would_block) where it would have
    /// to. Default: `true`.
    pub fn wait(mut self, wait: bool) -> Self {
        self.wait = wait;
        self
    }

    /// Sets the number of items of the call, such as the receivers of a message, for endpoints with a
    /// limit that counts items. Default: as many as a call to the endpoint can have.
    pub fn items(mut self, items: usize) -> Self {
        self.items = Some(u32::try_from(items).unwrap_or(u32::MAX));
        self
    }

    /// Returns the deadline, or an instant that is not reached.
    pub(crate) fn deadline_from(&self, now: Instant) -> Instant {
        self.deadline.unwrap_or(now + FAR_FUTURE)
    }

    /// Returns until when a permit is of use.
    pub(crate) fn latest_start(&self, now: Instant) -> Instant {
        if self.wait { self.deadline_from(now) } else { now }
    }
}

impl Default for AcquireOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// About 30 years, which every clock can represent.
const FAR_FUTURE: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);
