//! The time, injected so that tests do not have to wait.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use crate::UnixSeconds;

/// A source of the current time.
pub trait Clock: fmt::Debug + Send + Sync {
    /// Returns the milliseconds since the Unix epoch.
    fn unix_millis(&self) -> u64;

    /// Returns the whole seconds since the Unix epoch.
    fn now(&self) -> UnixSeconds {
        UnixSeconds::new(self.unix_millis() / 1_000)
    }
}

/// The clock of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn unix_millis(&self) -> u64 {
        // A clock set before 1970 reads as 1970: the service then refuses every signature as expired.
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |passed| u64::try_from(passed.as_millis()).unwrap_or(u64::MAX))
    }
}

/// A clock that only moves when it is advanced. Clones share the same time.
///
/// ```
/// use chat_types::clock::{Clock, ManualClock};
///
/// let clock = ManualClock::at(1_700_000_000);
/// clock.advance_seconds(60);
/// assert_eq!(clock.now().get(), 1_700_000_060);
/// ```
#[derive(Clone, Debug)]
pub struct ManualClock(Arc<AtomicU64>);

impl ManualClock {
    /// Creates a clock that shows this Unix time in seconds.
    pub fn at(unix_seconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(unix_seconds.saturating_mul(1_000))))
    }

    /// Advances the clock by this many seconds.
    pub fn advance_seconds(&self, seconds: u64) {
        self.advance_millis(seconds.saturating_mul(1_000));
    }

    /// Advances the clock by this many milliseconds.
    pub fn advance_millis(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn unix_millis(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl<T: Clock + ?Sized> Clock for Arc<T> {
    fn unix_millis(&self) -> u64 {
        (**self).unix_millis()
    }
}
