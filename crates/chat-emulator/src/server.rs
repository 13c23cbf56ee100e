//! The HTTP server: accepts connections, reads bodies and shuts down gracefully.

use std::{
    future::ready,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::{
    Method, Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{CONNECTION, CONTENT_TYPE, DATE, HeaderValue},
    http::request::Parts,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::{sleep, timeout},
};
use tracing::{debug, warn};

#[cfg(feature = "tls")]
use crate::tls::TlsServer;
use crate::{
    connections::{Connections, Slot},
    control::Control,
    faults::{Disconnected, Encounter, Moment, ResponseBody, Socket, SocketControl, whole},
    received::Received,
    service::Service,
    state::history_files,
};

/// Limits and delays of the server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_request_bytes: usize,
    /// The delay of every response.
    pub(crate) latency: Duration,
}

/// What requests are served by.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) service: Arc<Service>,
    /// The control API; `None` if it is disabled.
    pub(crate) control: Option<Control>,
    pub(crate) limits: Limits,
    pub(crate) connections: Arc<Connections>,
    /// The base URL.
    pub(crate) url: String,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<TlsServer>,
}

/// Serves until the sender of `stop` is dropped, then finishes the calls in progress.
pub(crate) async fn serve(listener: TcpListener, server: Server, mut stop: watch::Receiver<()>) {
    let server = Arc::new(server);
    let connections = &server.connections;
    let mut tasks = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            _ = stop.changed() => break,
            Some(_) = tasks.join_next() => continue,
            accepted = listener.accept() => accepted,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Usually too many open files.
                warn!(%error, "failed to accept a connection");
                connections.close_longest_idle();
                sleep(ACCEPT_RETRY_DELAY).await;
                continue;
            }
        };
        let slot = tokio::select! {
            _ = stop.changed() => break,
            slot = connections.add() => slot,
        };
        tasks.spawn(serve_connection(stream, slot, Arc::clone(&server), stop.clone()));
    }
    drop(listener);
    while tasks.join_next().await.is_some() {}
}

/// Returns the base URL of an emulator that listens on this address.
pub(crate) fn url_of(scheme: &str, mut address: SocketAddr) -> String {
    // Clients cannot connect to an unspecified address, such as 0.0.0.0.
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("{scheme}://{address}")
}

async fn serve_connection(
    stream: TcpStream,
    slot: Slot,
    server: Arc<Server>,
    stop: watch::Receiver<()>,
) {
    // A response is one small write; holding it back for the next one would only delay it.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "failed to set TCP_NODELAY");
    }
    let addresses = match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(client)) => (local, client.ip()),
        (Err(error), _) | (_, Err(error)) => {
            debug!(%error, "connection was closed before the first request");
            return;
        }
    };
    let ending = SocketControl::default();
    let socket = Socket::new(stream, ending.clone());
    #[cfg(feature = "tls")]
    if let Some(tls) = &server.tls {
        match timeout(HANDSHAKE_TIMEOUT, tls.acceptor.accept(socket)).await {
            Ok(Ok(stream)) => serve_stream(stream, &ending, addresses, &slot, &server, stop).await,
            Ok(Err(error)) => debug!(%error, "TLS handshake failed"),
            Err(_) => debug!("timed out during the TLS handshake"),
        }
        return;
    }
    serve_stream(socket, &ending, addresses, &slot, &server, stop).await;
}

/// Serves the requests that arrive on a connection.
async fn serve_stream(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    ending: &SocketControl,
    addresses: (SocketAddr, IpAddr),
    slot: &Slot,
    server: &Server,
    mut stop: watch::Receiver<()>,
) {
    let handle = service_fn(move |request| async move {
        let _busy = slot.busy();
        respond(server, request, addresses, ending).await
    });
    let mut connection = pin!(
        http1::Builder::new()
            // A client may close its side once it has sent everything.
            .half_close(true)
            // Every response has the date of the emulator's clock, or none.
            .auto_date_header(false)
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
        () = either(slot.asked_to_close(), ending.asked_to_close()) => {
            connection.as_mut().graceful_shutdown();
            finish(connection, slot, stop).await
        }
    };
    if let Err(error) = ended {
        debug!(%error, "connection failed");
    }
}

/// Waits for a connection that is shutting down: to the end of a request that arrived in the meantime,
/// but not for the rest of one whose head is incomplete.
async fn finish<C>(
    mut connection: Pin<&mut C>,
    slot: &Slot,
    mut stop: watch::Receiver<()>,
) -> C::Output
where
    C: Future<Output = hyper::Result<()>>,
{
    loop {
        // What is left to send is sent soon after the end of a request.
        let idle = slot.idle_time();
        tokio::select! {
            biased;
            ended = connection.as_mut() => return ended,
            _ = stop.changed() => return timeout(SHUTDOWN_TIMEOUT, connection).await.unwrap_or(Ok(())),
            () = ready(()), if idle.is_some_and(|idle| idle >= CLOSE_TIMEOUT) => return Ok(()),
            () = sleep(CLOSE_TIMEOUT) => {}
        }
    }
}

/// Waits for one of two events.
async fn either(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    tokio::select! {
        () = one => {}
        () = other => {}
    }
}

async fn respond(
    server: &Server,
    request: Request<Incoming>,
    addresses: (SocketAddr, IpAddr),
    ending: &SocketControl,
) -> Result<Response<ResponseBody>, Disconnected> {
    let (head, body) = request.into_parts();
    let control = server.control.as_ref();
    let control = control.and_then(|control| Some((control, Control::path(head.uri.path())?)));
    let (max_bytes, faults) = match control {
        Some(_) => (MAX_CONTROL_BYTES, None),
        None => {
            let faults = server.service.meet_faults(&head.method, &head.uri);
            (server.limits.max_request_bytes, faults)
        }
    };
    let faults = faults.as_ref();
    pass(faults, Moment::RequestHead, ending).await?;
    let mut response = match timeout(BODY_TIMEOUT, read_body(body, max_bytes)).await {
        Ok(Ok(body)) => {
            pass(faults, Moment::Request, ending).await?;
            match (control, faults.and_then(Encounter::instead_of_call)) {
                (Some((control, path)), _) => {
                    let response = control.respond(path, &head, &body.into()).await;
                    match server.service.persisted().await {
                        Ok(()) => response,
                        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, NOT_WRITTEN.into()),
                    }
                }
                (None, Some(response)) => response,
                (None, None) => serve_api(server, &head, &body.into(), addresses).await,
            }
        }
        Ok(Err(BodyError::TooLarge)) => {
            let text = format!("the request body is longer than {max_bytes} bytes\n");
            plain(StatusCode::PAYLOAD_TOO_LARGE, text)
        }
        Ok(Err(BodyError::Interrupted)) => {
            plain(StatusCode::BAD_REQUEST, "the request body could not be read\n".into())
        }
        Err(_) => plain(StatusCode::REQUEST_TIMEOUT, "timed out reading the request body\n".into()),
    };
    if let Some(date) = server.service.date() {
        response.headers_mut().insert(DATE, date);
    }
    match faults {
        Some(faults) => faults.deliver(response, ending).await,
        None => Ok(whole(response)),
    }
}

async fn pass(
    faults: Option<&Encounter>,
    moment: Moment,
    ending: &SocketControl,
) -> Result<(), Disconnected> {
    match faults {
        Some(faults) => faults.pass(moment, ending).await,
        None => Ok(()),
    }
}

/// Responds to a request to the service.
async fn serve_api(
    Server { service, limits: Limits { latency, .. }, .. }: &Server,
    head: &Parts,
    body: &Bytes,
    (local, client): (SocketAddr, IpAddr),
) -> Response<Bytes> {
    let Parts { method, uri, headers, .. } = head;
    if *method == Method::GET && uri.path().starts_with(history_files::PATH) {
        return download(service, uri.path());
    }
    let received = Received { method, uri, body, headers, local, client };
    let response = service.respond(&received).await;
    let response = service.persisted().await.err().unwrap_or(response);
    // Even a sleep of zero would wait for a tick of the timer.
    if !latency.is_zero() {
        sleep(*latency).await;
    }
    match *method {
        Method::CONNECT => refused_tunnel(response),
        _ => json(response),
    }
}

/// Returns the response to a download of a file of the message history.
fn download(service: &Service, path: &str) -> Response<Bytes> {
    let Some(content) = service.history_file(path) else {
        return plain(StatusCode::NOT_FOUND, "the file does not exist or has expired\n".into());
    };
    let mut response = Response::new(content);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/gzip"));
    response
}

const NOT_WRITTEN: &str = "the data directory cannot be written; see the log of the emulator\n";

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

fn json(body: Vec<u8>) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The response to CONNECT: after a success, the connection would be a tunnel.
fn refused_tunnel(body: Vec<u8>) -> Response<Bytes> {
    let mut response = json(body);
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A plain-text response to a request that never reaches the service. It closes the connection.
fn plain(status: StatusCode, text: String) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// With one more, the connection that has been idle the longest is closed.
pub(crate) const MAX_CONNECTIONS: usize = 1_024;

/// The time for the head of a request, and so the time that an idle connection is kept.
const HEADER_TIMEOUT: Duration = Duration::from_secs(60);

#[cfg(feature = "tls")]
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// The time for calls in progress at shutdown.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(3);

/// The time to send what is left, for a connection that is closed because there are too many.
const CLOSE_TIMEOUT: Duration = Duration::from_millis(100);

const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(50);

/// The maximum length of a request body of the control API.
const MAX_CONTROL_BYTES: usize = 64 << 20;

const MAX_DISCARDED_BYTES: usize = 8 << 20;
