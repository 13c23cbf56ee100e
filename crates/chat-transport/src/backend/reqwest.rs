//! A backend for a `reqwest::Client` that the caller has configured.

use std::fmt;

use super::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse};

/// Sends calls through a [`reqwest::Client`] that the caller has configured, for example for a proxy.
///
/// **Disable redirects** in that client with `.redirect(reqwest::redirect::Policy::none())`, and the
/// referrer with `.referer(false)`. With redirects enabled, which is reqwest's default, a redirect
/// passes the signed URL to whatever host it names. A call that was redirected ends in an error, but
/// by then it is too late. Leave `connection_verbose` disabled as well: it logs complete URLs.
///
/// The time limits of the reqwest client apply in addition to those of [`Client`](crate::Client).
/// The settings [`connect_timeout`](crate::ClientBuilder::connect_timeout) and
/// [`extra_root_certificates`](crate::ClientBuilder::extra_root_certificates) do not affect it.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use chat_transport::{Client, backend::ReqwestBackend};
/// use chat_types::Region;
/// use chat_usersig::SecretKey;
///
/// let http = reqwest::Client::builder()
///     .redirect(reqwest::redirect::Policy::none())
///     .referer(false)
///     .build()?;
/// let client = Client::builder(1_400_000_000, SecretKey::new(std::env::var("CHAT_SECRET_KEY")?)?)
///     .region(Region::Singapore)
///     .backend(ReqwestBackend::new(http))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ReqwestBackend(reqwest::Client);

impl ReqwestBackend {
    /// Creates a backend that sends requests through this client.
    pub fn new(client: reqwest::Client) -> Self {
        Self(client)
    }
}

impl Backend for ReqwestBackend {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let request = request.into_http().map(reqwest::Body::wrap);
        Box::pin(async move {
            let request = reqwest::Request::try_from(request).map_err(explain)?;
            let requested = request.url().clone();
            let response = self.0.execute(request).await.map_err(explain)?;
            if *response.url() != requested {
                return Err(BackendError::other(Redirected));
            }
            Ok(HttpResponse::from_http(http::Response::<reqwest::Body>::from(response), explain))
        })
    }
}

impl fmt::Debug for ReqwestBackend {
    /// The client's own `Debug` would show the default headers that were set on it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReqwestBackend")
    }
}

fn explain(error: reqwest::Error) -> BackendError {
    let error = error.without_url();
    if error.is_timeout() {
        BackendError::timeout(error)
    } else if error.is_connect() {
        BackendError::connect(error)
    } else if error.is_builder() || error.is_redirect() {
        BackendError::other(error)
    } else {
        BackendError::connection_lost(error)
    }
}

#[derive(Debug, thiserror::Error)]
#[error(
    "a redirect was followed, which discloses the signature to another address; build the \
     reqwest::Client with redirect(Policy::none()) and referer(false)"
)]
struct Redirected;
