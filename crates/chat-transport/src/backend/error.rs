//! The errors of a backend and of a request body.

use std::{error::Error as StdError, fmt};

use thiserror::Error;

use crate::cause::Cause;

/// Why a [`Backend`](super::Backend) returned no response.
///
/// Each level of the source chain is kept as text only.
#[derive(Debug)]
pub struct BackendError {
    kind: BackendErrorKind,
    cause: Cause,
}

/// The error of a [`RequestBody`](super::RequestBody) that is taken after its call was canceled.
///
/// The client has already reported that nothing was sent, so nothing must be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the call was canceled before it was sent")]
#[non_exhaustive]
pub struct Canceled;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendErrorKind {
    Connect,
    Timeout,
    TlsTimeout,
    ConnectionLost,
    Layer,
    Other,
}

impl BackendError {
    /// Creates the error of a connection that could not be established: name resolution, TCP or TLS
    /// failed. The body must not have been taken.
    pub fn connect(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Connect, cause)
    }

    /// Creates the error of a time limit of the backend. Before the body is taken it counts as a
    /// timeout while connecting.
    pub fn timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Timeout, cause)
    }

    /// Creates the error of a TLS handshake that took too long. The body must not have been taken.
    pub fn tls_timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::TlsTimeout, cause)
    }

    /// Creates the error of a connection that was lost before the response was complete.
    pub fn connection_lost(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::ConnectionLost, cause)
    }

    /// Creates the error of a tower layer that fails a request.
    ///
    /// The call fails with [`ErrorKind::Layer`](crate::ErrorKind::Layer) and is not retried. Whether
    /// the request counts as sent depends on its body: it does once the body was taken, which is
    /// what the inner service does with a request that the layer passes on.
    ///
    /// ```
    /// use std::{future::ready, task::{Context, Poll}};
    ///
    /// use chat_transport::{
    ///     backend::{BackendError, BoxFuture, HttpRequest, HttpResponse},
    ///     layer::HttpService,
    /// };
    /// use tower_service::Service;
    ///
    /// /// Refuses requests to any host but one.
    /// #[derive(Clone)]
    /// struct OnlyHost(&'static str, HttpService);
    ///
    /// impl Service<HttpRequest> for OnlyHost {
    ///     type Response = HttpResponse;
    ///     type Error = BackendError;
    ///     type Future = BoxFuture<'static, Result<HttpResponse, BackendError>>;
    ///
    ///     fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
    ///         self.1.poll_ready(context)
    ///     }
    ///
    ///     fn call(&mut self, request: HttpRequest) -> Self::Future {
    ///         if request.uri().host() == Some(self.0) {
    ///             return self.1.call(request);
    ///         }
    ///         Box::pin(ready(Err(BackendError::from_layer("host not permitted"))))
    ///     }
    /// }
    /// ```
    pub fn from_layer(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Layer, cause)
    }

    /// Creates the error of a backend that cannot do what was requested, or did something else.
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
            BackendErrorKind::Connect => "cannot connect",
            BackendErrorKind::Timeout | BackendErrorKind::TlsTimeout => {
                "a time limit of the HTTP client was reached"
            }
            BackendErrorKind::ConnectionLost => "the connection was lost",
            BackendErrorKind::Layer => "a layer failed the request",
            BackendErrorKind::Other => "the HTTP client failed",
        })
    }
}

impl StdError for BackendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.cause)
    }
}
