//! The request log in the control API.

use serde::Serialize;
use serde_json::Value;

use super::{
    call::Call,
    error::ControlError,
    query::{Parameter, ParameterKind},
    route::Route,
};
use crate::ReceivedRequest;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(
            "list_requests",
            "/requests",
            "Lists the newest requests to endpoints, oldest first.",
            list,
        )
        .query(PARAMETERS),
        Route::delete("clear_requests", "/requests", "Forgets the requests so far.", |call| {
            call.emulator.service.clear_requests();
            Ok(Requests::default())
        }),
    ]
}

const PARAMETERS: &[Parameter] = &[
    Parameter::new(
        "endpoint",
        ParameterKind::String,
        "Only calls of this endpoint: its command, or its service and command joined by a slash.",
    ),
    Parameter::new("sdkappid", ParameterKind::Integer, "Only calls of this app."),
    Parameter::new("code", ParameterKind::Integer, "Only calls whose response has this code."),
    Parameter::new("after", ParameterKind::Integer, "Only calls with a higher number."),
    Parameter::new("limit", ParameterKind::Integer, "At most this many, the newest."),
    Parameter::new("bodies", ParameterKind::Boolean, "With the bodies of the requests."),
];

/// The newest requests.
#[derive(Debug, Default, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Requests {
    /// The requests that match, oldest first.
    requests: Vec<Request>,
    /// The number of requests that the log no longer has, because newer ones took their place.
    dropped: u64,
}

/// A request to an endpoint.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Request {
    /// The number of the request, in the order in which calls took effect; the first has 1.
    number: u64,
    /// The first part of the path after the version.
    service: &'static str,
    /// The last part of the path.
    command: &'static str,
    /// The SDKAppID in the URL, if it is a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    sdkappid: Option<u32>,
    /// When the emulator handled it, in seconds since the Unix epoch by its clock.
    time: u64,
    /// The code of the response; 0 for success.
    code: i64,
    /// The `ErrorInfo` of the response; empty for success.
    info: String,
    /// The body: JSON, or a string if it is not valid JSON. Only if bodies were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
}

fn list(call: &Call<'_>) -> Result<Requests, ControlError> {
    let (query, service) = (&call.query, &call.emulator.service);
    let is_of = |request: &ReceivedRequest, endpoint: &str| match endpoint.split_once('/') {
        Some((service, command)) => (request.service, request.command) == (service, command),
        None => request.command == endpoint,
    };
    let matches = |request: &ReceivedRequest| {
        let number = |name| query.integer(name);
        query.string("endpoint").is_none_or(|endpoint| is_of(request, endpoint))
            && number("sdkappid").is_none_or(|id| request.sdk_app_id.map(u64::from) == Some(id))
            && number("code").is_none_or(|code| u64::try_from(request.code.get()) == Ok(code))
            && number("after").is_none_or(|after| request.number > after)
    };
    let limit =
        query.integer("limit").map_or(usize::MAX, |max| max.try_into().unwrap_or(usize::MAX));
    let kept = service.requests();
    let mut requests: Vec<Request> = kept
        .iter()
        .rev()
        .filter(|request| matches(request))
        .take(limit)
        .map(|request| Request::new(request, query.flag("bodies")))
        .collect();
    requests.reverse();
    Ok(Requests { requests, dropped: service.dropped_requests() })
}

impl Request {
    fn new(request: &ReceivedRequest, with_body: bool) -> Self {
        let text = || Value::from(String::from_utf8_lossy(&request.body));
        Self {
            number: request.number,
            service: request.service,
            command: request.command,
            sdkappid: request.sdk_app_id,
            time: request.time.get(),
            code: request.code.get(),
            info: request.info.clone(),
            body: with_body.then(|| request.json().unwrap_or_else(text)),
        }
    }
}
