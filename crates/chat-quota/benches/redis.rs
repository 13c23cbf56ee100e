//! What a quota that is shared through a Redis server costs a call, how many calls it can grant, how
//! much of it eight processes use, and whether the service would ever refuse.
//!
//! `cargo bench -p chat-quota --bench redis --features redis -- --seconds 20` is a short run; the
//! default is a minute each. It starts a Redis or Valkey server.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot continue has failed"
)]
#![allow(clippy::print_stdout, reason = "the table is the result")]

#[path = "../tests/it/redis_server.rs"]
#[allow(dead_code, reason = "tests use the rest of it")]
mod redis_server;
mod support;

use std::{
    env,
    net::SocketAddr,
    process::{Child, Command},
    time::{Duration, Instant},
};

use chat_quota::{Quota, SharedQuota};
use chat_types::{Endpoint, group::GetGroupBanMember, spec::EndpointSpec};
use redis_server::RedisServer;
use support::{Connection, Service, refused_fixed, refused_sliding, seconds};
use tokio::{runtime::Runtime, task::JoinSet};

fn main() {
    if let (Ok(redis), Ok(service)) = (env::var(REDIS), env::var(SERVICE)) {
        return one_of_many(&redis, service.parse().unwrap());
    }
    overhead();
    processes(seconds());
}

/// Rounds with and without the shared quota alternate, and the quickest of each counts: any other
/// load on a machine only adds to them.
fn overhead() {
    let redis = RedisServer::start();
    let service = Service::start(Duration::ZERO, Duration::ZERO).address();
    let shared = Quota::builder()
        .calls_per_second(SPEC, A_LOT)
        .shared(SharedQuota::redis(&redis.url()).unwrap(), APP)
        .build()
        .unwrap();
    let free = Quota::unlimited();
    let runtime = Runtime::new().unwrap();
    let round = |quota| runtime.block_on(round(quota, service));
    let rounds = (0..ROUNDS).map(|_| (round(&shared), round(&free)));
    let (with, without): (Vec<_>, Vec<_>) = rounds.unzip();
    let requests = runtime.block_on(requests(&redis)) as f64;
    let quickest = |rounds: Vec<Duration>| {
        rounds.into_iter().min().unwrap_or_default().as_secs_f64() / CALLS as f64
    };
    let (with, without) = (quickest(with), quickest(without));
    let calls = (ROUNDS * CALLS) as f64;
    println!("one process, {TASKS} tasks, a quota that is never used up");
    println!("  without: {:.0} calls per second", 1.0 / without);
    println!(
        "  with:    {:.0} calls per second, {:.4} requests to Redis per call",
        1.0 / with,
        requests / calls
    );
    println!("  more per call: {:.1} µs", (with - without) * 1e6);
}

async fn round(quota: &Quota, service: SocketAddr) -> Duration {
    let mut connections = Vec::new();
    for _ in 0..TASKS {
        connections.push(Connection::open(service).await);
    }
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for mut connection in connections {
        let quota = quota.clone();
        tasks.spawn(async move {
            for _ in 0..CALLS / TASKS {
                let permit = quota.acquire(SPEC).await.unwrap();
                connection.call(&permit).await;
            }
        });
    }
    tasks.join_all().await;
    start.elapsed()
}

fn processes(seconds: u64) {
    println!("\n{PROCESSES} processes, a quota of {QUOTA} calls per second, {seconds} s each");
    println!(
        "  latency    jitter   of the quota   refused, fixed   refused, sliding   requests per call"
    );
    for (latency, jitter) in [(1, 0), (50, 0), (300, 0), (50, 25), (300, 25)] {
        let redis = RedisServer::start();
        let ms = Duration::from_millis;
        let service = Service::start(ms(latency), ms(jitter));
        let start = |_| -> Child {
            let mut child = Command::new(env::current_exe().unwrap());
            child.args(["--seconds", &seconds.to_string()]);
            child.env(REDIS, redis.url()).env(SERVICE, service.address().to_string());
            child.spawn().unwrap()
        };
        let children: Vec<_> = (0..PROCESSES).map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let arrivals = service.arrivals();
        let end = arrivals[0] + Duration::from_secs(seconds);
        let in_time = arrivals.partition_point(|&at| at < end);
        let requests = Runtime::new().unwrap().block_on(requests(&redis));
        println!(
            "{latency:>6} ms  ±{jitter:>3} ms   {:>10.1} %   {:>14}   {:>16}   {:>17.4}",
            100.0 * in_time as f64 / (QUOTA * seconds) as f64,
            refused_fixed(&arrivals, QUOTA as usize),
            refused_sliding(&arrivals, QUOTA as usize),
            requests as f64 / arrivals.len() as f64,
        );
    }
}

/// Calls without a pause.
fn one_of_many(redis: &str, service: SocketAddr) {
    let shared = SharedQuota::redis(redis).unwrap();
    let quota = Quota::builder().shared(shared, APP).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let quota = quota.clone();
            tasks.spawn(async move {
                let mut connection = Connection::open(service).await;
                loop {
                    let permit = quota.acquire(SPEC).await.unwrap();
                    connection.call(&permit).await;
                }
            });
        }
        // The processes do not start at the same instant, and the first one starts the count.
        tokio::time::sleep(Duration::from_secs(seconds()) + Duration::from_millis(200)).await;
    });
}

/// Returns the number of requests for leases that the server received.
async fn requests(redis: &RedisServer) -> u64 {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = redis::cmd("INFO");
    let text: String = command.arg("commandstats").query_async(&mut connection).await.unwrap();
    let (_, rest) = text.split_once("cmdstat_evalsha:calls=").unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

const SPEC: &EndpointSpec = GetGroupBanMember::SPEC;
const APP: u32 = 1_400_000_000;
const REDIS: &str = "CHAT_BENCH_REDIS";
const SERVICE: &str = "CHAT_BENCH_SERVICE";
const PROCESSES: usize = 8;
const TASKS: usize = 64;
/// Documented for the endpoint.
const QUOTA: u64 = 200;
const A_LOT: u32 = 1_000_000;
const ROUNDS: usize = 10;
const CALLS: usize = 64 * 50;
