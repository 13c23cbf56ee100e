use std::{
    error::Error as StdError,
    fmt,
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client, Error as ClientError,
        connect::{Connect, HttpConnector},
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{
    ClientConfig,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::Verifier;
use tower_service::Service;

use super::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, RequestBody};
use crate::builder::BuildError;

/// The built-in backend: HTTP/1.1 over connections that are kept and used again.
///
/// Names are resolved by the system, IPv6 and IPv4 addresses are tried side by side, a connection
/// that was idle for 30 seconds is closed, and at most 256 idle ones are kept. Proxies are not
/// supported; for those there is the `reqwest` feature.
pub struct HyperBackend(Kind);

enum Kind {
    Http(Client<Timed<HttpConnector>, RequestBody>),
    Https(Client<Timed<HttpsConnector<HttpConnector>>, RequestBody>),
}

impl HyperBackend {
    /// A backend for http, which the client lets through to loopback addresses only. It needs no
    /// certificates on the machine.
    ///
    /// `connect_timeout` bounds name resolution and connecting together.
    pub fn http(connect_timeout: Duration) -> Self {
        Self(Kind::Http(client(Timed { inner: tcp(), limit: connect_timeout })))
    }

    /// A backend for https with the root certificates of the system, and further ones from `pem`,
    /// which may be empty. TLS 1.2 or newer.
    ///
    /// `connect_timeout` bounds name resolution, connecting and the TLS handshake together.
    ///
    /// # Errors
    /// When `pem` is not empty and holds no certificate or a broken one, and when there is no root
    /// certificate at all.
    pub fn https(connect_timeout: Duration, pem: &[u8]) -> Result<Self, BuildError> {
        let mut tcp = tcp();
        tcp.enforce_http(false);
        let inner = HttpsConnectorBuilder::new()
            .with_tls_config(tls(pem)?)
            .https_only()
            .enable_http1()
            .wrap_connector(tcp);
        Ok(Self(Kind::Https(client(Timed { inner, limit: connect_timeout }))))
    }
}

impl Backend for HyperBackend {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let request = request.into_http();
        let response = match &self.0 {
            Kind::Http(client) => client.request(request),
            Kind::Https(client) => client.request(request),
        };
        Box::pin(async {
            let response = response.await.map_err(explain)?;
            Ok(HttpResponse::from_http(response, BackendError::interrupted))
        })
    }
}

impl fmt::Debug for HyperBackend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Http(_) => "HyperBackend(http)",
            Kind::Https(_) => "HyperBackend(https)",
        })
    }
}

fn tcp() -> HttpConnector {
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
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

fn client<C: Connect + Clone>(connector: C) -> Client<C, RequestBody> {
    Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(POOL_MAX_IDLE)
        .build(connector)
}

fn explain(error: ClientError) -> BackendError {
    if chain(&error).any(<dyn StdError>::is::<ConnectTimeout>) {
        BackendError::timeout(error)
    } else if error.is_connect() {
        BackendError::connect(error)
    } else {
        BackendError::interrupted(error)
    }
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// A connector that gives up after a while. Those inside bound single steps at most.
#[derive(Clone)]
struct Timed<C> {
    inner: C,
    limit: Duration,
}

impl<C> Service<Uri> for Timed<C>
where
    C: Service<Uri> + Clone + Send + 'static,
    C::Response: Send,
    C::Error: Into<Box<dyn StdError + Send + Sync>> + Send,
    C::Future: Send,
{
    type Response = C::Response;
    type Error = Box<dyn StdError + Send + Sync>;
    type Future = BoxFuture<'static, Result<C::Response, Self::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        // Asked of the clone that connects, in time.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (mut inner, limit) = (self.inner.clone(), self.limit);
        Box::pin(async move {
            let connect = async {
                poll_fn(|context| inner.poll_ready(context)).await?;
                inner.call(uri).await
            };
            match tokio::time::timeout(limit, connect).await {
                Ok(outcome) => outcome.map_err(Into::into),
                Err(_) => Err(ConnectTimeout(limit).into()),
            }
        })
    }
}

#[derive(Debug, thiserror::Error)]
#[error("no connection within {0:?}")]
struct ConnectTimeout(Duration);

/// Shorter than the 60 to 75 seconds after which common servers and load balancers close an idle
/// connection, so that a call seldom meets one that is just being closed.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(30);

const POOL_MAX_IDLE: usize = 256;
