//! The built-in backend.

use std::{
    error::Error as StdError,
    fmt,
    future::{Ready, poll_fn, ready},
    io,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::legacy::{Client, Error as ClientError, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use tower_service::Service;

use super::{
    Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, RequestBody, eager::EagerStream,
};
use crate::build_error::BuildError;

/// The built-in backend: HTTP/1.1 over pooled connections.
///
/// The system resolves names, IPv6 and IPv4 addresses are tried concurrently, a connection that was
/// idle for 30 seconds is closed, and at most 256 idle ones are kept. Proxies are not supported; use
/// the feature `reqwest` for those.
pub struct HyperBackend(Client<Connector, RequestBody>);

impl HyperBackend {
    /// Creates a backend for `http`, which the client permits for loopback addresses only. It needs
    /// no certificates on the machine.
    ///
    /// `connect_timeout` limits name resolution and connecting together.
    pub fn http(connect_timeout: Duration) -> Self {
        Self::new(Connector { tcp: tcp(true), connect_timeout, tls: None })
    }

    /// Creates a backend for `https` with TLS 1.2 or newer, the root certificates of the system, and
    /// additional ones from `pem`, which may be empty.
    ///
    /// `connect_timeout` limits name resolution and connecting together, `tls_timeout` the TLS
    /// handshake.
    ///
    /// # Errors
    /// Fails if `pem` is not empty and contains no certificate or an invalid one, and if no root
    /// certificate is available at all.
    pub fn https(
        connect_timeout: Duration,
        tls_timeout: Duration,
        pem: &[u8],
    ) -> Result<Self, BuildError> {
        let tls = Some(Tls { config: Arc::new(tls(pem)?), timeout: tls_timeout });
        Ok(Self::new(Connector { tcp: tcp(false), connect_timeout, tls }))
    }

    fn new(connector: Connector) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(POOL_IDLE_TIMEOUT)
            .pool_max_idle_per_host(POOL_MAX_IDLE)
            .build(connector);
        Self(client)
    }
}

impl Backend for HyperBackend {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let response = self.0.request(request.into_http());
        Box::pin(async {
            let response = response.await.map_err(explain)?;
            Ok(HttpResponse::from_http(response, BackendError::connection_lost))
        })
    }
}

impl fmt::Debug for HyperBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HyperBackend")
    }
}

fn tcp(enforce_http: bool) -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    tcp.enforce_http(enforce_http);
    tcp
}

fn tls(pem: &[u8]) -> Result<ClientConfig, BuildError> {
    let certificates = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| BuildError::certificates(&error))?;
    if certificates.is_empty() && !pem.is_empty() {
        return Err(BuildError::no_certificate());
    }
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new_with_extra_roots(certificates, Arc::clone(&provider))
        .map_err(|error| BuildError::certificates(&error))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| BuildError::certificates(&error))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(config)
}

fn explain(error: ClientError) -> BackendError {
    let step =
        chain(&error).find_map(|error| error.downcast_ref()).map(|TimedOut { step, .. }| *step);
    match step {
        Some(Step::Connect) => BackendError::timeout(error),
        Some(Step::TlsHandshake) => BackendError::tls_timeout(error),
        None if error.is_connect() => BackendError::connect(error),
        None => BackendError::connection_lost(error),
    }
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// Connects, and does the TLS handshake for `https`, each within a separate time limit.
#[derive(Clone)]
struct Connector {
    tcp: HttpConnector,
    connect_timeout: Duration,
    tls: Option<Tls>,
}

#[derive(Clone)]
struct Tls {
    config: Arc<ClientConfig>,
    timeout: Duration,
}

type BoxError = Box<dyn StdError + Send + Sync>;

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<EagerStream>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // The clone that connects waits until it is ready, within the time limit.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { mut tcp, connect_timeout, tls } = self.clone();
        Box::pin(async move {
            let connect = async {
                poll_fn(|context| tcp.poll_ready(context)).await?;
                tcp.call(uri.clone()).await
            };
            let stream = limited(Step::Connect, connect_timeout, connect).await?;
            let stream = EagerStream::new(stream);
            match tls {
                None => Ok(MaybeHttpsStream::Http(stream)),
                Some(Tls { config, timeout }) => {
                    let mut tls = HttpsConnector::from((Connected(Some(stream)), config));
                    tls.enforce_https();
                    limited(Step::TlsHandshake, timeout, tls.call(uri)).await
                }
            }
        })
    }
}

async fn limited<T, E: Into<BoxError>>(
    step: Step,
    limit: Duration,
    future: impl Future<Output = Result<T, E>>,
) -> Result<T, BoxError> {
    match tokio::time::timeout(limit, future).await {
        Ok(outcome) => outcome.map_err(Into::into),
        Err(_) => Err(TimedOut { step, limit }.into()),
    }
}

/// An established connection, for a TLS connector that expects to make its own.
struct Connected(Option<EagerStream>);

impl Service<Uri> for Connected {
    type Response = EagerStream;
    type Error = io::Error;
    type Future = Ready<io::Result<EagerStream>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        ready(self.0.take().ok_or_else(|| io::ErrorKind::NotConnected.into()))
    }
}

#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("no {step} within {limit:?}")]
struct TimedOut {
    step: Step,
    limit: Duration,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Connect,
    TlsHandshake,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connection",
            Self::TlsHandshake => "TLS handshake",
        })
    }
}

/// Shorter than the 60 to 75 seconds after which common servers and load balancers close an idle
/// connection, so that a call rarely uses one that is just being closed.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

const POOL_MAX_IDLE: usize = 256;
