//! The request that a backend sends.

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Uri, header};
use http_body::{Body, Frame, SizeHint};

use super::{Canceled, Progress};

/// A POST request with a JSON body.
///
/// `Debug` shows the host and the path. The query contains the UserSig and must not be logged.
pub struct HttpRequest {
    uri: Uri,
    body: RequestBody,
}

impl HttpRequest {
    pub(crate) fn new(uri: Uri, body: RequestBody) -> Self {
        Self { uri, body }
    }

    /// Returns the complete URL, which contains the UserSig.
    pub fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Returns the JSON body.
    pub fn body(&self) -> &RequestBody {
        &self.body
    }

    /// Converts this into a request with headers, whose `Debug` shows the UserSig.
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

/// The body of a request.
///
/// It records when it is taken, which is how the client knows whether a request may have reached the
/// service. Take it, by polling it or with [`into_bytes`](Self::into_bytes), only once a connection
/// is established, and send no header before that.
pub struct RequestBody {
    bytes: Bytes,
    is_taken: bool,
    progress: Option<Arc<Progress>>,
}

impl RequestBody {
    pub(crate) fn new(bytes: Bytes, progress: Arc<Progress>) -> Self {
        let mut body = Self { bytes, is_taken: false, progress: Some(progress) };
        if body.bytes.is_empty() {
            // An empty body is never polled.
            let _ = body.start_sending();
        }
        body
    }

    /// Returns the JSON without taking it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes the JSON. It is empty if the call has been canceled in the meantime; send nothing in
    /// that case.
    pub fn into_bytes(mut self) -> Bytes {
        match self.start_sending() {
            Ok(()) => std::mem::take(&mut self.bytes),
            Err(Canceled) => Bytes::new(),
        }
    }

    fn start_sending(&mut self) -> Result<(), Canceled> {
        self.progress.take().map_or(Ok(()), |progress| progress.start_sending())
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Canceled;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Canceled>>> {
        self.start_sending()?;
        let is_complete = std::mem::replace(&mut self.is_taken, true);
        Poll::Ready((!is_complete).then(|| Ok(Frame::data(std::mem::take(&mut self.bytes)))))
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

const USER_AGENT: &str = concat!("chat-transport/", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::backend::RequestState;

    fn body() -> (RequestBody, Arc<Progress>) {
        let progress = Arc::new(Progress::default());
        (RequestBody::new(Bytes::from_static(b"{}"), Arc::clone(&progress)), progress)
    }

    #[tokio::test]
    async fn body_counts_as_sent_once_taken() {
        let (body, progress) = body();
        assert_eq!(body.collect().await.unwrap().to_bytes(), "{}");
        assert_eq!(progress.finish(), RequestState::Sent);

        let (body, progress) = self::body();
        assert_eq!(body.into_bytes(), "{}");
        progress.note_response();
        assert_eq!(progress.finish(), RequestState::Responded);
    }

    #[tokio::test]
    async fn body_cannot_be_taken_after_cancellation() {
        let (body, progress) = body();
        assert_eq!(progress.finish(), RequestState::Unsent);
        assert_eq!(body.collect().await.unwrap_err(), Canceled);
        assert_eq!(progress.finish(), RequestState::Unsent);

        let (body, progress) = self::body();
        assert_eq!(progress.finish(), RequestState::Unsent);
        assert!(body.into_bytes().is_empty());
    }
}
