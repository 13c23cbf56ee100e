//! Chooses the domain of an attempt.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Attempt, AttemptError, Call, Sender};
use crate::{
    Error, ErrorKind, Phase, RawResponse,
    domains::{Domains, PROBE_LIMIT, Route},
    stats::Counters,
};

/// Chooses the domain of each attempt, and records whether the domain worked.
pub(crate) struct Router {
    pub(crate) domains: Arc<Domains>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) inner: Sender,
}

impl Router {
    pub(crate) async fn call(&self, attempt: Attempt<'_>) -> Result<RawResponse, AttemptError> {
        let call = attempt.call;
        let route = self.domains.route(attempt.failed_domain, || may_probe(call));
        let url = self.domains.url(route.domain);
        if !call.span.is_disabled() {
            call.span.record("server.address", url.host_name());
            call.span.record("server.port", url.port());
        }
        let outcome = self.inner.send(attempt, url, limit(call, route)).await;
        let Some(is_up) = outcome.as_ref().map_or_else(|error| is_up(error, call), |_| Some(true))
        else {
            return outcome.map_err(AttemptError::from);
        };
        let update = self.domains.record(route, is_up);
        if let Some(domain) = update.switched_to {
            let to = self.domains.url(domain).host_name();
            self.counters.failover();
            tracing::warn!(to, "calls go to the other domain of the region from now on");
        }
        let failed_domain = update.failed_domain;
        outcome.map_err(|error| AttemptError { error, failed_domain })
    }
}

/// A probe leaves time for an attempt at the domain that is known to work.
fn limit(call: &Call, route: Route) -> Instant {
    if route.is_probe { call.deadline.min(Instant::now() + PROBE_LIMIT) } else { call.deadline }
}

fn may_probe(call: &Call) -> bool {
    let has_time = Instant::now() + 2 * PROBE_LIMIT < call.deadline;
    has_time && call.endpoint.is_safe_to_repeat(&call.json, call.options.timeout)
}

/// Returns whether the domain works, if the error shows that: a quota refusal or an error code means
/// that it does, and a time limit that the caller set too short means nothing.
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
