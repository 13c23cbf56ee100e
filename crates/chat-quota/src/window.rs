//! A number of calls in a period.

use std::{fmt, time::Duration};

/// A limit: at most this number of calls in any period of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    calls: usize,
    length: Duration,
}

impl Window {
    pub(crate) fn new(calls: u32, length: Duration) -> Self {
        Self { calls: usize::try_from(calls).unwrap_or(usize::MAX), length }
    }

    /// Returns the number of calls.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// Returns the length of the period.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// Returns how long after the first of `calls` calls the last one can be sent at the earliest.
    pub(crate) fn min_duration(&self, calls: u64) -> Duration {
        let per_window = u64::try_from(self.calls).unwrap_or(u64::MAX).max(1);
        let periods = calls.saturating_sub(1) / per_window;
        self.length.saturating_mul(u32::try_from(periods).unwrap_or(u32::MAX))
    }
}

#[cfg(feature = "redis")]
impl Window {
    /// Returns one of `parts` equal parts, of at least one call.
    pub(crate) fn part(&self, parts: u32) -> Self {
        let parts = usize::try_from(parts).unwrap_or(usize::MAX).max(1);
        Self { calls: (self.calls / parts).max(1), ..*self }
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls in {:?}", self.calls, self.length)
    }
}
