//! The response that a backend returns.

use std::{convert::Infallible, fmt, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout_at};

use super::BackendError;

/// The head of a response, with a body that is still to be read.
pub struct HttpResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ResponseBody,
}

/// The body of a response, which may still be arriving.
pub(crate) struct ResponseBody(Pin<Box<dyn Body<Data = Bytes, Error = BackendError> + Send>>);

impl HttpResponse {
    /// Creates a response that is complete.
    pub fn new(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let body = Full::new(body.into()).map_err(|never: Infallible| match never {});
        Self { status, headers: HeaderMap::new(), body: ResponseBody(Box::pin(body)) }
    }

    /// Creates a response whose body is still arriving.
    ///
    /// `explain` converts an error of that body, in most cases with
    /// [`BackendError::connection_lost`].
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

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Returns the headers. The client reads `Retry-After` and `Date`.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl ResponseBody {
    /// Reads the body: at most `max_bytes`, until `limit`, and with no pause longer than `max_pause`.
    pub(crate) async fn read(
        mut self,
        max_bytes: usize,
        limit: Instant,
        max_pause: Duration,
    ) -> Result<Bytes, ReadError> {
        if self.0.size_hint().lower() > max_bytes as u64 {
            return Err(ReadError::TooLarge);
        }
        // Most responses arrive in one piece, which is kept without a copy.
        let mut whole = Bytes::new();
        let mut pieces = BytesMut::new();
        while !self.0.is_end_stream() {
            let limit = limit.min(Instant::now() + max_pause);
            let frame = timeout_at(limit, self.0.frame()).await.map_err(|_| ReadError::TimedOut)?;
            let Some(frame) = frame else { break };
            let Ok(piece) = frame.map_err(ReadError::Backend)?.into_data() else { continue };
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

/// Why the body of a response could not be read.
pub(crate) enum ReadError {
    TooLarge,
    TimedOut,
    Backend(BackendError),
}
