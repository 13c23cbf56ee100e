use std::{convert::Infallible, fmt, pin::Pin, time::Duration};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use tokio::time::{Instant, timeout_at};

use super::BackendError;

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
    /// [`BackendError::connection_lost`] in most cases.
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
