//! The control API: what tests in any language do with an emulator, over HTTP.
//!
//! Its paths start with [`PREFIX`], which no path of the service does. To add a subject, add a file here
//! with a function `routes`, and list it in [`ROUTES`]; its types describe themselves in the OpenAPI
//! document, which `UPDATE_CONTROL_API=1 cargo test -p chat-emulator --lib control` writes.
//!
//! | file | subject |
//! | --- | --- |
//! | `operation.rs` | an operation: its name and its path |
//! | `query.rs` | the parameters in the query of a URL |
//! | `call.rs` | what a handler gets |
//! | `route.rs` | a route: an operation with its types and its handler |
//! | `guard.rs` | refuses requests that web pages make |
//! | `error.rs` | error responses |
//! | `clock.rs` | the clock |
//! | `faults.rs` | the plan of faults |
//! | `clients.rs` | what users do with clients: logging in, groups and friends |
//! | `client_messages.rs` | what users do with messages |
//! | `requests.rs` | the request log |
//! | `webhooks.rs` | the settings of webhooks, and their log |
//! | `reset.rs` | starts over |
//! | `seed.rs` | seeds and exports |
//! | `metrics.rs` | metrics for Prometheus |
//! | `description.rs` | health, the description of the emulator, the OpenAPI document |
//! | `schemas.rs`, `openapi.rs` | describe types and routes in that document, in tests |

pub(crate) mod call;
mod client_messages;
mod clients;
mod clock;
mod description;
pub(crate) mod error;
mod faults;
mod guard;
mod metrics;
#[cfg(test)]
mod openapi;
pub(crate) mod operation;
pub(crate) mod query;
mod requests;
mod reset;
pub(crate) mod route;
#[cfg(test)]
mod schemas;
mod seed;
mod webhooks;

use std::{collections::BTreeSet, sync::LazyLock};

use bytes::Bytes;
use hyper::{
    Method, Response, StatusCode,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue},
    http::request::Parts,
};

use self::{
    call::{Call, Controlled},
    error::ControlError,
    operation::{JSON, PREFIX},
    query::Query,
    route::{Outcome, Reply, Route},
};

/// All routes, by subject.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| {
    let mut routes = description::routes();
    routes.extend(clock::routes());
    routes.extend(clients::routes());
    routes.extend(client_messages::routes());
    routes.extend(faults::routes());
    routes.extend(requests::routes());
    routes.extend(webhooks::routes());
    routes.extend(reset::routes());
    routes.extend(seed::routes());
    routes.extend(metrics::routes());
    routes
});

/// The control API of one emulator.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) emulator: Controlled,
    /// The names, in lower case, by which clients may reach it in addition to addresses and `localhost`.
    pub(crate) hosts: BTreeSet<String>,
}

impl Control {
    /// Returns the path within the API; `None` for a path of the service.
    pub(crate) fn path(path: &str) -> Option<&str> {
        path.strip_prefix(PREFIX).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Handles a request.
    pub(crate) async fn respond(&self, path: &str, head: &Parts, body: &Bytes) -> Response<Bytes> {
        let outcome = match guard::check(head, &self.hosts) {
            Ok(()) => self.run(path, head, body),
            Err(error) => Outcome::Now(Err(error)),
        };
        let reply = match outcome {
            Outcome::Now(reply) => reply,
            Outcome::Later(work) => work.await,
        };
        let mut response = match reply {
            Ok(Reply { content_type, body }) => respond(StatusCode::OK, content_type, body),
            Err(error) => {
                let mut response = respond(error.status, JSON, error.to_body());
                if let Some(allow) = error.allow.and_then(|allow| allow.parse().ok()) {
                    response.headers_mut().insert(ALLOW, allow);
                }
                response
            }
        };
        let headers = response.headers_mut();
        for (name, value) in RESPONSE_HEADERS {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    fn run(&self, path: &str, head: &Parts, body: &Bytes) -> Outcome {
        // Clients of health checks may send HEAD, whose response is that of GET without the body.
        let method = if head.method == Method::HEAD { &Method::GET } else { &head.method };
        let path = path.trim_end_matches('/');
        let operations: Vec<_> = ROUTES.iter().map(|route| &route.operation).collect();
        let mut allowed = Vec::new();
        for route in ROUTES.iter() {
            let operation = &route.operation;
            let Some(parameters) = operation.matches(path) else { continue };
            if operation.method == *method {
                let query = match Query::parse(head.uri.query(), operation.parameters) {
                    Ok(query) => query,
                    Err(error) => return Outcome::Now(Err(error)),
                };
                let emulator = &self.emulator;
                return route.run(&Call {
                    emulator,
                    operations: &operations,
                    parameters,
                    query,
                    body,
                });
            }
            allowed.push(operation.method.as_str());
        }
        Outcome::Now(Err(if allowed.is_empty() {
            ControlError::not_found(format!(
                "{PREFIX}{path} is not a path of the control API; {PREFIX}/openapi.json lists them"
            ))
        } else {
            ControlError::method_not_allowed(&allowed)
        }))
    }
}

fn respond(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Keep web pages from reading or keeping what the API returns.
const RESPONSE_HEADERS: [(HeaderName, &str); 3] = [
    (CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("x-content-type-options"), "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];
