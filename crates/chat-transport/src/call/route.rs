use std::sync::Arc;

use tokio::time::Instant;

use super::{Attempt, Call, Sender, Setback};
use crate::{
    Error, ErrorKind, Phase, RawResponse,
    domains::{Choice, Domains, PROBE_LIMIT},
    stats::Counters,
};

/// Chooses the domain of an attempt, and learns from what became of it.
pub(crate) struct Router {
    pub(crate) domains: Arc<Domains>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Sender,
}

impl Router {
    pub(crate) async fn call(&self, attempt: Attempt<'_>) -> Result<RawResponse, Setback> {
        let call = attempt.call;
        let choice = self.domains.choose(attempt.avoid, || is_safe_to_repeat(call));
        let origin = self.domains.url(choice.origin);
        if !call.span.is_disabled() {
            call.span.record("server.address", origin.host_name());
            call.span.record("server.port", origin.port());
        }
        let outcome = self.inner.send(attempt, origin, limit(call, choice)).await;
        let Some(is_up) = outcome.as_ref().map_or_else(|error| is_up(error, call), |_| Some(true))
        else {
            return outcome.map_err(Setback::from);
        };
        let lesson = self.domains.learn(choice, is_up);
        if let Some(origin) = lesson.moved_to {
            let to = self.domains.url(origin).host_name();
            self.counters.failover();
            tracing::warn!(to, "calls go to the other domain of the region from now on");
        }
        outcome.map_err(|error| Setback { error, detour: lesson.detour })
    }
}

/// An attempt that finds out whether a domain is back leaves time for one that is known to work.
fn limit(call: &Call, choice: Choice) -> Instant {
    if choice.is_probe { call.deadline.min(Instant::now() + PROBE_LIMIT) } else { call.deadline }
}

fn is_safe_to_repeat(call: &Call) -> bool {
    let has_time = Instant::now() + 2 * PROBE_LIMIT < call.deadline;
    has_time && call.endpoint.is_safe_to_repeat(&call.json, call.options.timeout)
}

/// What an error says of the domain, if anything: a quota refusal or an error code says that it
/// works, and a time limit that the caller set too short says nothing.
fn is_up(error: &Error, call: &Call) -> Option<bool> {
    match error.kind() {
        ErrorKind::Connect { .. } | ErrorKind::ConnectionLost => Some(false),
        ErrorKind::HttpStatus { status: 502..=504, refusal: None } => Some(false),
        ErrorKind::Timeout(Phase::Connect | Phase::Tls | Phase::ResponseHead) => {
            (Instant::now() < call.deadline).then_some(false)
        }
        ErrorKind::HttpStatus { .. }
        | ErrorKind::Api(_)
        | ErrorKind::InvalidJson
        | ErrorKind::Decode { .. }
        | ErrorKind::ResponseTooLarge { .. }
        | ErrorKind::Timeout(Phase::Body) => Some(true),
        _ => None,
    }
}
