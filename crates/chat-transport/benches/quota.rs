//! How much of a quota is used, whether the service would ever refuse, and whether callers are
//! served in the order in which they came: 64 tasks that call through a client, over real sockets,
//! a server that counts calls in fixed and in sliding seconds. And what the quota costs a call that
//! does not wait.
//!
//! `cargo bench -p chat-transport --bench quota -- --seconds 20` is a short run; the default is a
//! minute each.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "the table is for whoever started it")]

use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use chat_transport::{
    Client, ClientBuilder, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, HyperBackend},
};
use chat_types::{Endpoint, group::GetGroupBanMember};
use chat_usersig::SecretKey;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpListener, runtime::Runtime, task::JoinSet};

fn main() {
    let seconds = seconds();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{TASKS} tasks, a quota of {QUOTA} calls per second, {seconds} s each");
    println!(
        "  latency    jitter   of the quota   refused, fixed   refused, sliding   passed by   by more than {workers}"
    );
    for jitter in [0, 25] {
        for latency in [1, 50, 300] {
            let server = Arc::new(Counting::new(latency, jitter));
            let passed = saturate(serve(Arc::clone(&server)), Duration::from_secs(seconds));
            let most = passed.iter().max().copied().unwrap_or_default();
            let often = passed.iter().filter(|&&by| by > workers).count();
            let counts = server.counts.lock().unwrap();
            let share = counts.in_time(seconds) as f64 / (QUOTA * seconds) as f64;
            println!(
                "{latency:>6} ms  ±{jitter:>3} ms   {:>10.1} %   {:>14}   {:>16}   {most:>9}   {often:>14}",
                share * 100.0,
                counts.refused_fixed,
                counts.refused_sliding,
            );
        }
    }
    println!("\na call that does not wait: {} ns for its quota", cost());
}

/// The number after `--seconds`, or a minute. Cargo has arguments of its own.
fn seconds() -> u64 {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--seconds");
    arguments.nth(1).map_or(60, |seconds| seconds.parse().unwrap())
}

/// Calls without a pause, and answers by how many later callers each was passed.
fn saturate(server: SocketAddr, time: Duration) -> Vec<usize> {
    let turns = Turns::default();
    let client = builder(server).backend(turns.clone()).build().unwrap();
    let next = Arc::new(AtomicU64::new(0));
    Runtime::new().unwrap().block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let (client, next) = (client.clone(), Arc::clone(&next));
            tasks.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let request = GetGroupBanMember::new(number.to_string());
                    client.call(&request).await.unwrap();
                }
            });
        }
        tokio::time::sleep(time).await;
    });
    let order = turns.order.lock().unwrap();
    let passed_by = |place: usize| {
        let before = &order[place.saturating_sub(1_000)..place];
        before.iter().filter(|&&other| other > order[place]).count()
    };
    (0..order.len()).map(passed_by).collect()
}

fn builder(server: SocketAddr) -> ClientBuilder {
    let key = SecretKey::new("5bd2850fff3ecb11d7c805251c51ee46").unwrap();
    Client::builder(1_400_000_000, key).endpoint(format!("http://{server}"))
}

/// Notes the order in which calls get their turn.
#[derive(Clone, Debug)]
struct Turns {
    inner: Arc<HyperBackend>,
    order: Arc<Mutex<Vec<u64>>>,
}

impl Default for Turns {
    fn default() -> Self {
        let inner = Arc::new(HyperBackend::http(Duration::from_secs(3)));
        Self { inner, order: Arc::default() }
    }
}

impl Backend for Turns {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let body: serde_json::Value = serde_json::from_slice(request.body().as_bytes()).unwrap();
        let number = body["GroupId"].as_str().unwrap().parse().unwrap();
        self.order.lock().unwrap().push(number);
        self.inner.send(request)
    }
}

/// A server that takes its time before it counts a call.
struct Counting {
    latency_us: u64,
    jitter_us: u64,
    counts: Mutex<Counts>,
}

struct Counts {
    start: Option<Instant>,
    all: Vec<Instant>,
    /// Those of the last second that were not refused.
    sliding: VecDeque<Instant>,
    second: u64,
    in_second: u64,
    refused_fixed: u64,
    refused_sliding: u64,
}

impl Counting {
    fn new(latency_ms: u64, jitter_ms: u64) -> Self {
        let counts = Counts {
            start: None,
            all: Vec::new(),
            sliding: VecDeque::new(),
            second: 0,
            in_second: 0,
            refused_fixed: 0,
            refused_sliding: 0,
        };
        let (latency_us, jitter_us) = (latency_ms * 1_000, jitter_ms * 1_000);
        Self { latency_us, jitter_us, counts: Mutex::new(counts) }
    }

    async fn answer(&self) -> Response<Full<Bytes>> {
        let most = self.latency_us + self.jitter_us;
        let delay = fastrand::u64(self.latency_us.saturating_sub(self.jitter_us)..=most);
        tokio::time::sleep(Duration::from_micros(delay)).await;
        self.counts.lock().unwrap().count(Instant::now());
        Response::new(Full::from(OK))
    }
}

impl Counts {
    fn count(&mut self, now: Instant) {
        self.all.push(now);
        while self.sliding.front().is_some_and(|&at| now - at >= Duration::from_secs(1)) {
            self.sliding.pop_front();
        }
        if self.sliding.len() as u64 >= QUOTA {
            self.refused_sliding += 1;
        } else {
            self.sliding.push_back(now);
        }
        let second = (now - *self.start.get_or_insert(now)).as_secs();
        if second != std::mem::replace(&mut self.second, second) {
            self.in_second = 0;
        }
        self.in_second += 1;
        self.refused_fixed += u64::from(self.in_second > QUOTA);
    }

    fn in_time(&self, seconds: u64) -> usize {
        let Some(start) = self.start else { return 0 };
        self.all.partition_point(|&at| at < start + Duration::from_secs(seconds))
    }
}

/// Starts the server on a thread of its own.
fn serve(server: Arc<Counting>) -> SocketAddr {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            sender.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                stream.set_nodelay(true).unwrap();
                let server = Arc::clone(&server);
                let answer = service_fn(move |request: Request<Incoming>| {
                    let server = Arc::clone(&server);
                    async move {
                        let _ = request.into_body().collect().await;
                        Ok::<_, Infallible>(server.answer().await)
                    }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
    });
    receiver.recv().unwrap()
}

/// Answers at once and needs no network.
#[derive(Debug)]
struct Nothing;

impl Backend for Nothing {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async {
            drop(request.into_http().into_body().into_bytes());
            Ok(HttpResponse::new(StatusCode::OK, OK))
        })
    }
}

/// By how many nanoseconds a call under a quota that is never used up takes longer than one
/// without. Whatever else a machine does only adds to a round, so that the quickest of many short
/// ones is the one to go by; and as its load changes, rounds of both take turns.
fn cost() -> i128 {
    const ROUNDS: usize = 400;
    const ROUND: u32 = 500;
    let client = |quota: Quota| {
        let builder = builder(SocketAddr::from(([127, 0, 0, 1], 1)));
        builder.backend(Nothing).quota(quota).build().unwrap()
    };
    let spec = GetGroupBanMember::SPEC;
    let with = client(Quota::unlimited().calls_per_second(spec, 1_000_000));
    let without = client(Quota::unlimited());
    let request = GetGroupBanMember::new("@TGS#aC5SZEAEF");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let round = |client: &Client| {
        let start = Instant::now();
        runtime.block_on(async {
            for _ in 0..ROUND {
                client.call(&request).await.unwrap();
            }
        });
        start.elapsed().as_nanos() as i128 / i128::from(ROUND)
    };
    let (with, without): (Vec<_>, Vec<_>) =
        (0..ROUNDS).map(|_| (round(&with), round(&without))).unzip();
    let quickest = |rounds: Vec<i128>| rounds.into_iter().min().unwrap_or_default();
    quickest(with) - quickest(without)
}

const TASKS: usize = 64;
/// Documented for the endpoint that is called.
const QUOTA: u64 = 200;
const OK: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0}"#;
