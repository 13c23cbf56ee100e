//! The way of a call, from its JSON to the JSON of the answer. Nothing here is generic.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use chat_types::spec::{EndpointSpec, RetryAdvice};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout_at};
use tracing::{Span, field::Empty};

use crate::{
    Answer, Error, ErrorKind, Phase, RetryPolicy,
    backend::{
        Backend, BackendError, BackendErrorKind, Departure, HttpRequest, Progress, ReadError,
        RequestBody, Stage,
    },
    base_url::BaseUrl,
    cause::Cause,
    decode,
    pace::{Pace, Turn},
    repeat,
    retry::{Repeats, RetryBudget},
    signature::{Signature, Signatures},
    stats::Counters,
};

/// What all clones of a client share.
pub(crate) struct Core {
    pub(crate) origin: BaseUrl,
    pub(crate) signatures: Signatures,
    pub(crate) random: Box<dyn Fn() -> u32 + Send + Sync>,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) pace: Pace,
    pub(crate) max_request_bytes: usize,
    pub(crate) max_response_bytes: usize,
    pub(crate) counters: Counters,
    pub(crate) retry_budget: RetryBudget,
}

/// What a call says: its body, and the parameters of its URL beside those of every call.
pub(crate) struct Message {
    pub(crate) json: Bytes,
    pub(crate) parameters: Vec<(&'static str, String)>,
}

/// What can differ from call to call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    pub(crate) timeout: Duration,
    pub(crate) checks: bool,
    pub(crate) retry: RetryPolicy,
}

impl Core {
    /// The one way of every call, typed or not.
    pub(crate) async fn exchange(
        &self,
        endpoint: &'static EndpointSpec,
        message: Message,
        options: Options,
        span: &Span,
    ) -> Result<Exchange, Error> {
        let deadline = deadline(options.timeout);
        self.check(endpoint, &message.json, options)?;
        self.retry_budget.earn();
        let mut repeats = Repeats::new(options.retry);
        // A failure that says that nothing was sent speaks of the last attempt only.
        let mut may_be_carried_out = false;
        loop {
            let error = match self.once(endpoint, &message, deadline, options, span).await {
                Ok(exchange) => return Ok(exchange),
                Err(error) if may_be_carried_out && error.nothing_was_sent() => {
                    error.after_sending(true)
                }
                Err(error) => error,
            };
            may_be_carried_out |= !error.nothing_was_sent() && !error.is_rate_limited();
            let wait = repeats.wait(&error, &self.retry_budget, &self.random);
            let is_in_time = |wait: &Duration| {
                Instant::now().checked_add(*wait).is_some_and(|end| end < deadline)
            };
            let Some(wait) = wait.filter(is_in_time) else { return Err(error) };
            self.counters.count_retry();
            tracing::debug!(%error, ?wait, "the call is made again");
            sleep(wait).await;
        }
    }

    /// One attempt.
    async fn once(
        &self,
        endpoint: &'static EndpointSpec,
        message: &Message,
        deadline: Instant,
        options: Options,
        span: &Span,
    ) -> Result<Exchange, Error> {
        let Message { json: request, parameters } = message;
        let turn = self.wait_for_turn(endpoint, deadline, options).await?;
        let signature = self.signatures.current();
        let progress = Arc::new(Progress::default());
        let departure = Departure { progress: Arc::clone(&progress), turn };
        let body = RequestBody::new(request.clone(), departure);
        let uri = signature
            .path_and_query(endpoint, parameters, (self.random)())
            .map_err(http::Error::from)
            .and_then(|path_and_query| self.origin.join(path_and_query))
            .map_err(|error| {
                Error::new(endpoint, ErrorKind::HttpClient).because(Some(Cause::of(&error)))
            })?;
        let attempt = self.attempt(HttpRequest::new(uri, body), &progress, span);
        let failure = match timeout_at(deadline, attempt).await {
            Ok(Ok(answer)) => return Ok(Exchange { endpoint, answer, signature }),
            Ok(Err(failure)) => failure,
            Err(_) => Failure {
                cause: Some(Cause::of(&CallTimeout(options.timeout))),
                ..ErrorKind::Timeout(phase(&progress)).into()
            },
        };
        let mut error = Error::new(endpoint, failure.kind).because(failure.cause);
        if progress.end() != Stage::Unsent {
            let is_safe = repeat::is_safe(endpoint, request, options.timeout);
            error = error.after_sending(is_safe).retry_in(failure.retry_after);
        }
        if error.retry_advice() == Some(RetryAdvice::AfterNewSignature) {
            signature.refuse();
        }
        Err(error.with_answer(failure.answer, signature.user_sig()))
    }

    fn check(
        &self,
        endpoint: &'static EndpointSpec,
        request: &[u8],
        options: Options,
    ) -> Result<(), Error> {
        let (bytes, max) = (request.len(), self.max_request_bytes);
        if bytes > max {
            return Err(Error::new(endpoint, ErrorKind::RequestTooLarge { bytes, max }));
        }
        if options.checks {
            let refuse = |violation| Error::new(endpoint, ErrorKind::InvalidRequest(violation));
            endpoint.check_json(request).map_err(refuse)?;
        }
        Ok(())
    }

    async fn wait_for_turn(
        &self,
        endpoint: &'static EndpointSpec,
        deadline: Instant,
        options: Options,
    ) -> Result<Option<Turn>, Error> {
        let Some(limiter) = self.pace.limiter(endpoint) else { return Ok(None) };
        let start = Instant::now();
        let turn = limiter.turn(deadline).await;
        self.counters.add_quota_wait(start.elapsed());
        turn.map(Some).map_err(|_| {
            let cause = Cause::of(&CallTimeout(options.timeout));
            Error::new(endpoint, ErrorKind::Timeout(Phase::Quota)).because(Some(cause))
        })
    }

    /// Sends a request once and reads the answer.
    async fn attempt(
        &self,
        request: HttpRequest,
        progress: &Progress,
        span: &Span,
    ) -> Result<Bytes, Failure> {
        let explain = |error| explain(error, &self.origin, progress);
        let response = self.backend.send(request).await.map_err(explain)?;
        progress.note_answer();
        let (status, retry_after) = (response.status(), response.retry_after());
        span.record("http.response.status_code", status.as_u16());
        let answer = response.read(self.max_response_bytes).await.map_err(|error| match error {
            ReadError::TooLarge => {
                ErrorKind::ResponseTooLarge { max: self.max_response_bytes }.into()
            }
            ReadError::Broken(error) => explain(error),
        })?;
        match decode::judge(status, &answer) {
            Ok(()) => Ok(answer),
            Err(kind) => Err(Failure { answer, retry_after, ..kind.into() }),
        }
    }

    /// Counts a call and opens its span.
    pub(crate) fn start(&self, endpoint: &'static EndpointSpec) -> Span {
        self.counters.count_call();
        tracing::info_span!(
            "chat.call",
            otel.kind = "client",
            http.request.method = "POST",
            server.address = self.origin.host().trim_matches(['[', ']']),
            server.port = self.origin.port(),
            url.path = endpoint.path(),
            chat.service = endpoint.service,
            chat.command = endpoint.command,
            chat.error_code = Empty,
            http.response.status_code = Empty,
            error.type = Empty,
        )
    }

    /// Counts a failure and writes the outcome into the span.
    pub(crate) fn finish(&self, span: &Span, error: Option<&Error>) {
        let Some(error) = error else {
            span.record("chat.error_code", 0);
            tracing::debug!(parent: span, "the call succeeded");
            return;
        };
        self.counters.count_failure(error.is_rate_limited());
        if let Some(code) = error.code() {
            span.record("chat.error_code", code.get());
        }
        span.record("error.type", error.kind().name());
        tracing::debug!(parent: span, %error, "the call failed");
    }
}

/// A call that the service carried out.
pub(crate) struct Exchange {
    endpoint: &'static EndpointSpec,
    pub(crate) answer: Bytes,
    signature: Arc<Signature>,
}

impl Exchange {
    pub(crate) fn decode<T: DeserializeOwned>(self) -> Result<Answer<T>, Error> {
        match decode::typed(&self.answer) {
            Ok(response) => Ok(Answer { response, raw: self.answer }),
            Err(kind) => Err(Error::new(self.endpoint, kind)
                .after_sending(false)
                .with_answer(self.answer, self.signature.user_sig())),
        }
    }
}

/// What went wrong, before it is told whether a byte was sent.
struct Failure {
    kind: ErrorKind,
    cause: Option<Cause>,
    answer: Bytes,
    retry_after: Option<Duration>,
}

impl Failure {
    fn because(kind: ErrorKind, cause: Cause) -> Self {
        Self { cause: Some(cause), ..kind.into() }
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, cause: None, answer: Bytes::new(), retry_after: None }
    }
}

fn explain(error: BackendError, origin: &BaseUrl, progress: &Progress) -> Failure {
    let (kind, cause) = error.into_parts();
    let kind = match kind {
        BackendErrorKind::Connect => {
            ErrorKind::Connect { server: origin.authority().as_str().to_owned() }
        }
        BackendErrorKind::Timeout => ErrorKind::Timeout(phase(progress)),
        BackendErrorKind::Interrupted => ErrorKind::Interrupted,
        BackendErrorKind::Other => ErrorKind::HttpClient,
    };
    Failure::because(kind, cause)
}

/// What the call was waiting for, now that it waits no more.
fn phase(progress: &Progress) -> Phase {
    match progress.end() {
        Stage::Unsent => Phase::Connect,
        Stage::Sent => Phase::Answer,
        Stage::Answered => Phase::Body,
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the call's time limit is {0:?}")]
struct CallTimeout(Duration);

/// A limit that no clock can show becomes a very long one.
fn deadline(timeout: Duration) -> Instant {
    const LONG: Duration = Duration::from_secs(60 * 60 * 24 * 365);
    let now = Instant::now();
    now.checked_add(timeout).unwrap_or(now + LONG)
}
