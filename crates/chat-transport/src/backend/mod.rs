//! The interface between a call and the network.
//!
//! A [`Backend`] sends one HTTP request to the service. Everything that makes it a call happens
//! above it: the check, the quota, the signature, the deadline, the size limit and the decoding of
//! the response. Implement it to send calls through another HTTP client, to count them, or to
//! inject faults.
//!
//! ```
//! use chat_transport::backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse};
//!
//! /// Fails every tenth request before it is sent.
//! #[derive(Debug)]
//! struct Flaky<B> {
//!     inner: B,
//!     requests: std::sync::atomic::AtomicU64,
//! }
//!
//! impl<B: Backend> Backend for Flaky<B> {
//!     fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
//!         let number = self.requests.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
//!         if number % 10 == 9 {
//!             return Box::pin(async { Err(BackendError::connect("the network is gone")) });
//!         }
//!         self.inner.send(request)
//!     }
//! }
//! ```

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use crate::BuildError;

#[cfg(feature = "hyper")]
mod eager;
mod error;
#[cfg(feature = "hyper")]
mod hyper;
mod progress;
mod request;
#[cfg(feature = "reqwest")]
mod reqwest;
mod response;

pub(crate) use self::{
    error::BackendErrorKind,
    progress::{Progress, RequestState},
    response::{ReadError, ResponseBody},
};
pub use self::{
    error::{BackendError, Canceled},
    request::{HttpRequest, RequestBody},
    response::HttpResponse,
};

#[cfg(feature = "hyper")]
pub use self::hyper::HyperBackend;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestBackend;

/// Sends HTTP requests to the service.
///
/// * An implementation sends each request once and follows no redirects: the signature in the URL
///   is as powerful as a password.
/// * It does not need time limits. The client drops the future when the call times out.
/// * It does not need to limit the response. The client stops reading at its limit.
pub trait Backend: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and returns as soon as the head of the response has arrived.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>>;
}

/// The boxed future that [`Backend::send`] returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl<B: Backend + ?Sized> Backend for Arc<B> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        (**self).send(request)
    }
}

/// Creates the built-in backend, with the default time limits where none is set.
#[cfg(feature = "hyper")]
pub(crate) fn built_in(
    is_https: bool,
    connect_timeout: Option<Duration>,
    tls_timeout: Option<Duration>,
    extra_root_certificates: &[u8],
) -> Result<Arc<dyn Backend>, BuildError> {
    const DEFAULT_LIMIT: Duration = Duration::from_secs(3);
    let connect_timeout = connect_timeout.unwrap_or(DEFAULT_LIMIT);
    let tls_timeout = tls_timeout.unwrap_or(DEFAULT_LIMIT);
    Ok(Arc::new(if is_https {
        HyperBackend::https(connect_timeout, tls_timeout, extra_root_certificates)?
    } else {
        HyperBackend::http(connect_timeout)
    }))
}

#[cfg(not(feature = "hyper"))]
pub(crate) fn built_in(
    _: bool,
    _: Option<Duration>,
    _: Option<Duration>,
    _: &[u8],
) -> Result<Arc<dyn Backend>, BuildError> {
    Err(BuildError::NoBackend)
}
