//! The HTTP server: accepts connections, reads bodies and shuts down gracefully.

use std::{
    convert::Infallible,
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use chat_types::UnixSeconds;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{CONNECTION, CONTENT_TYPE, DATE, HOST, HeaderValue},
    http::uri::Authority,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};
use tracing::{debug, warn};

use crate::{received::Received, service::Service, state::history_files};

/// Limits and delays of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_request_bytes: usize,
    /// The delay of every response.
    pub(crate) latency: Duration,
}

/// Serves until the sender of `stop` is dropped, then finishes the calls in progress.
pub(crate) async fn serve(
    listener: TcpListener,
    service: Arc<Service>,
    limits: Limits,
    mut stop: watch::Receiver<()>,
) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    loop {
        let slot = tokio::select! {
            _ = stop.changed() => break,
            slot = Arc::clone(&slots).acquire_owned() => slot,
        };
        let accepted = loop {
            tokio::select! {
                _ = stop.changed() => break None,
                Some(_) = connections.join_next() => {}
                accepted = listener.accept() => break Some(accepted),
            }
        };
        match accepted {
            None => break,
            Some(Ok((stream, _))) => {
                let connection =
                    serve_connection(stream, Arc::clone(&service), limits, stop.clone());
                connections.spawn(async move {
                    connection.await;
                    drop(slot);
                });
            }
            Some(Err(error)) => {
                // Usually too many open files: all that helps is to wait until some are closed.
                warn!(%error, "failed to accept a connection");
                sleep(ACCEPT_RETRY_DELAY).await;
            }
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve_connection(
    stream: TcpStream,
    service: Arc<Service>,
    limits: Limits,
    mut stop: watch::Receiver<()>,
) {
    // A response is one small write; holding it back for the next one would only delay it.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "failed to set TCP_NODELAY");
    }
    let local = match stream.local_addr() {
        Ok(address) => address,
        Err(error) => {
            debug!(%error, "connection was closed before the first request");
            return;
        }
    };
    let handle = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(respond(&service, request, limits, local).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            // A client may close its side once it has sent everything.
            .half_close(true)
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIMEOUT)
            .serve_connection(TokioIo::new(stream), handle)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            timeout(SHUTDOWN_TIMEOUT, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        debug!(%error, "connection failed");
    }
}

async fn respond(
    service: &Service,
    request: Request<Incoming>,
    Limits { max_request_bytes, latency }: Limits,
    local: SocketAddr,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let is_download =
        head.method == Method::GET && head.uri.path().starts_with(history_files::PATH);
    let mut response = match timeout(BODY_TIMEOUT, read_body(body, max_request_bytes)).await {
        Ok(Ok(_)) if is_download => download(service, head.uri.path()),
        Ok(Ok(body)) => {
            let response = service.respond(&Received {
                method: &head.method,
                uri: &head.uri,
                body: &body.into(),
                authority: &authority(&head.headers, local),
                local_ip: local.ip(),
            });
            // Even a sleep of zero would wait for a tick of the timer.
            if !latency.is_zero() {
                sleep(latency).await;
            }
            json(response)
        }
        Ok(Err(BodyError::TooLarge)) => {
            let text = format!("the request body is longer than {max_request_bytes} bytes\n");
            plain(StatusCode::PAYLOAD_TOO_LARGE, text)
        }
        Ok(Err(BodyError::Interrupted)) => {
            plain(StatusCode::BAD_REQUEST, "the request body could not be read\n".into())
        }
        Err(_) => plain(StatusCode::REQUEST_TIMEOUT, "timed out reading the request body\n".into()),
    };
    if let Some(date) = date(service.now()) {
        response.headers_mut().insert(DATE, date);
    }
    response
}

/// Returns the host and port by which a client reached the server: those that it named, or those that it
/// is connected to.
fn authority(headers: &HeaderMap, local: SocketAddr) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let host: Option<Authority> = host.and_then(|host| host.parse().ok());
    host.map_or_else(|| local.to_string(), |host| host.to_string())
}

/// Returns the response to a download of a file of the message history.
fn download(service: &Service, path: &str) -> Response<Full<Bytes>> {
    let Some(content) = service.history_file(path) else {
        return plain(StatusCode::NOT_FOUND, "the file does not exist or has expired\n".into());
    };
    let mut response = Response::new(Full::new(content));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
    response
}

/// Returns the `Date` of a response by the emulator's clock.
fn date(now: UnixSeconds) -> Option<HeaderValue> {
    // Later than this, httpdate panics.
    const LAST: u64 = 253_402_300_799;
    let now = UNIX_EPOCH + Duration::from_secs(now.get().min(LAST));
    httpdate::fmt_http_date(now).parse().ok()
}

enum BodyError {
    TooLarge,
    Interrupted,
}

/// Reads a body. Part of a body that is too large is read and discarded: closing a connection with
/// unread data resets it, and the caller would not see the response.
async fn read_body(mut body: Incoming, max: usize) -> Result<Vec<u8>, BodyError> {
    let discard_limit = max.saturating_add(MAX_DISCARDED_BYTES);
    if body.size_hint().lower() > discard_limit as u64 {
        return Err(BodyError::TooLarge);
    }
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Interrupted)?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= max {
            bytes.extend_from_slice(&data);
        } else if seen > discard_limit {
            break;
        }
    }
    if seen > max { Err(BodyError::TooLarge) } else { Ok(bytes) }
}

fn json(body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A plain-text response to a request that never reaches the service. It closes the connection.
fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// Further connections wait in the backlog of the operating system.
const MAX_CONNECTIONS: usize = 1_024;

/// The time for the head of a request, and so the time that an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);

const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The time for calls in progress at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

const MAX_DISCARDED_BYTES: usize = 8 << 20;
