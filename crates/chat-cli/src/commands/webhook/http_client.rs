//! An HTTP client for the URL of an app's server.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Request, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, crypto::ring};
use rustls_platform_verifier::Verifier;
use tokio::time::{Instant, timeout};

use crate::error::Error;

/// Sends requests over connections that are kept open, as the service does.
#[derive(Clone, Debug)]
pub(super) struct HttpClient(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

/// A response, and how long it took.
#[derive(Clone, Debug)]
pub(super) struct HttpResponse {
    pub(super) status: u16,
    pub(super) body: Bytes,
    pub(super) elapsed: Duration,
    /// Whether the connection stays open.
    pub(super) keeps_alive: bool,
}

impl HttpClient {
    /// Creates a client that trusts the system's certificates and those of `pem`.
    pub(super) fn new(pem: Option<&[u8]>) -> Result<Self, Error> {
        let provider = Arc::new(ring::default_provider());
        let extra = match pem {
            Some(pem) => certificates(pem)?,
            None => Vec::new(),
        };
        let verifier =
            Verifier::new_with_extra_roots(extra, Arc::clone(&provider)).map_err(|error| {
                Error::configuration(format!("cannot verify certificates: {error}"))
            })?;
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::configuration(format!("cannot use TLS: {error}")))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .build();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(30))
            .build(connector);
        Ok(Self(client))
    }

    /// Posts JSON. The error says what failed, without the URL.
    pub(super) async fn post(
        &self,
        url: &Uri,
        body: Bytes,
        limit: Duration,
    ) -> Result<HttpResponse, String> {
        let mut request =
            Request::post(url.clone()).body(Full::new(body)).map_err(|error| error.to_string())?;
        let json = HeaderValue::from_static("application/json");
        request.headers_mut().insert(header::CONTENT_TYPE, json);
        let start = Instant::now();
        let exchange = async {
            let response = self.0.request(request).await.map_err(|error| causes(&error))?;
            let status = response.status().as_u16();
            let closes = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"close");
            let keeps_alive = !response.headers().get(header::CONNECTION).is_some_and(closes);
            let body = Limited::new(response.into_body(), MAX_RESPONSE).collect().await;
            let body = body.map_err(|error| causes(&*error))?.to_bytes();
            Ok(HttpResponse { status, body, elapsed: start.elapsed(), keeps_alive })
        };
        timeout(limit, exchange)
            .await
            .unwrap_or_else(|_| Err(format!("no response within {} s", limit.as_secs())))
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<rustls::pki_types::CertificateDer<'static>>, Error> {
    use rustls::pki_types::{CertificateDer, pem::PemObject as _};
    CertificateDer::pem_slice_iter(pem)
        .collect::<Result<_, _>>()
        .map_err(|error| Error::configuration(format!("invalid CA file: {error}")))
}

/// Returns an error with its causes, the last of which says what happened.
fn causes(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let next = cause.to_string();
        if !text.contains(&next) {
            text = format!("{text}: {next}");
        }
        source = cause.source();
    }
    text
}

/// A response of a webhook is a few hundred bytes.
const MAX_RESPONSE: usize = 1 << 20;
