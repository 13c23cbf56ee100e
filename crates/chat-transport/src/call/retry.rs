use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{Attempt, Call, Queue, Setback};
use crate::{
    Error, RawResponse,
    retry::{Repeats, RetryBudget},
    stats::Counters,
};

/// Makes a call again where that can help and does no harm.
pub(crate) struct Repeater {
    pub(crate) budget: RetryBudget,
    pub(crate) random: Arc<dyn Fn() -> u32 + Send + Sync>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Queue,
}

impl Repeater {
    pub(crate) async fn call(&self, call: &Call) -> Result<RawResponse, Error> {
        self.budget.earn();
        let mut repeats = Repeats::new(call.options.retry);
        let mut avoid = None;
        let mut repeated = 0_u32;
        // A failure that says that nothing was sent speaks of the last attempt only.
        let mut may_have_taken_effect = false;
        loop {
            let attempt = Attempt { call, avoid, turn: None };
            let Setback { error, detour } = match self.inner.call(attempt).await {
                Ok(response) => return Ok(response),
                Err(setback) => setback,
            };
            let error =
                if may_have_taken_effect { error.after_an_earlier_attempt() } else { error };
            may_have_taken_effect |= error.may_have_taken_effect();
            let wait = repeats.wait(&error, detour.is_some(), &self.budget, &*self.random);
            let Some(wait) = wait.filter(|wait| is_in_time(*wait, call.deadline)) else {
                return Err(error);
            };
            repeated += 1;
            call.span.record("http.request.resend_count", repeated);
            self.counters.retry(call.endpoint);
            tracing::debug!(%error, ?wait, "the call is made again");
            sleep(wait).await;
            avoid = detour;
        }
    }
}

fn is_in_time(wait: Duration, deadline: Instant) -> bool {
    Instant::now().checked_add(wait).is_some_and(|end| end < deadline)
}
