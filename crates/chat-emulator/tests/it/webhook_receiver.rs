//! A server of the app that records webhooks and responds as a test says.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

/// A webhook as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: Value,
}

/// How the server responds to a webhook.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) delay: Duration,
}

impl Reply {
    pub(crate) fn json(body: &Value) -> Self {
        Self { status: 200, body: body.to_string(), delay: Duration::ZERO }
    }
}

#[derive(Default)]
struct State {
    received: Vec<Received>,
    replies: BTreeMap<String, Reply>,
}

/// The server. It stops when it is dropped.
pub(crate) struct WebhookServer {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl WebhookServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks?tenant=7", listener.local_addr().unwrap());
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let state = Arc::clone(&shared);
                let handle = service_fn(move |request| respond(Arc::clone(&state), request));
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), handle);
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Self { url, state, task }
    }

    /// Sets the response to a webhook.
    pub(crate) fn reply(&self, command: &str, reply: Reply) {
        self.state.lock().unwrap().replies.insert(command.to_owned(), reply);
    }

    /// Sets the JSON of the response to a webhook.
    pub(crate) fn reply_json(&self, command: &str, body: &Value) {
        self.reply(command, Reply::json(body));
    }

    /// Responds to all webhooks with a permission again.
    pub(crate) fn allow_all(&self) {
        self.state.lock().unwrap().replies.clear();
    }

    /// Returns the webhooks that arrived since the last call.
    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.state.lock().unwrap().received)
    }
}

impl Drop for WebhookServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn respond(
    state: Arc<Mutex<State>>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let query = request.uri().query().unwrap_or_default().as_bytes();
    let query: BTreeMap<_, _> = form_urlencoded::parse(query).into_owned().collect();
    let body = request.into_body().collect().await.unwrap().to_bytes();
    let body = serde_json::from_slice(&body).unwrap();
    let allow = || Reply::json(&json!({"ActionStatus": "OK", "ErrorCode": 0, "ErrorInfo": ""}));
    let reply = {
        let mut state = state.lock().unwrap();
        let reply = state.replies.get(&query["CallbackCommand"]).cloned();
        state.received.push(Received { query, body });
        reply.unwrap_or_else(allow)
    };
    tokio::time::sleep(reply.delay).await;
    Ok(Response::builder().status(reply.status).body(Full::new(reply.body.into())).unwrap())
}
