//! The seam between a call and the network.
//!
//! A [`Backend`] carries one HTTP request to the service. Everything that makes it a call lies
//! above: the check, the quota, the signature, the deadline, the bound on the answer, the reading
//! of it. Write one to send calls through something else, to count them, or to make them fail.
//!
//! ```
//! use chat_transport::backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse};
//!
//! /// Fails every tenth call before it is sent.
//! #[derive(Debug)]
//! struct Flaky<B> {
//!     inner: B,
//!     calls: std::sync::atomic::AtomicU64,
//! }
//!
//! impl<B: Backend> Backend for Flaky<B> {
//!     fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
//!         let call = self.calls.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!         if call % 10 == 9 {
//!             return Box::pin(async { Err(BackendError::connect("the network is gone")) });
//!         }
//!         self.inner.send(request)
//!     }
//! }
//! ```

use std::{
    convert::Infallible,
    error::Error as StdError,
    fmt,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use thiserror::Error;
use tokio::time::{Instant, timeout_at};

use crate::{cause::Cause, pace::Turn};

#[cfg(feature = "hyper")]
mod eager;
#[cfg(feature = "hyper")]
mod hyper;
#[cfg(feature = "reqwest")]
mod reqwest;

#[cfg(feature = "hyper")]
pub use self::hyper::HyperBackend;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestBackend;

/// Carries HTTP requests to the service.
///
/// * It sends what it is given, once, and follows no redirects: the signature in the URL is as good
///   as a password.
/// * It need not keep a time. The client drops the future when the call's time is up.
/// * It need not bound the answer. The client stops reading at its limit.
pub trait Backend: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and answers as soon as the head of the response is there.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>>;
}

/// What [`Backend::send`] returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl<B: Backend + ?Sized> Backend for Arc<B> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        (**self).send(request)
    }
}

/// A POST request with a JSON body.
///
/// `Debug` shows host and path. The query holds the UserSig and must not reach any log.
pub struct HttpRequest {
    uri: Uri,
    body: RequestBody,
}

impl HttpRequest {
    pub(crate) fn new(uri: Uri, body: RequestBody) -> Self {
        Self { uri, body }
    }

    /// The whole URL, with the UserSig.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// The JSON.
    pub fn body(&self) -> &RequestBody {
        &self.body
    }

    /// The request with its headers. Its `Debug` shows the UserSig.
    pub fn into_http(self) -> http::Request<RequestBody> {
        let mut request = http::Request::new(self.body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.uri;
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        request
    }
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpRequest")
            .field("host", &self.uri.host())
            .field("path", &self.uri.path())
            .field("body", &self.body)
            .finish_non_exhaustive()
    }
}

/// The body of a request. It notes when it is taken, which is how the client knows whether anything
/// of a call may have reached the service.
///
/// Take it, by polling it or with [`into_bytes`](Self::into_bytes), only when a connection is there
/// to write it to, and send no header before.
pub struct RequestBody {
    bytes: Bytes,
    is_taken: bool,
    progress: Option<Arc<Progress>>,
}

impl RequestBody {
    pub(crate) fn new(bytes: Bytes, progress: Arc<Progress>) -> Self {
        let mut body = Self { bytes, is_taken: false, progress: Some(progress) };
        if body.bytes.is_empty() {
            // Nobody polls an empty body.
            let _ = body.depart();
        }
        body
    }

    /// The JSON without taking it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the JSON. It is empty when the call has been given up in the meantime; send nothing
    /// then.
    pub fn into_bytes(mut self) -> Bytes {
        match self.depart() {
            Ok(()) => std::mem::take(&mut self.bytes),
            Err(GivenUp) => Bytes::new(),
        }
    }

    fn depart(&mut self) -> Result<(), GivenUp> {
        self.progress.take().map_or(Ok(()), |progress| progress.depart())
    }
}

/// The error of a [`RequestBody`] that is taken after its call was given up. The client has
/// reported by then that nothing was sent, so nothing may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the call was given up before it was sent")]
#[non_exhaustive]
pub struct GivenUp;

impl Body for RequestBody {
    type Data = Bytes;
    type Error = GivenUp;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, GivenUp>>> {
        self.depart()?;
        let is_over = std::mem::replace(&mut self.is_taken, true);
        Poll::Ready((!is_over).then(|| Ok(Frame::data(std::mem::take(&mut self.bytes)))))
    }

    fn is_end_stream(&self) -> bool {
        self.is_taken
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

/// How far a request has come: told by the body, which may be in the hands of another task, and
/// ended by the call.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    stage: AtomicU8,
    /// When the first byte was about to be written.
    departed_at: OnceLock<Instant>,
    turn: Option<Turn>,
}

/// Where a request was when its call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Nothing was sent, and nothing will be.
    Unsent,
    /// Some of it may have been sent.
    Sent,
    /// The head of the answer is there.
    Answered,
}

impl Progress {
    const WAITING: u8 = 0;
    const SENT: u8 = 1;
    const ANSWERED: u8 = 2;
    const GIVEN_UP: u8 = 3;

    pub(crate) fn new(turn: Option<Turn>) -> Self {
        Self { turn, ..Self::default() }
    }

    fn depart(&self) -> Result<(), GivenUp> {
        match self.advance(Self::WAITING, Self::SENT) {
            Ok(_) => {
                let _ = self.departed_at.set(Instant::now());
                self.turn.iter().for_each(Turn::sent);
                Ok(())
            }
            Err(Self::GIVEN_UP) => Err(GivenUp),
            Err(_) => Ok(()),
        }
    }

    pub(crate) fn departed_at(&self) -> Option<Instant> {
        self.departed_at.get().copied()
    }

    pub(crate) fn note_answer(&self) {
        self.stage.store(Self::ANSWERED, Ordering::Release);
        self.turn.iter().for_each(Turn::answered);
    }

    pub(crate) fn end(&self) -> Stage {
        match self.advance(Self::WAITING, Self::GIVEN_UP) {
            Ok(_) => {
                self.turn.iter().for_each(Turn::release);
                Stage::Unsent
            }
            Err(Self::GIVEN_UP) => Stage::Unsent,
            Err(Self::SENT) => Stage::Sent,
            Err(_) => Stage::Answered,
        }
    }

    fn advance(&self, from: u8, to: u8) -> Result<u8, u8> {
        self.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
    }
}

/// The head of a response, and its body to be read.
pub struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ResponseBody,
}

/// The body of a response on its way.
pub(crate) struct ResponseBody(Pin<Box<dyn Body<Data = Bytes, Error = BackendError> + Send>>);

impl HttpResponse {
    /// A response that is complete.
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let body = Full::new(body.into()).map_err(|never: Infallible| match never {});
        Self { status, headers: HeaderMap::new(), body: ResponseBody(Box::pin(body)) }
    }

    /// A response whose body is still on its way, and what an error of that body means:
    /// [`BackendError::interrupted`] in most cases.
    pub fn from_http<B, F>(response: http::Response<B>, explain: F) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        F: FnMut(B::Error) -> BackendError + Send + 'static,
    {
        let (head, body) = response.into_parts();
        Self {
            status: head.status,
            headers: head.headers,
            body: ResponseBody(Box::pin(body.map_err(explain))),
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Its headers. The client reads `Retry-After` and `Date`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl ResponseBody {
    /// Reads it, up to a number of bytes, until an instant, and without a silence longer than that.
    pub(crate) async fn read(
        mut self,
        max_bytes: usize,
        limit: Instant,
        silence: Duration,
    ) -> Result<Bytes, ReadError> {
        if self.0.size_hint().lower() > max_bytes as u64 {
            return Err(ReadError::TooLarge);
        }
        // Most answers come in one piece, which is kept as it is.
        let mut whole = Bytes::new();
        let mut pieces = BytesMut::new();
        while !self.0.is_end_stream() {
            let limit = limit.min(Instant::now() + silence);
            let frame = timeout_at(limit, self.0.frame()).await.map_err(|_| ReadError::TooLate)?;
            let Some(frame) = frame else { break };
            let Ok(piece) = frame.map_err(ReadError::Broken)?.into_data() else { continue };
            if whole.len() + pieces.len() + piece.len() > max_bytes {
                return Err(ReadError::TooLarge);
            }
            if whole.is_empty() && pieces.is_empty() {
                whole = piece;
            } else {
                pieces.extend_from_slice(&std::mem::take(&mut whole));
                pieces.extend_from_slice(&piece);
            }
        }
        Ok(if pieces.is_empty() { whole } else { pieces.freeze() })
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse").field("status", &self.status).finish_non_exhaustive()
    }
}

pub(crate) enum ReadError {
    TooLarge,
    TooLate,
    Broken(BackendError),
}

/// Why a backend brought no response.
///
/// It keeps the causes as text alone, each level of their chain.
#[derive(Debug)]
pub struct BackendError {
    kind: BackendErrorKind,
    cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendErrorKind {
    Connect,
    Timeout,
    TlsTimeout,
    Interrupted,
    Other,
}

impl BackendError {
    /// No connection: name resolution, refused, TLS. The body must not have been taken.
    pub fn connect(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Connect, cause)
    }

    /// A time limit of the backend's own. Before the body is taken it counts as one of connecting.
    pub fn timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Timeout, cause)
    }

    /// A time limit of the TLS handshake. The body must not have been taken.
    pub fn tls_timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::TlsTimeout, cause)
    }

    /// The connection broke before the response was complete.
    pub fn interrupted(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Interrupted, cause)
    }

    /// The backend cannot do what it was asked, or did something else.
    pub fn other(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Other, cause)
    }

    fn new(kind: BackendErrorKind, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let cause: Box<dyn StdError + Send + Sync> = cause.into();
        Self { kind, cause: Cause::of(&*cause) }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn is_connect(&self) -> bool {
        matches!(self.kind, BackendErrorKind::Connect | BackendErrorKind::TlsTimeout)
    }

    pub(crate) fn into_parts(self) -> (BackendErrorKind, Cause) {
        (self.kind, self.cause)
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            BackendErrorKind::Connect => "no connection",
            BackendErrorKind::Timeout | BackendErrorKind::TlsTimeout => {
                "the HTTP client's own time limit was reached"
            }
            BackendErrorKind::Interrupted => "the connection broke",
            BackendErrorKind::Other => "the HTTP client failed",
        })
    }
}

impl StdError for BackendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.cause)
    }
}

const USER_AGENT: &str = concat!("chat-transport/", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use super::*;

    fn body() -> (RequestBody, Arc<Progress>) {
        let progress = Arc::new(Progress::default());
        (RequestBody::new(Bytes::from_static(b"{}"), Arc::clone(&progress)), progress)
    }

    #[tokio::test]
    async fn a_body_that_is_taken_counts_as_sent() {
        let (body, progress) = body();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "{}");
        assert_eq!(progress.end(), Stage::Sent);

        let (body, progress) = self::body();
        assert_eq!(body.into_bytes(), "{}");
        progress.note_answer();
        assert_eq!(progress.end(), Stage::Answered);
    }

    #[tokio::test]
    async fn a_body_cannot_be_taken_once_its_call_was_given_up() {
        let (body, progress) = body();
        assert_eq!(progress.end(), Stage::Unsent);
        assert_eq!(body.collect().await.unwrap_err(), GivenUp);
        assert_eq!(progress.end(), Stage::Unsent);

        let (body, progress) = self::body();
        assert_eq!(progress.end(), Stage::Unsent);
        assert!(body.into_bytes().is_empty());
    }
}
