//! Metrics in the control API, in the text format of Prometheus.

use std::fmt::Write as _;

use super::{call::Call, error::ControlError, route::Route};

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get_raw(
        "metrics",
        "/metrics",
        "Returns metrics in the text format of Prometheus.",
        "text/plain; version=0.0.4; charset=utf-8",
        metrics,
    )]
}

fn metrics(call: &Call<'_>) -> Result<Vec<u8>, ControlError> {
    let calls = call.emulator.service.calls();
    let mut text = String::from(CALLS);
    for (service, command, counts) in calls.iter() {
        let failed = counts.failed.iter().map(|(code, &count)| (code.get(), count));
        for (code, count) in [(0, counts.succeeded)].into_iter().chain(failed) {
            if count > 0 {
                writeln!(
                    text,
                    "chat_emulator_calls_total{{service=\"{service}\",command=\"{command}\",\
                     code=\"{code}\"}} {count}"
                )
                .map_err(ControlError::internal)?;
            }
        }
    }
    let unknown = calls.unknown_endpoints();
    let (open, accepted) = call.emulator.connections.counts();
    write!(
        text,
        "# HELP chat_emulator_unknown_endpoint_calls_total Requests whose path names no endpoint.\n\
         # TYPE chat_emulator_unknown_endpoint_calls_total counter\n\
         chat_emulator_unknown_endpoint_calls_total {unknown}\n\
         # HELP chat_emulator_connections Open connections.\n\
         # TYPE chat_emulator_connections gauge\n\
         chat_emulator_connections {open}\n\
         # HELP chat_emulator_connections_total Connections since the start.\n\
         # TYPE chat_emulator_connections_total counter\n\
         chat_emulator_connections_total {accepted}\n"
    )
    .map_err(ControlError::internal)?;
    Ok(text.into_bytes())
}

const CALLS: &str = "\
# HELP chat_emulator_calls_total Calls by endpoint and code of the response.
# TYPE chat_emulator_calls_total counter
";
