//! Why a call got no permit.

use std::{error::Error, fmt, time::Duration};

use crate::unreachable::Unreachable;

/// A call got no permit, so it must not be sent.
///
/// Asking again later can succeed in every case.
///
/// ```
/// use chat_quota::{AcquireError, Permit, Quota};
/// use chat_types::{Endpoint, group::ForbidSendMsg};
///
/// /// Returns a permit if one is available within a short pause.
/// async fn soon(quota: &Quota) -> Result<Permit, AcquireError> {
///     let error = match quota.try_acquire(ForbidSendMsg::SPEC).await {
///         Ok(permit) => return Ok(permit),
///         Err(error) => error,
///     };
///     match error.retry_after() {
///         Some(wait) if wait.as_millis() < 100 => quota.acquire(ForbidSendMsg::SPEC).await,
///         _ => Err(error),
///     }
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct AcquireError(Kind);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Timeout,
    WouldBlock(Duration),
    Unavailable(Unreachable),
}

impl AcquireError {
    pub(crate) const TIMEOUT: Self = Self(Kind::Timeout);

    pub(crate) fn would_block(wait: Duration) -> Self {
        Self(Kind::WouldBlock(wait.max(SHORTEST_WAIT)))
    }

    pub(crate) fn unavailable(error: Unreachable) -> Self {
        Self(Kind::Unavailable(error))
    }

    /// Whether no permit was available before the deadline.
    ///
    /// This is reported as soon as it is certain, which can be long before the deadline. Usual
    /// causes are more calls than the quota allows, and a deadline that is too near.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0, Kind::Timeout)
    }

    /// Whether the call would have had to wait although it asked for a permit
    /// [without waiting](crate::AcquireOptions::wait). See [`retry_after`](Self::retry_after).
    pub fn is_would_block(&self) -> bool {
        matches!(self.0, Kind::WouldBlock(_))
    }

    /// Whether the server of a shared quota cannot be reached and calls are to fail meanwhile.
    ///
    /// Check the server, or choose `WhenUnreachable::LocalShare`. The [`source`](Error::source)
    /// says what went wrong.
    pub fn is_unavailable(&self) -> bool {
        matches!(self.0, Kind::Unavailable(_))
    }

    /// Returns how long a call that would have had to wait should wait at least before it asks
    /// again: 1 ms or more. `None` for the other errors.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.0 {
            Kind::WouldBlock(wait) => Some(wait),
            Kind::Timeout | Kind::Unavailable(_) => None,
        }
    }
}

impl fmt::Display for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Timeout => f.write_str("timed out waiting for rate-limit capacity"),
            Kind::WouldBlock(wait) => {
                write!(f, "rate-limit capacity is available in {wait:?} at the earliest")
            }
            Kind::Unavailable(_) => f.write_str("the shared quota is unavailable"),
        }
    }
}

impl fmt::Debug for AcquireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AcquireError").field(&self.0).finish()
    }
}

impl Error for AcquireError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Kind::Unavailable(error) => Some(error),
            Kind::Timeout | Kind::WouldBlock(_) => None,
        }
    }
}

/// Keeps a caller that retries after the reported wait from retrying without a pause.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);
