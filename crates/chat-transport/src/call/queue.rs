//! Waits for a permit under the quota.

use std::{error::Error as _, sync::Arc, time::Duration};

use chat_quota::{AcquireError, AcquireOptions, Permit, Quota};
use tokio::time::Instant;

use super::{Attempt, AttemptError, Call, Router, send::CallTimeout};
use crate::{Error, ErrorKind, Phase, RawResponse, cause::Cause, stats::Counters};

/// Acquires a permit for each attempt before it is sent.
pub(crate) struct Queue {
    pub(crate) quota: Quota,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Router,
}

impl Queue {
    pub(crate) async fn call(&self, attempt: Attempt<'_>) -> Result<RawResponse, AttemptError> {
        let call = attempt.call;
        let permit = self.acquire(call).await?;
        let waited = permit.waited().map_or(Duration::ZERO, |waited| waited.time);
        match self.inner.call(Attempt { permit: Some(permit), ..attempt }).await {
            Ok(response) => Ok(response.after_waiting(waited)),
            Err(failure) => {
                if failure.error.is_rate_limited() {
                    self.quota.slow_down(call.endpoint);
                }
                Err(failure)
            }
        }
    }

    async fn acquire(&self, call: &Call) -> Result<Permit, Error> {
        let start = Instant::now();
        let options = AcquireOptions::new()
            .priority(call.options.priority)
            .deadline(latest_start(call).into_std())
            .wait(call.options.may_wait);
        let counts_items = call.endpoint.limits_items();
        let items = counts_items.then(|| call.endpoint.item_count(&call.json)).flatten();
        let options = items.map_or(options, |items| options.items(items));
        let outcome = self.quota.acquire_with(call.endpoint, options).await;
        let permit = outcome.map_err(|error| {
            if error.is_timeout() {
                self.counters.quota_wait(call.endpoint, start.elapsed());
            }
            convert(&error, call)
        })?;
        if let Some(waited) = permit.waited() {
            self.counters.quota_wait(call.endpoint, waited.time);
            let seconds = waited.time.as_secs_f64();
            call.span.record("chat.quota.wait", seconds);
            call.span.record("chat.quota.reason", tracing::field::display(&waited.reason));
            tracing::debug!(wait = seconds, reason = %waited.reason, "the call waited for a permit");
        }
        Ok(permit)
    }
}

fn convert(error: &AcquireError, call: &Call) -> Error {
    let (kind, cause) = if let Some(wait) = error.retry_after() {
        (ErrorKind::WouldBlock { wait }, None)
    } else if error.is_unavailable() {
        (ErrorKind::QuotaUnavailable, error.source().map(Cause::of))
    } else {
        let cause = Cause::of(&CallTimeout(call.options.timeout));
        (ErrorKind::Timeout(Phase::Quota), Some(cause))
    };
    Error::new(call.endpoint, kind).because(cause)
}

/// Returns until when a permit is of use: a tenth of the call's timeout, or a second of it, is left
/// for the response.
///
/// Where more calls come than the quota lets through, those at the head of the queue have waited for
/// as long as they may. If they went anyway, they would time out before their responses came, the
/// quota would be spent on calls that fail, and the queue would never clear.
fn latest_start(call: &Call) -> Instant {
    call.deadline - (call.options.timeout / 10).min(LONGEST_RESERVE)
}

const LONGEST_RESERVE: Duration = Duration::from_secs(1);
