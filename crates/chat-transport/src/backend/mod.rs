//! The seam between a call and the network.
//!
//! A [`Backend`] carries one HTTP request to the service. Everything that makes it a call lies
//! above: the check, the quota, the signature, the deadline, the bound on the response, the reading
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

use std::{fmt, pin::Pin, sync::Arc};

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

pub use self::{
    error::BackendError,
    request::{Canceled, HttpRequest, RequestBody},
    response::HttpResponse,
};
pub(crate) use self::{
    error::BackendErrorKind,
    progress::{Progress, Stage},
    response::{ReadError, ResponseBody},
};

#[cfg(feature = "hyper")]
pub use self::hyper::HyperBackend;
#[cfg(feature = "reqwest")]
pub use self::reqwest::ReqwestBackend;

/// Carries HTTP requests to the service.
///
/// * It sends what it is given, once, and follows no redirects: the signature in the URL is as good
///   as a password.
/// * It need not keep a time. The client drops the future when the call's time is up.
/// * It need not bound the response. The client stops reading at its limit.
pub trait Backend: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and responses as soon as the head of the response is there.
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>>;
}

/// What [`Backend::send`] returns.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl<B: Backend + ?Sized> Backend for Arc<B> {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        (**self).send(request)
    }
}
