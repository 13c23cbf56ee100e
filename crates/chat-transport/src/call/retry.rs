//! Retries a call.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{Attempt, AttemptError, Call, Queue};
use crate::{
    Error, RawResponse,
    retry::{Retries, RetryBudget},
    stats::Counters,
};

/// Retries a call if that can help and is safe.
pub(crate) struct Retrier {
    pub(crate) budget: RetryBudget,
    pub(crate) random: Arc<dyn Fn() -> u32 + Send + Sync>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Queue,
}

impl Retrier {
    pub(crate) async fn call(&self, call: &Call) -> Result<RawResponse, Error> {
        self.budget.deposit();
        let mut retries = Retries::new(call.options.retry);
        let mut failed_domain = None;
        let mut resend_count = 0_u32;
        // A failure that says that nothing was sent is about the last attempt only.
        let mut may_have_taken_effect = false;
        loop {
            let attempt = Attempt { call, failed_domain, permit: None };
            let failure = match self.inner.call(attempt).await {
                Ok(response) => return Ok(response),
                Err(failure) => failure,
            };
            let AttemptError { mut error, failed_domain: failed } = failure;
            if may_have_taken_effect {
                error = error.after_earlier_attempt();
            }
            may_have_taken_effect |= error.may_have_taken_effect();
            let wait = retries.wait(&error, failed.is_some(), &self.budget, &*self.random);
            let Some(wait) = wait.filter(|wait| is_in_time(*wait, call.deadline)) else {
                return Err(error);
            };
            resend_count += 1;
            call.span.record("http.request.resend_count", resend_count);
            self.counters.retry(call.endpoint);
            tracing::debug!(%error, ?wait, "the call is retried");
            sleep(wait).await;
            failed_domain = failed;
        }
    }
}

fn is_in_time(wait: Duration, deadline: Instant) -> bool {
    Instant::now().checked_add(wait).is_some_and(|end| end < deadline)
}
