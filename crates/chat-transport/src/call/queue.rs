use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Attempt, Call, Router, Setback, send::CallTimeout};
use crate::{
    Error, ErrorKind, Phase, RawResponse,
    cause::Cause,
    pace::{Ask, Limiter, NoTurn, Pace, Turn},
    stats::Counters,
};

/// Waits for the attempt's turn under the quota.
pub(crate) struct Queue {
    pub(crate) pace: Arc<Pace>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Router,
}

impl Queue {
    pub(crate) async fn call(&self, attempt: Attempt<'_>) -> Result<RawResponse, Setback> {
        let Some(limiter) = self.pace.limiter(attempt.call.endpoint) else {
            return self.inner.call(attempt).await;
        };
        let turn = self.turn(&limiter, attempt.call).await?;
        let waited = turn.waited().map_or(Duration::ZERO, |waited| waited.time);
        match self.inner.call(Attempt { turn: Some(turn), ..attempt }).await {
            Ok(response) => Ok(response.after_waiting(waited)),
            Err(setback) => {
                if setback.error.is_rate_limited() {
                    limiter.refused();
                }
                Err(setback)
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
            tracing::debug!(wait = seconds, reason = %waited.reason, "the call waited for its turn");
        }
        Ok(turn)
    }
}

/// Until when a turn is of use: a tenth of the call's time, or a second of it, is left for the
/// answer.
///
/// Where more calls come than the quota lets through, those at the head of the line have waited for
/// as long as they may. If they went all the same, they would be given up before their responses
/// came, the quota would be spent on calls that fail, and the line would never clear.
fn latest_turn(call: &Call) -> Instant {
    call.deadline - (call.options.timeout / 10).min(LONGEST_RESERVE)
}

const LONGEST_RESERVE: Duration = Duration::from_secs(1);
