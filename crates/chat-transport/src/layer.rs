//! The services that tower layers wrap: a whole call, and each HTTP request.
//!
//! A layer around calls is added with [`ClientBuilder::layer`](crate::ClientBuilder::layer) and fails
//! a call with [`Error::from_layer`]. A layer around requests is added with
//! [`ClientBuilder::http_layer`](crate::ClientBuilder::http_layer) and fails a request with
//! [`BackendError::from_layer`].

use std::{
    fmt,
    sync::Arc,
    task::{Context, Poll},
};

use tower_service::Service;

use crate::{
    Backend, Call, Error, RawResponse,
    backend::{BackendError, BoxFuture, HttpRequest, HttpResponse},
    call::Checker,
};

/// The steps of a call inside of a layer around calls. Clones share them.
#[derive(Clone)]
pub struct CallService(Arc<dyn Handler>);

/// A type-erased tower service for calls that is called by reference.
trait Handler: Send + Sync {
    fn handle(&self, call: Call) -> BoxFuture<'static, Result<RawResponse, Error>>;
}

/// The built-in steps as the innermost service.
struct Steps(Arc<Checker>);

impl Handler for Steps {
    fn handle(&self, call: Call) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let steps = Arc::clone(&self.0);
        Box::pin(async move { steps.call(&call).await })
    }
}

/// A layer, with everything that it wraps.
struct Layered<S>(S);

impl<S> Handler for Layered<S>
where
    S: Service<Call, Response = RawResponse, Error = Error> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    fn handle(&self, call: Call) -> BoxFuture<'static, Result<RawResponse, Error>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            std::future::poll_fn(|context| service.poll_ready(context)).await?;
            service.call(call).await
        })
    }
}

impl CallService {
    pub(crate) fn of_steps(steps: Arc<Checker>) -> Self {
        Self(Arc::new(Steps(steps)))
    }

    pub(crate) fn of_service<S>(service: S) -> Self
    where
        S: Service<Call, Response = RawResponse, Error = Error> + Clone + Send + Sync + 'static,
        S::Future: Send,
    {
        Self(Arc::new(Layered(service)))
    }

    pub(crate) fn handle(&self, call: Call) -> BoxFuture<'static, Result<RawResponse, Error>> {
        self.0.handle(call)
    }
}

impl Service<Call> for CallService {
    type Response = RawResponse;
    type Error = Error;
    type Future = BoxFuture<'static, Result<RawResponse, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, call: Call) -> Self::Future {
        self.handle(call)
    }
}

impl fmt::Debug for CallService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallService")
    }
}

/// The backend inside of a layer around HTTP requests. Clones share it.
#[derive(Clone, Debug)]
pub struct HttpService(Arc<dyn Backend>);

impl HttpService {
    pub(crate) fn new(backend: Arc<dyn Backend>) -> Self {
        Self(backend)
    }
}

impl Service<HttpRequest> for HttpService {
    type Response = HttpResponse;
    type Error = BackendError;
    type Future = BoxFuture<'static, Result<HttpResponse, BackendError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest) -> Self::Future {
        let backend = Arc::clone(&self.0);
        Box::pin(async move { backend.send(request).await })
    }
}

/// A tower service as a backend.
pub(crate) struct LayeredBackend<S>(pub(crate) S);

impl<S> Backend for LayeredBackend<S>
where
    S: Service<HttpRequest, Response = HttpResponse, Error = BackendError>
        + Clone
        + Send
        + Sync
        + 'static,
    S::Future: Send,
{
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let mut service = self.0.clone();
        Box::pin(async move {
            std::future::poll_fn(|context| service.poll_ready(context)).await?;
            service.call(request).await
        })
    }
}

impl<S> fmt::Debug for LayeredBackend<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LayeredBackend")
    }
}
