//! Sends one signed request and reads the response.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use chat_types::spec::ErrorClass;
use tokio::time::{Instant, timeout_at};

use super::{Attempt, Call};
use crate::{
    Error, ErrorKind, Phase, RawResponse,
    backend::{
        Backend, BackendError, BackendErrorKind, HttpRequest, HttpResponse, Progress, ReadError,
        RequestBody, RequestState, ResponseBody,
    },
    base_url::BaseUrl,
    cause::Cause,
    dates, decode,
    signature::{Signature, Signatures},
};

/// Signs an attempt, sends it and reads the response.
pub(crate) struct Sender {
    pub(crate) signatures: Arc<Signatures>,
    pub(crate) random: Arc<dyn Fn() -> u32 + Send + Sync>,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) max_response_bytes: usize,
    pub(crate) timeouts: Timeouts,
}

/// The time limits of single phases once a connection is established.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// From the first byte of the request to the head of the response.
    pub(crate) response: Duration,
    /// From one piece of the response's body to the next.
    pub(crate) body: Duration,
}

impl Sender {
    pub(crate) async fn send(
        &self,
        attempt: Attempt<'_>,
        url: &BaseUrl,
        limit: Instant,
    ) -> Result<RawResponse, Error> {
        let Attempt { call, permit, .. } = attempt;
        let signature = self.signatures.current();
        let progress = Arc::new(Progress::new(permit));
        let request = self.request(call, url, &signature, &progress)?;
        let exchange = Exchange { sender: self, call, url, limit, progress: &progress };
        match exchange.run(request).await {
            Ok(json) => Ok(RawResponse::signed(json, signature)),
            Err(failure) => Err(self.explain(failure, call, &progress, &signature)),
        }
    }

    fn request(
        &self,
        call: &Call,
        url: &BaseUrl,
        signature: &Signature,
        progress: &Arc<Progress>,
    ) -> Result<HttpRequest, Error> {
        let uri = signature
            .path_and_query(call.endpoint, &call.parameters, (self.random)())
            .map_err(http::Error::from)
            .and_then(|path_and_query| url.join(path_and_query))
            .map_err(|error| {
                Error::new(call.endpoint, ErrorKind::HttpClient).because(Some(Cause::of(&error)))
            })?;
        Ok(HttpRequest::new(uri, RequestBody::new(call.json.clone(), Arc::clone(progress))))
    }

    /// Turns a failure into the error that the caller sees.
    fn explain(
        &self,
        failure: Failure,
        call: &Call,
        progress: &Progress,
        signature: &Signature,
    ) -> Error {
        let mut error = Error::new(call.endpoint, failure.kind).because(failure.cause);
        if progress.finish() != RequestState::Unsent {
            let is_safe = call.endpoint.is_safe_to_repeat(&call.json, call.options.timeout);
            error = error.after_sending(is_safe).with_retry_after(failure.retry_after);
        }
        if error.class() == Some(ErrorClass::Signature) {
            let is_outdated = self.signatures.is_outdated(signature);
            error = error.with_clock(failure.clock_offset, is_outdated);
        }
        if error.wants_new_signature() {
            signature.mark_refused();
        }
        error.with_response(failure.response, signature.user_sig())
    }
}

/// One request and its response.
struct Exchange<'a> {
    sender: &'a Sender,
    call: &'a Call,
    url: &'a BaseUrl,
    limit: Instant,
    progress: &'a Progress,
}

impl Exchange<'_> {
    async fn run(&self, request: HttpRequest) -> Result<Bytes, Failure> {
        let requested = self.sender.signatures.time.local_millis();
        let response = self.head(request).await?;
        self.progress.note_response();
        let HttpResponse { status, headers, body } = response;
        if let Some(date) = dates::date(&headers) {
            self.sender.signatures.time.learn(date, requested);
        }
        self.call.span.record("http.response.status_code", status.as_u16());
        let json = decode::repaired(&self.read(body).await?);
        match decode::check_status(status, &json) {
            Ok(()) => Ok(json),
            Err(kind) => Err(self.refusal(kind, &headers, json)),
        }
    }

    /// Sends the request and waits for the head of the response.
    async fn head(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let limit = self.sender.timeouts.response;
        let mut head = pin!(self.sender.backend.send(request));
        let mut until = self.limit.min(Instant::now() + limit);
        loop {
            if let Ok(outcome) = timeout_at(until, head.as_mut()).await {
                return outcome.map_err(|error| self.backend_failure(error));
            }
            // The limit counts from when the request is sent, which may not have happened yet: the
            // backend limits the time for connecting.
            let now = Instant::now();
            until = self.limit.min(self.progress.sent_at().unwrap_or(now) + limit);
            if until <= now {
                return Err(self.timeout(limit));
            }
        }
    }

    async fn read(&self, body: ResponseBody) -> Result<Bytes, Failure> {
        let max = self.sender.max_response_bytes;
        let max_pause = self.sender.timeouts.body;
        body.read(max, self.limit, max_pause).await.map_err(|error| match error {
            ReadError::TooLarge => ErrorKind::ResponseTooLarge { max }.into(),
            ReadError::TimedOut => self.timeout(max_pause),
            ReadError::Backend(error) => self.backend_failure(error),
        })
    }

    fn refusal(&self, kind: ErrorKind, headers: &http::HeaderMap, response: Bytes) -> Failure {
        let now = UNIX_EPOCH + Duration::from_millis(self.sender.signatures.time.local_millis());
        let date = dates::date(headers);
        Failure {
            response,
            retry_after: dates::retry_after(headers, date.unwrap_or(now)),
            clock_offset: date.map(|date| dates::seconds_between(now, date)),
            ..kind.into()
        }
    }

    fn backend_failure(&self, error: BackendError) -> Failure {
        let (kind, cause) = error.into_parts();
        let kind = match kind {
            BackendErrorKind::Connect => {
                ErrorKind::Connect { server: self.url.authority().as_str().to_owned() }
            }
            BackendErrorKind::TlsTimeout => ErrorKind::Timeout(Phase::Tls),
            BackendErrorKind::Timeout => ErrorKind::Timeout(self.phase()),
            BackendErrorKind::ConnectionLost => ErrorKind::ConnectionLost,
            BackendErrorKind::Layer => ErrorKind::Layer,
            BackendErrorKind::Other => ErrorKind::HttpClient,
        };
        Failure { cause: Some(cause), ..kind.into() }
    }

    fn timeout(&self, phase_limit: Duration) -> Failure {
        let cause = if Instant::now() < self.call.deadline {
            Cause::of(&PhaseTimeout(phase_limit))
        } else {
            Cause::of(&CallTimeout(self.call.options.timeout))
        };
        Failure { cause: Some(cause), ..ErrorKind::Timeout(self.phase()).into() }
    }

    /// What the call was waiting for. It does not wait any longer.
    fn phase(&self) -> Phase {
        match self.progress.finish() {
            RequestState::Unsent => Phase::Connect,
            RequestState::Sent => Phase::ResponseHead,
            RequestState::Responded => Phase::Body,
        }
    }
}

/// What went wrong, before it is known whether a byte was sent.
struct Failure {
    kind: ErrorKind,
    cause: Option<Cause>,
    response: Bytes,
    retry_after: Option<Duration>,
    clock_offset: Option<i64>,
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self { kind, cause: None, response: Bytes::new(), retry_after: None, clock_offset: None }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the call's time limit is {0:?}")]
pub(crate) struct CallTimeout(pub(crate) Duration);

#[derive(Debug, thiserror::Error)]
#[error("nothing was received within {0:?}")]
struct PhaseTimeout(Duration);
