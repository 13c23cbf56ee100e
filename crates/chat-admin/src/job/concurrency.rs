//! The number of concurrent calls of a job.

use std::time::Duration;

use chat_transport::Client;
use chat_types::spec::EndpointSpec;

/// Computes how many calls may be in flight.
///
/// While calls have to wait for a permit, that is as many as use up the quota at the current latency
/// (Little's law), and a few more, so that one is always ready for the next permit. Others would only
/// wait in the queue. While no call of the last second had to wait, the quota is not the bottleneck, as
/// at the start of a job, and as many calls are in flight as the caller allows.
#[derive(Debug)]
pub(crate) struct Concurrency {
    /// The limit that the caller set.
    limit: Option<usize>,
    calls_per_second: Option<f64>,
    /// The smoothed mean and deviation of the latency of a call, in seconds.
    latency: Option<(f64, f64)>,
    /// The number of responses since one whose call had to wait; `None` if none ever had.
    since_wait: Option<u32>,
}

/// How long a call took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// How long it waited for a permit.
    pub(crate) waited: Duration,
    /// How long it then took until its response.
    pub(crate) latency: Duration,
}

impl Concurrency {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self { limit, calls_per_second: None, latency: None, since_wait: None }
    }

    /// Sets the endpoint of the next calls, whose quota counts.
    pub(crate) fn set_endpoint(&mut self, endpoint: &'static EndpointSpec, client: &Client) {
        const MANY_CALLS: u64 = 1_000_000;
        let max = endpoint.batch.as_ref().and_then(|batch| batch.max_on(client.site()));
        let items = MANY_CALLS * u64::from(max.unwrap_or(1));
        let time = client.min_duration_of_items(endpoint, MANY_CALLS, items).as_secs_f64();
        self.calls_per_second = (time > 0.0).then(|| MANY_CALLS as f64 / time);
    }

    /// Records how long a call took.
    pub(crate) fn record(&mut self, timing: Timing) {
        let sample = timing.latency.as_secs_f64();
        self.latency = Some(match self.latency {
            None => (sample, sample / 2.0),
            Some((mean, deviation)) => (
                mean + (sample - mean) / 8.0,
                deviation + ((sample - mean).abs() - deviation) / 4.0,
            ),
        });
        self.since_wait = match self.since_wait {
            _ if !timing.waited.is_zero() => Some(0),
            Some(responses) => Some(responses.saturating_add(1)),
            None => None,
        };
    }

    /// Returns the number of calls that may be in flight.
    pub(crate) fn calls(&self) -> usize {
        let Some(calls_per_second) = self.calls_per_second else {
            return self.limit.unwrap_or(CALLS_WITHOUT_QUOTA);
        };
        let without_waiting =
            self.limit.unwrap_or_else(|| at_latency(calls_per_second, FIRST_LATENCY));
        let calls = match self.latency {
            None => without_waiting,
            Some((mean, deviation)) => {
                let enough = at_latency(calls_per_second, mean + 2.0 * deviation);
                let has_waited = self
                    .since_wait
                    .is_some_and(|responses| f64::from(responses) < calls_per_second);
                if has_waited { enough } else { enough.max(without_waiting) }
            }
        };
        calls.clamp(1, self.limit.unwrap_or(MAX_CALLS))
    }
}

/// Returns the number of calls that use up a quota at a latency in seconds.
fn at_latency(calls_per_second: f64, latency: f64) -> usize {
    1 + (calls_per_second * (latency + SPARE)).ceil() as usize
}

/// The most calls unless the caller sets a limit. It bounds the memory and how many permits the job can
/// take before others that wait too.
const MAX_CALLS: usize = 256;

/// The latency in seconds that is assumed until the first response, which is that of another continent:
/// a few calls too many in the queue do less harm than losing the first second.
const FIRST_LATENCY: f64 = 0.3;

/// Used where no quota is documented, so that it is not known how many calls the service accepts.
const CALLS_WITHOUT_QUOTA: usize = 32;

/// The time in seconds for which calls are kept ready, so that one is always waiting for the next
/// permit. It is short, so that they do not exceed their timeout where the quota is one per second.
const SPARE: f64 = 0.04;

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(limit: Option<usize>, latencies: impl Iterator<Item = u64>, waited: u64) -> usize {
        let mut concurrency = Concurrency::new(limit);
        concurrency.calls_per_second = Some(200.0);
        for latency in latencies {
            let latency = Duration::from_millis(latency);
            concurrency.record(Timing { waited: Duration::from_millis(waited), latency });
        }
        concurrency.calls()
    }

    fn steady(millis: u64) -> impl Iterator<Item = u64> {
        std::iter::repeat_n(millis, 100)
    }

    #[test]
    fn calls_follow_quota_and_latency() {
        assert!((18..=20).contains(&calls(None, steady(50), 5)));
        assert!((68..=70).contains(&calls(None, steady(300), 5)));
        assert_eq!(calls(None, steady(60_000), 5), MAX_CALLS, "it is bounded");
    }

    #[test]
    fn calls_reach_the_limit_while_none_has_to_wait() {
        assert_eq!(calls(Some(50), steady(20), 0), 50);
        assert_eq!(calls(Some(50), std::iter::empty(), 0), 50);
        assert!(calls(None, steady(20), 0) > calls(None, steady(20), 5));
    }

    #[test]
    fn calls_never_exceed_the_limit() {
        assert_eq!(Concurrency::new(Some(5)).calls(), 5);
        assert_eq!(calls(Some(5), steady(1_000), 5), 5);
    }

    #[test]
    fn varying_latency_needs_more_calls() {
        let varying = (0..100).map(|number| 50 + 100 * (number % 2));
        assert!(calls(None, varying, 5) > calls(None, steady(100), 5));
    }
}
