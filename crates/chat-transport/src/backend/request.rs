use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderValue, Method, Uri, header};
use http_body::{Body, Frame, SizeHint};
use thiserror::Error;

use super::progress::Progress;

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
            Err(Canceled) => Bytes::new(),
        }
    }

    fn depart(&mut self) -> Result<(), Canceled> {
        self.progress.take().map_or(Ok(()), |progress| progress.depart())
    }
}

/// The error of a [`RequestBody`] that is taken after its call was given up. The client has
/// reported by then that nothing was sent, so nothing may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the call was given up before it was sent")]
#[non_exhaustive]
pub struct Canceled;

impl Body for RequestBody {
    type Data = Bytes;
    type Error = Canceled;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Canceled>>> {
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

const USER_AGENT: &str = concat!("chat-transport/", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt as _;

    use super::*;
    use crate::backend::Stage;

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
        progress.note_response();
        assert_eq!(progress.end(), Stage::Answered);
    }

    #[tokio::test]
    async fn a_body_cannot_be_taken_once_its_call_was_given_up() {
        let (body, progress) = body();
        assert_eq!(progress.end(), Stage::Unsent);
        assert_eq!(body.collect().await.unwrap_err(), Canceled);
        assert_eq!(progress.end(), Stage::Unsent);

        let (body, progress) = self::body();
        assert_eq!(progress.end(), Stage::Unsent);
        assert!(body.into_bytes().is_empty());
    }
}
