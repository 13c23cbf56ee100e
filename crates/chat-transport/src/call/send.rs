use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use chat_types::spec::{ErrorClass, RetryAdvice};
use tokio::time::{Instant, timeout_at};

use super::{Attempt, Call};
use crate::{
    Error, ErrorKind, Phase, RawResponse,
    backend::{
        Backend, BackendError, BackendErrorKind, HttpRequest, HttpResponse, Progress, ReadError,
        RequestBody, ResponseBody, Stage,
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

/// The time limits of single phases, once there is a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeouts {
    /// From the first byte of the request to the head of the response.
    pub(crate) response: Duration,
    /// From one piece of the response's body to the next.
    pub(crate) silence: Duration,
}

impl Sender {
    pub(crate) async fn send(
        &self,
        attempt: Attempt<'_>,
        origin: &BaseUrl,
        limit: Instant,
    ) -> Result<RawResponse, Error> {
        let Attempt { call, turn, .. } = attempt;
        let signature = self.signatures.current();
        let progress = Arc::new(Progress::new(turn));
        let request = self.request(call, origin, &signature, &progress)?;
        let exchange = Exchange { sender: self, call, origin, limit, progress: &progress };
        match exchange.run(request).await {
            Ok(json) => Ok(RawResponse::signed(json, signature)),
            Err(failure) => Err(self.explain(failure, call, &progress, &signature)),
        }
    }

    fn request(
        &self,
        call: &Call,
        origin: &BaseUrl,
        signature: &Signature,
        progress: &Arc<Progress>,
    ) -> Result<HttpRequest, Error> {
        let uri = signature
            .path_and_query(call.endpoint, &call.parameters, (self.random)())
            .map_err(http::Error::from)
            .and_then(|path_and_query| origin.join(path_and_query))
            .map_err(|error| {
                Error::new(call.endpoint, ErrorKind::HttpClient).because(Some(Cause::of(&error)))
            })?;
        Ok(HttpRequest::new(uri, RequestBody::new(call.json.clone(), Arc::clone(progress))))
    }

    /// From what went wrong to what the caller is told.
    fn explain(
        &self,
        failure: Failure,
        call: &Call,
        progress: &Progress,
        signature: &Signature,
    ) -> Error {
        let mut error = Error::new(call.endpoint, failure.kind).because(failure.cause);
        if progress.end() != Stage::Unsent {
            let is_safe = call.endpoint.is_safe_to_repeat(&call.json, call.options.timeout);
            error = error.after_sending(is_safe).retry_in(failure.retry_after);
        }
        if error.retry_advice() == Some(RetryAdvice::AfterNewSignature) {
            signature.refuse();
        }
        if error.class() == Some(ErrorClass::Signature) {
            error = error.with_clock_offset(failure.clock_offset);
        }
        error.with_response(failure.response, signature.user_sig())
    }
}

/// One request and its response.
struct Exchange<'a> {
    sender: &'a Sender,
    call: &'a Call,
    origin: &'a BaseUrl,
    limit: Instant,
    progress: &'a Progress,
}

impl Exchange<'_> {
    async fn run(&self, request: HttpRequest) -> Result<Bytes, Failure> {
        let response = self.head(request).await?;
        self.progress.note_response();
        let HttpResponse { status, headers, body } = response;
        self.call.span.record("http.response.status_code", status.as_u16());
        let json = self.read(body).await?;
        match decode::judge(status, &json) {
            Ok(()) => Ok(json),
            Err(kind) => Err(self.refused(kind, &headers, json)),
        }
    }

    /// Sends the request and waits for the head of the response.
    async fn head(&self, request: HttpRequest) -> Result<HttpResponse, Failure> {
        let limit = self.sender.timeouts.response;
        let mut head = pin!(self.sender.backend.send(request));
        let mut until = self.limit.min(Instant::now() + limit);
        loop {
            if let Ok(outcome) = timeout_at(until, head.as_mut()).await {
                return outcome.map_err(|error| self.broken(error));
            }
            // The limit counts from when the request is sent, which may not have happened yet: the
            // time for connecting is the backend's.
            let now = Instant::now();
            until = self.limit.min(self.progress.departed_at().unwrap_or(now) + limit);
            if until <= now {
                return Err(self.too_late(limit));
            }
        }
    }

    async fn read(&self, body: ResponseBody) -> Result<Bytes, Failure> {
        let max = self.sender.max_response_bytes;
        let silence = self.sender.timeouts.silence;
        body.read(max, self.limit, silence).await.map_err(|error| match error {
            ReadError::TooLarge => ErrorKind::ResponseTooLarge { max }.into(),
            ReadError::TooLate => self.too_late(silence),
            ReadError::Broken(error) => self.broken(error),
        })
    }

    fn refused(&self, kind: ErrorKind, headers: &http::HeaderMap, response: Bytes) -> Failure {
        let now = UNIX_EPOCH + Duration::from_secs(self.sender.signatures.now());
        let date = dates::date(headers);
        Failure {
            response,
            retry_after: dates::retry_after(headers, date.unwrap_or(now)),
            clock_offset: date.map(|date| dates::seconds_between(now, date)),
            ..kind.into()
        }
    }

    fn broken(&self, error: BackendError) -> Failure {
        let (kind, cause) = error.into_parts();
        let kind = match kind {
            BackendErrorKind::Connect => {
                ErrorKind::Connect { server: self.origin.authority().as_str().to_owned() }
            }
            BackendErrorKind::TlsTimeout => ErrorKind::Timeout(Phase::Tls),
            BackendErrorKind::Timeout => ErrorKind::Timeout(self.phase()),
            BackendErrorKind::ConnectionLost => ErrorKind::ConnectionLost,
            BackendErrorKind::Other => ErrorKind::HttpClient,
        };
        Failure { cause: Some(cause), ..kind.into() }
    }

    fn too_late(&self, phase_limit: Duration) -> Failure {
        let cause = if Instant::now() < self.call.deadline {
            Cause::of(&PhaseTimeout(phase_limit))
        } else {
            Cause::of(&CallTimeout(self.call.options.timeout))
        };
        Failure { cause: Some(cause), ..ErrorKind::Timeout(self.phase()).into() }
    }

    /// What the call was waiting for, now that it waits no more.
    fn phase(&self) -> Phase {
        match self.progress.end() {
            Stage::Unsent => Phase::Connect,
            Stage::Sent => Phase::ResponseHead,
            Stage::Answered => Phase::Body,
        }
    }
}

/// What went wrong, before it is told whether a byte was sent.
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
#[error("nothing came within {0:?}")]
struct PhaseTimeout(Duration);
