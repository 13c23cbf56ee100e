//! Sends requests to the app's server.

use std::{fmt, time::Duration};

use bytes::Bytes;
use chat_types::limits::WEBHOOK_RESPONSE_SECONDS;
use http_body_util::{BodyExt as _, Collected, Full, Limited};
use hyper::{Request, StatusCode};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::time::timeout;

use super::log::WebhookFailure;

/// An HTTP client that keeps connections between calls.
#[derive(Clone)]
pub(crate) enum Client {
    Http(legacy::Client<HttpConnector, Full<Bytes>>),
    #[cfg(feature = "tls")]
    Https(legacy::Client<super::https::Connector, Full<Bytes>>),
    /// The settings cannot be used.
    Unusable(String),
}

impl Client {
    pub(super) fn http() -> Self {
        Self::Http(builder().build(tcp()))
    }

    #[cfg(feature = "tls")]
    pub(super) fn https(authorities: &super::https::Authorities) -> Self {
        match super::https::connector(tcp(), authorities) {
            Ok(connector) => Self::Https(builder().build(connector)),
            Err(reason) => Self::Unusable(reason),
        }
    }

    /// Sends a request and returns the body of the response, within the time that the service waits.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
    ) -> Result<Bytes, WebhookFailure> {
        let response = timeout(RESPONSE_TIMEOUT, self.exchange(request)).await;
        response.unwrap_or(Err(WebhookFailure::Timeout))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Bytes, WebhookFailure> {
        let response = match self {
            Self::Http(client) => client.request(request).await,
            #[cfg(feature = "tls")]
            Self::Https(client) => client.request(request).await,
            Self::Unusable(reason) => {
                return Err(WebhookFailure::Connection { reason: reason.clone() });
            }
        };
        let response =
            response.map_err(|error| WebhookFailure::Connection { reason: reason(&error) })?;
        if response.status() != StatusCode::OK {
            return Err(WebhookFailure::Status { status: response.status().as_u16() });
        }
        let body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES).collect().await;
        body.map(Collected::to_bytes)
            .map_err(|error| WebhookFailure::Connection { reason: error.to_string() })
    }
}

fn tcp() -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    connector.enforce_http(false);
    connector
}

fn builder() -> legacy::Builder {
    let mut builder = legacy::Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new()).pool_max_idle_per_host(MAX_IDLE);
    builder
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// Returns an error with its causes. They do not contain the URL, which is signed.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// This is real time even with a manual clock, because the app's server works in real time.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(WEBHOOK_RESPONSE_SECONDS);

const MAX_RESPONSE_BYTES: usize = 1 << 20;

const MAX_IDLE: usize = 32;
