//! Counts calls and reports their outcomes.

use std::sync::Arc;

use chat_types::spec::EndpointSpec;
use tokio::time::Instant;
use tracing::{Span, field::Empty};

use crate::{Error, stats::Counters};

/// Starts the observation of each call.
pub(crate) struct Observer {
    pub(crate) counters: Arc<Counters>,
}

/// A call whose outcome is to be reported.
pub(crate) struct Observation {
    counters: Arc<Counters>,
    endpoint: &'static EndpointSpec,
    pub(crate) start: Instant,
    pub(crate) span: Span,
}

impl Observer {
    pub(crate) fn start(&self, endpoint: &'static EndpointSpec) -> Observation {
        self.counters.start_call();
        let span = tracing::info_span!(
            "chat.call",
            otel.kind = "client",
            http.request.method = "POST",
            http.request.resend_count = Empty,
            server.address = Empty,
            server.port = Empty,
            url.path = endpoint.path(),
            chat.service = endpoint.service,
            chat.command = endpoint.command,
            chat.quota.wait = Empty,
            chat.quota.reason = Empty,
            chat.error_code = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        );
        let counters = Arc::clone(&self.counters);
        Observation { counters, endpoint, start: Instant::now(), span }
    }
}

impl Observation {
    pub(crate) fn finish(self, error: Option<&Error>) {
        let Self { counters, endpoint, start, span } = self;
        counters.finish_call(endpoint, start, error);
        let Some(error) = error else {
            span.record("chat.error_code", 0);
            tracing::debug!(parent: &span, "the call succeeded");
            return;
        };
        if let Some(code) = error.code() {
            span.record("chat.error_code", code.get());
        }
        span.record("error.type", error.kind().name());
        tracing::debug!(parent: &span, %error, "the call failed");
    }
}
