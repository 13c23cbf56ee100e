//! The steps of a call, each of which wraps the next, from the outside in.
//!
//! 1. `Observer` opens the span, counts the call, and records the outcome. It is outermost, so that
//!    it reports the time and the outcome that the caller sees.
//! 2. Custom layers ([`ClientBuilder::layer`](crate::ClientBuilder::layer)).
//! 3. `Checker` rejects what cannot succeed before any time or quota is spent on it.
//! 4. `Retrier` retries the rest if that can help and is safe. Each attempt takes its own permit and
//!    chooses its own domain, so the steps below are inside.
//! 5. `Queue` waits for a permit under the quota. It comes before the choice of domain and the
//!    signature, since a wait can be long and both should be fresh when the request is sent.
//! 6. `Router` chooses the domain and records whether it worked.
//! 7. `Sender` signs and sends the request, enforces the time limit of every phase and the size
//!    limit, and distinguishes success from failure.
//! 8. Custom layers around each HTTP request
//!    ([`ClientBuilder::http_layer`](crate::ClientBuilder::http_layer)), and the backend.
//!
//! Each step is a service in the sense of tower: it takes a request and returns a response or an
//! error. They call each other by reference, so that all of them are one future without an
//! allocation per step.

mod check;
mod observe;
mod queue;
mod retry;
mod route;
mod send;

use std::{fmt, time::Duration};

use bytes::Bytes;
use chat_quota::{Permit, Priority};
use chat_types::spec::EndpointSpec;
use tokio::time::Instant;
use tracing::Span;

pub(crate) use self::{
    check::Checker,
    observe::{Observation, Observer},
    queue::Queue,
    retry::Retrier,
    route::Router,
    send::{Sender, Timeouts},
};
use crate::{Error, RetryPolicy, domains::Domain};

/// One call, as a layer sees it.
///
/// `Debug` omits the JSON, which may contain users' messages.
#[derive(Clone)]
pub struct Call {
    pub(crate) endpoint: &'static EndpointSpec,
    pub(crate) json: Bytes,
    /// The query parameters in addition to those of every call.
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) options: Options,
    pub(crate) deadline: Instant,
    pub(crate) span: Span,
}

/// The settings that can differ from call to call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) timeout: Duration,
    pub(crate) checks: bool,
    pub(crate) retry: RetryPolicy,
    pub(crate) priority: Priority,
    pub(crate) may_wait: bool,
}

impl Call {
    pub(crate) fn new(
        endpoint: &'static EndpointSpec,
        json: Bytes,
        parameters: Vec<(&'static str, String)>,
        options: Options,
        observation: &Observation,
    ) -> Self {
        let deadline = deadline(observation.start, options.timeout);
        let span = observation.span.clone();
        Self { endpoint, json, parameters, options, deadline, span }
    }

    /// Returns the endpoint that is called.
    pub fn endpoint(&self) -> &'static EndpointSpec {
        self.endpoint
    }

    /// Returns the body of the request.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// Returns when the call times out.
    pub fn deadline(&self) -> std::time::Instant {
        self.deadline.into_std()
    }

    /// Returns the priority of the call among those that wait for a permit.
    pub fn priority(&self) -> Priority {
        self.options.priority
    }

    /// Returns the span of the call, for custom fields and events.
    pub fn span(&self) -> &Span {
        &self.span
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("endpoint", &format_args!("{}", self.endpoint.id()))
            .field("bytes", &self.json.len())
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// One HTTP request of a call.
pub(crate) struct Attempt<'a> {
    pub(crate) call: &'a Call,
    /// The domain that has just failed this call, and that is avoided.
    pub(crate) failed_domain: Option<Domain>,
    pub(crate) permit: Option<Permit>,
}

/// Why an attempt failed.
pub(crate) struct AttemptError {
    pub(crate) error: Error,
    /// The domain that failed to serve the attempt, if the other one may serve it.
    pub(crate) failed_domain: Option<Domain>,
}

impl From<Error> for AttemptError {
    fn from(error: Error) -> Self {
        Self { error, failed_domain: None }
    }
}

/// A time limit beyond the range of the clock becomes a year.
fn deadline(start: Instant, timeout: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    start.checked_add(timeout).unwrap_or(start + YEAR)
}
