//! The way of a call: steps, each of which wraps the next, from the outside in.
//!
//! 1. `Observer` opens the span, counts, and writes the outcome down. It is outermost, so that the
//!    time and the outcome that it tells are those of the caller.
//! 2. Layers of one's own ([`ClientBuilder::layer`](crate::ClientBuilder::layer)).
//! 3. `Checker` refuses what cannot succeed before any time or quota is spent on it.
//! 4. `Repeater` makes the rest again where that helps and does no harm. Each attempt takes a turn
//!    and chooses a domain of its own, so the steps below are inside.
//! 5. `Queue` waits for a turn under the quota. It comes before the choice of domain and the
//!    signature, since a wait can be long and both should be fresh when the call goes.
//! 6. `Router` chooses the domain and learns from what became of the attempt.
//! 7. `Sender` signs, sends, keeps the time of every phase, bounds and judges the response.
//! 8. Layers of one's own around each HTTP request
//!    ([`ClientBuilder::http_layer`](crate::ClientBuilder::http_layer)), and the backend.
//!
//! Each step is a service in the sense of tower: a request goes in, and a response or an error comes
//! out. They call each other by reference, so that the whole way is one future and takes no
//! allocation per step.

mod check;
mod observe;
mod queue;
mod repeat;
mod route;
mod send;

use std::{fmt, time::Duration};

use bytes::Bytes;
use chat_types::spec::EndpointSpec;
use tokio::time::Instant;
use tracing::Span;

pub(crate) use self::{
    check::Checker,
    observe::{Observation, Observer},
    queue::Queue,
    repeat::Repeater,
    route::Router,
    send::{Sender, Timeouts},
};
use crate::{Error, Priority, RetryPolicy, pace::Turn};

/// One call as a layer sees it.
///
/// `Debug` leaves the JSON out: it may hold what users wrote.
#[derive(Clone)]
pub struct Call {
    pub(crate) endpoint: &'static EndpointSpec,
    pub(crate) json: Bytes,
    /// Of the URL, beside those of every call.
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) options: Options,
    pub(crate) deadline: Instant,
    pub(crate) span: Span,
}

/// What can differ from call to call.
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

    /// The endpoint that is called.
    pub fn endpoint(&self) -> &'static EndpointSpec {
        self.endpoint
    }

    /// The body of the request.
    pub fn json(&self) -> &Bytes {
        &self.json
    }

    /// When the call's time is up.
    pub fn deadline(&self) -> std::time::Instant {
        self.deadline.into_std()
    }

    /// Whether it yields to others.
    pub fn priority(&self) -> Priority {
        self.options.priority
    }

    /// The span of the call, for fields and events of one's own.
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

/// One try of a call.
pub(crate) struct Attempt<'a> {
    pub(crate) call: &'a Call,
    /// The domain that has just failed this call.
    pub(crate) avoid: Option<Origin>,
    pub(crate) turn: Option<Turn>,
}

/// One of a region's domains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Primary,
    Backup,
}

/// An attempt that failed.
pub(crate) struct Setback {
    pub(crate) error: Error,
    /// The domain did not serve the attempt, and this is the one to avoid: another one may.
    pub(crate) detour: Option<Origin>,
}

impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self { error, detour: None }
    }
}

/// A limit that no clock can show becomes a very long one.
fn deadline(start: Instant, timeout: Duration) -> Instant {
    const LONG: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    start.checked_add(timeout).unwrap_or(start + LONG)
}
