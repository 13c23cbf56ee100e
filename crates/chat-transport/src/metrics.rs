//! Metrics for the facade `metrics`, under the names listed in the README. Without the feature these
//! functions do nothing.

#[cfg(feature = "metrics")]
pub(crate) use self::facade::*;
#[cfg(not(feature = "metrics"))]
pub(crate) use self::none::*;

#[cfg(feature = "metrics")]
mod facade {
    use std::time::Duration;

    use chat_types::spec::EndpointSpec;
    use metrics::{counter, histogram};
    use tokio::time::Instant;

    use crate::Error;

    pub(crate) fn call(spec: &'static EndpointSpec, start: Instant, error: Option<&Error>) {
        let (service, command) = (spec.service, spec.command);
        let outcome = error.map_or("ok", |error| error.kind().name());
        counter!(
            "chat_calls_total",
            "service" => service, "command" => command, "outcome" => outcome
        )
        .increment(1);
        histogram!("chat_call_duration_seconds", "service" => service, "command" => command)
            .record(start.elapsed());
        if let Some(code) = error.and_then(Error::code) {
            counter!(
                "chat_refusals_total",
                "service" => service, "command" => command, "code" => code.to_string()
            )
            .increment(1);
        }
    }

    pub(crate) fn retry(spec: &'static EndpointSpec) {
        counter!("chat_retries_total", "service" => spec.service, "command" => spec.command)
            .increment(1);
    }

    pub(crate) fn quota_wait(spec: &'static EndpointSpec, wait: Duration) {
        histogram!(
            "chat_quota_wait_seconds",
            "service" => spec.service, "command" => spec.command
        )
        .record(wait);
    }

    pub(crate) fn failover() {
        counter!("chat_failovers_total").increment(1);
    }
}

#[cfg(not(feature = "metrics"))]
mod none {
    use std::time::Duration;

    use chat_types::spec::EndpointSpec;
    use tokio::time::Instant;

    use crate::Error;

    pub(crate) fn call(_: &'static EndpointSpec, _: Instant, _: Option<&Error>) {}
    pub(crate) fn retry(_: &'static EndpointSpec) {}
    pub(crate) fn quota_wait(_: &'static EndpointSpec, _: Duration) {}
    pub(crate) fn failover() {}
}
