//! The app's server: the receiver of chat-webhook on a real socket, with a typed handler of every
//! webhook.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use chat_types::{
    clock::Clock,
    typed::{WebhookVisitor, visit_webhooks},
    webhook::{Token, Webhook},
};
use chat_webhook::{Event, WebhookReceiver, WebhookReceiverBuilder};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use tower_service::Service as _;

/// The server. It stops when it is dropped.
pub(crate) struct TypedReceiver {
    pub(crate) url: String,
    receiver: WebhookReceiver,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    /// The bodies that handlers got, in order.
    handled: Vec<Value>,
    /// What handlers return, by the names of their webhooks.
    responses: BTreeMap<String, Value>,
}

/// Adds a handler of each webhook.
struct AddHandlers {
    builder: Option<WebhookReceiverBuilder>,
    shared: Arc<Mutex<Shared>>,
}

impl WebhookVisitor for AddHandlers {
    fn visit<W>(&mut self)
    where
        W: Webhook + Serialize,
        W::Response: DeserializeOwned,
    {
        let shared = Arc::clone(&self.shared);
        let handler = move |event: Event<W>| {
            let response = handle(&shared, &event);
            async move { response }
        };
        self.builder = self.builder.take().map(|builder| builder.on(handler));
    }
}

/// Notes an event, and returns the response that was chosen.
fn handle<W>(shared: &Mutex<Shared>, event: &Event<W>) -> W::Response
where
    W: Webhook + Serialize,
    W::Response: DeserializeOwned,
{
    let mut shared = shared.lock().unwrap();
    let raw: Value = serde_json::from_slice(&event.raw).unwrap();
    assert_nothing_is_lost(&raw, &serde_json::to_value(&event.body).unwrap());
    assert_eq!(event.parameters.callback_command, W::SPEC.command);
    shared.handled.push(raw);
    let response = shared.responses.get(W::SPEC.command);
    response.map_or_else(W::Response::default, |json| serde_json::from_value(json.clone()).unwrap())
}

/// Asserts that the typed body has every field of the one that was sent.
fn assert_nothing_is_lost(raw: &Value, typed: &Value) {
    let (raw, typed) = (raw.as_object().unwrap(), typed.as_object().unwrap());
    for (name, value) in raw.iter().filter(|(_, value)| !value.is_null()) {
        assert!(typed.contains_key(name), "the typed body has no {name}, which is {value}");
    }
}

impl TypedReceiver {
    /// Starts to receive webhooks that are signed with this token, by this clock.
    pub(crate) async fn start(app: u32, token: Token, clock: impl Clock + 'static) -> Self {
        let shared = Arc::<Mutex<Shared>>::default();
        let builder = WebhookReceiver::builder(app).token(token).clock(clock);
        let mut handlers = AddHandlers { builder: Some(builder), shared: Arc::clone(&shared) };
        visit_webhooks(&mut handlers);
        let receiver = handlers.builder.unwrap().build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks?tenant=7", listener.local_addr().unwrap());
        let served = receiver.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let receiver = served.clone();
                let respond = service_fn(move |request| {
                    let response = receiver.clone().call(request);
                    async move { Ok::<_, Infallible>(response.await.unwrap_or_default()) }
                });
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), respond);
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Self { url, receiver, shared, task }
    }

    /// Sets what handlers return, by the names of their webhooks; others allow everything.
    pub(crate) fn set_responses(&self, responses: &BTreeMap<String, Value>) {
        self.shared.lock().unwrap().responses.clone_from(responses);
    }

    /// Returns the bodies that typed handlers got since the last call, after making sure that they got
    /// all that were sent, with valid signatures.
    pub(crate) fn take(&self) -> Vec<Value> {
        let stats = self.receiver.stats();
        assert_eq!(
            stats.received, stats.handled,
            "every webhook has reached its handler: {stats:?}"
        );
        std::mem::take(&mut self.shared.lock().unwrap().handled)
    }
}

impl Drop for TypedReceiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}
