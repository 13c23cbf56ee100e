//! How many calls a service would refuse.

use std::time::{Duration, Instant};

/// Returns how many of the calls a service refuses that allows `quota` calls in any second.
pub(crate) fn refused_sliding(arrivals: &[Instant], quota: usize) -> usize {
    let mut counted = Vec::with_capacity(arrivals.len());
    for &at in arrivals {
        let is_refused = counted.len() >= quota && at - counted[counted.len() - quota] < SECOND;
        if !is_refused {
            counted.push(at);
        }
    }
    arrivals.len() - counted.len()
}

/// Returns how many of the calls a service refuses that allows `quota` calls in each second from the
/// first call on.
pub(crate) fn refused_fixed(arrivals: &[Instant], quota: usize) -> usize {
    let second = |at: &Instant| (*at - arrivals[0]).as_secs();
    let seconds = arrivals.chunk_by(|one, other| second(one) == second(other));
    seconds.map(|calls| calls.len().saturating_sub(quota)).sum()
}

const SECOND: Duration = Duration::from_secs(1);
