//! How much of a quota is used, whether the service would ever refuse, and whether callers are
//! served in the order in which they came: 64 tasks that call through a client, over real sockets,
//! a server that counts calls in fixed and in sliding seconds. And what the quota costs a call that
//! does not wait.
//!
//! `cargo bench -p chat-transport --bench quota -- --seconds 20` is a short run; the default is a
//! minute each.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on has failed")]
#![allow(clippy::print_stdout, reason = "the table is for whoever started it")]

mod arguments;
#[path = "../tests/it/counting.rs"]
mod counting;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chat_transport::{
    Client, ClientBuilder, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, HyperBackend},
};
use chat_types::{Endpoint, group::GetGroupBanMember};
use chat_usersig::SecretKey;
use counting::{Counting, refused_fixed, refused_sliding};
use http::StatusCode;
use tokio::{runtime::Runtime, task::JoinSet};

fn main() {
    let seconds = arguments::seconds();
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{TASKS} tasks, a quota of {QUOTA} calls per second, {seconds} s each");
    println!(
        "  latency    jitter   of the quota   refused, fixed   refused, sliding   passed by   by more than {workers}"
    );
    for jitter in [0, 25] {
        for latency in [1, 50, 300] {
            let ms = Duration::from_millis;
            let service = Counting::start(ms(latency), ms(jitter));
            let passed = saturate(&service.url(), Duration::from_secs(seconds));
            let most = passed.iter().max().copied().unwrap_or_default();
            let often = passed.iter().filter(|&&by| by > workers).count();
            let arrivals = service.arrivals();
            let end = arrivals[0] + Duration::from_secs(seconds);
            let in_time = arrivals.partition_point(|&at| at < end);
            let share = in_time as f64 / (QUOTA * seconds) as f64;
            println!(
                "{latency:>6} ms  ±{jitter:>3} ms   {:>10.1} %   {:>14}   {:>16}   {most:>9}   {often:>14}",
                share * 100.0,
                refused_fixed(&arrivals, QUOTA as usize),
                refused_sliding(&arrivals, QUOTA as usize),
            );
        }
    }
    println!("\na call that does not wait: {} ns for its quota", cost());
}

/// Calls without a pause, and responses by how many later callers each was passed.
fn saturate(server: &str, time: Duration) -> Vec<usize> {
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
    let passed_by = |index: usize| {
        let before = &order[index.saturating_sub(1_000)..index];
        before.iter().filter(|&&other| other > order[index]).count()
    };
    (0..order.len()).map(passed_by).collect()
}

fn builder(server: &str) -> ClientBuilder {
    let key = SecretKey::new("5bd2850fff3ecb11d7c805251c51ee46").unwrap();
    Client::builder(1_400_000_000, key).endpoint(server)
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
        let builder = builder("http://127.0.0.1:1");
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
