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
pub(super) struct Client {
    http: legacy::Client<HttpConnector, Full<Bytes>>,
}

impl Client {
    pub(super) fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(MAX_IDLE)
            .build(connector);
        Self { http }
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
        let response = self
            .http
            .request(request)
            .await
            .map_err(|error| WebhookFailure::Connection { reason: reason(&error) })?;
        if response.status() != StatusCode::OK {
            return Err(WebhookFailure::Status { status: response.status().as_u16() });
        }
        let body = Limited::new(response.into_body(), MAX_RESPONSE_BYTES).collect().await;
        body.map(Collected::to_bytes)
            .map_err(|error| WebhookFailure::Connection { reason: error.to_string() })
    }
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
