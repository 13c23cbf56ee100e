//! Waits for a permit under the quota.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Attempt, AttemptError, Call, Router, send::CallTimeout};
use crate::{
    Error, ErrorKind, Phase, RawResponse,
    cause::Cause,
    pace::{Ask, Limiter, NoTurn, Pace, Turn},
    stats::Counters,
};

/// Acquires a permit for each attempt before it is sent.
pub(crate) struct Queue {
    pub(crate) pace: Arc<Pace>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Router,
}

impl Queue {
    pub(crate) async fn call(&self, attempt: Attempt<'_>) -> Result<RawResponse, AttemptError> {
        let Some(limiter) = self.pace.limiter(attempt.call.endpoint) else {
            return self.inner.call(attempt).await;
        };
        let turn = self.turn(&limiter, attempt.call).await?;
        let waited = turn.waited().map_or(Duration::ZERO, |waited| waited.time);
        match self.inner.call(Attempt { turn: Some(turn), ..attempt }).await {
            Ok(response) => Ok(response.after_waiting(waited)),
            Err(failure) => {
                if failure.error.is_rate_limited() {
                    limiter.refused();
                }
                Err(failure)
            }
        }
    }

    async fn turn(&self, limiter: &Arc<Limiter>, call: &Call) -> Result<Turn, Error> {
        let start = Instant::now();
        let ask = Ask {
            deadline: latest_turn(call),
            priority: call.options.priority,
            may_wait: call.options.may_wait,
        };
        let turn = limiter.turn(ask).await.map_err(|no_turn| match no_turn {
            NoTurn::TooLate => {
                self.counters.quota_wait(call.endpoint, start.elapsed());
                let cause = Cause::of(&CallTimeout(call.options.timeout));
                Error::new(call.endpoint, ErrorKind::Timeout(Phase::Quota)).because(Some(cause))
            }
            #[cfg(feature = "redis")]
            NoTurn::Unreachable(why) => Error::new(call.endpoint, ErrorKind::QuotaUnavailable)
                .because(Some(Cause::of(&why))),
            NoTurn::WouldBlock(wait) => Error::new(call.endpoint, ErrorKind::WouldBlock { wait }),
        })?;
        if let Some(waited) = turn.waited() {
            self.counters.quota_wait(call.endpoint, waited.time);
            let seconds = waited.time.as_secs_f64();
            call.span.record("chat.quota.wait", seconds);
            call.span.record("chat.quota.reason", tracing::field::display(&waited.reason));
            tracing::debug!(wait = seconds, reason = %waited.reason, "the call waited for a permit");
        }
        Ok(turn)
    }
}

/// Returns the last instant at which a permit is useful: a tenth of the call's time, or a second of
/// it, is reserved for the response.
///
/// If more calls are made than the quota permits, those at the head of the queue have waited for
/// almost all of their time. If they were sent anyway, they would time out before their responses
/// arrived, the quota would be spent on calls that fail, and the queue would never clear.
fn latest_turn(call: &Call) -> Instant {
    call.deadline - (call.options.timeout / 10).min(LONGEST_RESERVE)
}

const LONGEST_RESERVE: Duration = Duration::from_secs(1);
