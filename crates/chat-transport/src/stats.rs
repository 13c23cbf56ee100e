//! Counters of what a client has done.

use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use chat_types::spec::EndpointSpec;
use tokio::time::Instant;

use crate::{Error, metrics};

/// What a [`Client`](crate::Client) and its clones have done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// The number of calls made, whether or not they reached the network.
    pub calls: u64,
    /// The number of attempts beyond the first of each call.
    pub retries: u64,
    /// How often all calls switched from one domain of the region to the other.
    pub failovers: u64,
    /// The number of calls that failed, including those that the service refused.
    pub failures: u64,
    /// The number of calls that the service refused because it received too many.
    pub rate_limited: u64,
    /// The total time that calls waited for a permit under the quota.
    pub quota_wait: Duration,
    /// The number of seconds by which the server's clock is ahead of this machine's, as the last
    /// responses show it; negative if it is behind. It is at most a day. Signatures are corrected by
    /// it.
    pub clock_offset_seconds: i64,
}

/// The counters behind [`Stats`], which also feed the facade `metrics` if that feature is enabled.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    calls: AtomicU64,
    retries: AtomicU64,
    failovers: AtomicU64,
    failures: AtomicU64,
    rate_limited: AtomicU64,
    quota_wait_micros: AtomicU64,
}

impl Counters {
    pub(crate) fn start_call(&self) {
        self.calls.fetch_add(1, Relaxed);
    }

    pub(crate) fn retry(&self, endpoint: &'static EndpointSpec) {
        self.retries.fetch_add(1, Relaxed);
        metrics::retry(endpoint);
    }

    pub(crate) fn failover(&self) {
        self.failovers.fetch_add(1, Relaxed);
        metrics::failover();
    }

    pub(crate) fn quota_wait(&self, endpoint: &'static EndpointSpec, wait: Duration) {
        let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
        self.quota_wait_micros.fetch_add(micros, Relaxed);
        metrics::quota_wait(endpoint, wait);
    }

    pub(crate) fn finish_call(
        &self,
        endpoint: &'static EndpointSpec,
        start: Instant,
        error: Option<&Error>,
    ) {
        metrics::call(endpoint, start, error);
        let Some(error) = error else { return };
        self.failures.fetch_add(1, Relaxed);
        self.rate_limited.fetch_add(error.is_rate_limited().into(), Relaxed);
    }

    pub(crate) fn read(&self, clock_offset_seconds: i64) -> Stats {
        Stats {
            clock_offset_seconds,
            calls: self.calls.load(Relaxed),
            retries: self.retries.load(Relaxed),
            failovers: self.failovers.load(Relaxed),
            failures: self.failures.load(Relaxed),
            rate_limited: self.rate_limited.load(Relaxed),
            quota_wait: Duration::from_micros(self.quota_wait_micros.load(Relaxed)),
        }
    }
}
