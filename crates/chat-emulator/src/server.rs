//! The sockets: accepts connections, reads bodies, and stops when told to.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request, Response, StatusCode,
    body::{Body as _, Incoming},
    header::{CONNECTION, CONTENT_TYPE, HeaderValue},
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

use crate::service::Service;

/// How calls are taken and answered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) max_request_bytes: usize,
    /// How much later every response is sent.
    pub(crate) latency: Duration,
}

/// Serves until the sender of `stop` is gone, then finishes what has begun.
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
                // Mostly too many open files: nothing to be done but wait for some to be closed.
                warn!(%error, "a connection could not be accepted");
                sleep(PAUSE_AFTER_FAILURE).await;
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
    // A response is one small write; waiting to send it with the next one only delays it.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "TCP_NODELAY could not be set");
    }
    let handle = service_fn(move |request| {
        let service = Arc::clone(&service);
        async move { Ok::<_, Infallible>(respond(&service, request, limits).await) }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .serve_connection(TokioIo::new(stream), handle)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        _ = stop.changed() => {
            connection.as_mut().graceful_shutdown();
            timeout(GRACE, connection).await.unwrap_or(Ok(()))
        }
    };
    if let Err(error) = ended {
        debug!(%error, "a connection broke");
    }
}

async fn respond(
    service: &Service,
    request: Request<Incoming>,
    Limits { max_request_bytes, latency }: Limits,
) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    match timeout(BODY_TIME, read_body(body, max_request_bytes)).await {
        Ok(Ok(body)) => {
            let response = service.response(&head.method, &head.uri, &body.into());
            // Even a sleep of no time would cost a turn of the timer.
            if !latency.is_zero() {
                sleep(latency).await;
            }
            json(response)
        }
        Ok(Err(BodyError::TooLarge)) => {
            let text = format!("the request body has more than {max_request_bytes} bytes\n");
            plain(StatusCode::PAYLOAD_TOO_LARGE, text)
        }
        Ok(Err(BodyError::Broken)) => {
            plain(StatusCode::BAD_REQUEST, "the request body could not be read\n".into())
        }
        Err(_) => plain(StatusCode::REQUEST_TIMEOUT, "the request body took too long\n".into()),
    }
}

enum BodyError {
    TooLarge,
    Broken,
}

/// Reads a body. Of one that is too large, some more is read and thrown away: a connection that is
/// closed over unread data is reset, and the caller would not see the response.
async fn read_body(mut body: Incoming, max: usize) -> Result<Vec<u8>, BodyError> {
    let most = max.saturating_add(LINGER_BYTES);
    if body.size_hint().lower() > most as u64 {
        return Err(BodyError::TooLarge);
    }
    let (mut bytes, mut seen) = (Vec::new(), 0_usize);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        seen = seen.saturating_add(data.len());
        if seen <= max {
            bytes.extend_from_slice(&data);
        } else if seen > most {
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

/// What is answered before a request reaches the service. The connection ends with it.
fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(text.into()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// More callers wait in the queue of the operating system.
const MAX_CONNECTIONS: usize = 1_024;

/// For the head of a request; also how long an idle connection is kept.
const HEADER_TIME: Duration = Duration::from_secs(60);

const BODY_TIME: Duration = Duration::from_secs(30);

/// For calls under way when the server is told to stop.
const GRACE: Duration = Duration::from_secs(3);

const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);

const LINGER_BYTES: usize = 8 << 20;
