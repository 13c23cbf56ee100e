//! A region whose primary domain is down for half a minute, during a thousand calls.
//!
//! The network is real, so only the waits between rounds of calls are virtual.

use std::{
    collections::HashMap,
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{
            AtomicBool, AtomicUsize,
            Ordering::{Relaxed, SeqCst},
        },
    },
    time::Duration,
};

use bytes::Bytes;
use chat_transport::{
    Client, ErrorKind, Quota, RetryPolicy,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, HyperBackend},
};
use chat_types::{
    GroupType,
    group::{CreateGroup, GetGroupBanMember},
};
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::sleep,
};

use crate::support::{APP, key};

const TASKS: usize = 16;
/// One round per second.
const ROUNDS: usize = 63;
const DOWN_FROM: usize = 10;
const DOWN_UNTIL: usize = 40;

#[tokio::test]
async fn outage_of_the_primary_fails_only_the_unsafe_call_in_flight() {
    let (primary, backup) = (Domain::start(), Domain::start());
    let backend = Counting::to(primary.address);
    let client = Client::builder(APP, key())
        .endpoint(primary.url())
        .backup_endpoint(backup.url())
        .backend(backend.clone())
        .quota(Quota::unlimited())
        .retry(RetryPolicy::standard().base_delay(Duration::from_millis(1)))
        .build()
        .unwrap();
    let calls = |round: usize, tasks: std::ops::Range<usize>| {
        let mut calls = JoinSet::new();
        for task in tasks {
            calls.spawn(call(client.clone(), round * TASKS + task));
        }
        calls
    };
    let mut failed = Vec::new();
    let mut sent_to_dead = 0;
    for round in 0..ROUNDS {
        let sent_before = backend.sent.load(Relaxed);
        if round == DOWN_FROM {
            primary.is_silent.store(true, SeqCst);
            let in_flight = calls(round, 0..2);
            while primary.seen().len() < DOWN_FROM * TASKS + 2 {
                sleep(Duration::from_millis(1)).await;
            }
            primary.toggle().await;
            failed.extend(in_flight.join_all().await);
            failed.extend(calls(round, 2..TASKS).join_all().await);
        } else {
            if round == DOWN_UNTIL {
                primary.is_silent.store(false, SeqCst);
                primary.toggle().await;
            }
            failed.extend(calls(round, 0..TASKS).join_all().await);
        }
        if (DOWN_FROM..DOWN_UNTIL).contains(&round) {
            sent_to_dead += backend.sent.load(Relaxed) - sent_before;
        }
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::time::resume();
    }

    let failed: Vec<_> = failed.into_iter().flatten().collect();
    assert_eq!(failed, [(IN_FLIGHT, ErrorKind::ConnectionLost)]);
    assert_eq!(client.stats().failovers, 2);
    assert!(sent_to_dead <= TASKS + 4, "{sent_to_dead} attempts at a domain that is down");

    let (at_primary, at_backup) = (primary.seen(), backup.seen());
    let mut times = HashMap::<_, usize>::new();
    for name in at_primary.iter().chain(&at_backup) {
        *times.entry(name.as_str()).or_default() += 1;
    }
    for number in 0..ROUNDS * TASKS {
        let times = times.remove(&*name(number)).unwrap_or_default();
        // The safe call in flight was retried.
        let expected = if number == IN_FLIGHT - 1 { 2 } else { 1 };
        assert_eq!(times, expected, "call {number}");
    }
    // In the end all calls go to the primary domain again.
    let last = (ROUNDS - 1) * TASKS..ROUNDS * TASKS;
    assert!(last.into_iter().all(|number| at_primary.contains(&name(number))));
}

/// Makes a call that is safe to repeat if its number is even. Returns the number and the error if it
/// failed.
async fn call(client: Client, number: usize) -> Option<(usize, ErrorKind)> {
    let outcome = if number.is_multiple_of(2) {
        client.call(&GetGroupBanMember::new(name(number))).await.map(drop)
    } else {
        client.call(&CreateGroup::new(GroupType::Public, name(number))).await.map(drop)
    };
    outcome.err().map(|error| (number, error.kind().clone()))
}

fn name(number: usize) -> String {
    format!("call {number}")
}

/// The call that is not safe to repeat and had no response yet.
const IN_FLIGHT: usize = DOWN_FROM * TASKS + 1;

/// Counts the requests to one server.
#[derive(Clone, Debug)]
struct Counting {
    inner: Arc<HyperBackend>,
    server: SocketAddr,
    sent: Arc<AtomicUsize>,
}

impl Counting {
    fn to(server: SocketAddr) -> Self {
        let inner = Arc::new(HyperBackend::http(Duration::from_secs(3)));
        Self { inner, server, sent: Arc::default() }
    }
}

impl Backend for Counting {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let is_counted = request.uri().port_u16() == Some(self.server.port());
        self.sent.fetch_add(usize::from(is_counted), Relaxed);
        self.inner.send(request)
    }
}

/// A server on its own thread that can go down: its connections are then reset and new ones refused.
struct Domain {
    address: SocketAddr,
    /// Whether it reads requests without responding.
    is_silent: Arc<AtomicBool>,
    /// The names in the requests that it has read.
    seen: Arc<Mutex<Vec<String>>>,
    toggle: mpsc::UnboundedSender<oneshot::Sender<()>>,
    /// Reserves the port while the server is down.
    _port: TcpSocket,
}

impl Domain {
    fn start() -> Self {
        let port = TcpSocket::new_v4().unwrap();
        port.set_reuseaddr(true).unwrap();
        port.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = port.local_addr().unwrap();
        let (is_silent, seen) = (Arc::<AtomicBool>::default(), Arc::default());
        let (toggle, toggled) = mpsc::unbounded_channel();
        let service = Service { is_silent: Arc::clone(&is_silent), seen: Arc::clone(&seen) };
        let listener = std::net::TcpListener::bind(address).unwrap();
        std::thread::spawn(move || service.run(address, listener, toggled));
        Self { address, is_silent, seen, toggle, _port: port }
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    /// Takes the server down, or brings it back.
    async fn toggle(&self) {
        let (done, is_done) = oneshot::channel();
        self.toggle.send(done).unwrap();
        is_done.await.unwrap();
    }
}

#[derive(Clone)]
struct Service {
    is_silent: Arc<AtomicBool>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Service {
    fn run(
        self,
        address: SocketAddr,
        mut listener: std::net::TcpListener,
        mut toggled: mpsc::UnboundedReceiver<oneshot::Sender<()>>,
    ) {
        loop {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.spawn(self.clone().listen(listener));
            let Some(is_down) = runtime.block_on(toggled.recv()) else { return };
            drop(runtime);
            is_down.send(()).unwrap();
            let Some(is_up) = toggled.blocking_recv() else { return };
            listener = std::net::TcpListener::bind(address).unwrap();
            is_up.send(()).unwrap();
        }
    }

    async fn listen(self, listener: std::net::TcpListener) {
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        while let Ok((stream, _)) = listener.accept().await {
            stream.set_zero_linger().unwrap();
            let service = self.clone();
            let response = service_fn(move |request| service.clone().response(request));
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), response));
        }
    }

    async fn response(
        self,
        request: Request<Incoming>,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let request = request.into_body().collect().await.unwrap().to_bytes();
        let request: serde_json::Value = serde_json::from_slice(&request).unwrap();
        let name = request["Name"].as_str().or(request["GroupId"].as_str()).unwrap();
        self.seen.lock().unwrap().push(name.to_owned());
        if self.is_silent.load(SeqCst) {
            std::future::pending::<()>().await;
        }
        let body = r#"{"ActionStatus":"OK","ErrorCode":0,"NextOffset":0,"GroupId":"@TGS#new"}"#;
        Ok(Response::new(Full::from(body)))
    }
}
