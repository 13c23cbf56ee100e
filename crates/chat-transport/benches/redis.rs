//! What a quota that is shared through a Redis server costs a call, how many calls it can grant,
//! how much of it eight processes use, and whether the service would ever refuse.
//!
//! `cargo bench -p chat-transport --bench redis --features redis -- --seconds 20` is a short run;
//! the default is a minute each. It starts a Redis or Valkey server by itself.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot go on has failed"
)]
#![allow(clippy::print_stdout, reason = "the table is for whoever started it")]

mod arguments;
#[path = "../tests/it/counting.rs"]
mod counting;
#[path = "../tests/it/redis_server.rs"]
#[allow(dead_code, reason = "it is made for tests")]
mod redis_server;
#[allow(dead_code, reason = "other benchmarks use the rest of it")]
mod support;

use std::{
    env,
    net::SocketAddr,
    process::{Child, Command},
    time::{Duration, Instant},
};

use chat_transport::{Client, Quota, SharedQuota};
use chat_types::{Endpoint, group::GetGroupBanMember};
use chat_usersig::SecretKey;
use counting::{Counting, refused_fixed, refused_sliding};
use redis_server::RedisServer;
use tokio::{runtime::Runtime, task::JoinSet};

fn main() {
    if let (Ok(redis), Ok(service)) = (env::var(REDIS), env::var(SERVICE)) {
        return one_of_many(&redis, &service);
    }
    overhead();
    processes(arguments::seconds());
}

/// Rounds with and without the shared quota take turns, and the quickest of each counts: whatever
/// else a machine does only adds to them.
fn overhead() {
    let redis = RedisServer::start();
    let server = support::serve();
    let high = Quota::unlimited().calls_per_second(GetGroupBanMember::SPEC, A_LOT);
    let shared = client(server, high).shared_quota(SharedQuota::redis(&redis.url()).unwrap());
    let (shared, free) =
        (shared.build().unwrap(), client(server, Quota::unlimited()).build().unwrap());
    let runtime = Runtime::new().unwrap();
    let rounds =
        (0..ROUNDS).map(|_| (runtime.block_on(round(&shared)), runtime.block_on(round(&free))));
    let (with, without): (Vec<_>, Vec<_>) = rounds.unzip();
    let questions = runtime.block_on(questions(&redis)) as f64;
    let quickest = |rounds: Vec<Duration>| {
        rounds.into_iter().min().unwrap_or_default().as_secs_f64() / CALLS as f64
    };
    let (with, without) = (quickest(with), quickest(without));
    let calls = (ROUNDS * CALLS) as f64;
    println!("one process, {TASKS} tasks, a quota that is never used up");
    println!("  without: {:.0} calls per second", 1.0 / without);
    println!(
        "  with:    {:.0} calls per second, {:.4} questions per call",
        1.0 / with,
        questions / calls
    );
    println!("  more per call: {:.1} µs", (with - without) * 1e6);
}

fn client(server: SocketAddr, quota: Quota) -> chat_transport::ClientBuilder {
    let key = SecretKey::new("5bd2850fff3ecb11d7c805251c51ee46").unwrap();
    Client::builder(1_400_000_000, key).endpoint(format!("http://{server}")).quota(quota)
}

async fn round(client: &Client) -> Duration {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let client = client.clone();
        tasks.spawn(async move {
            let request = GetGroupBanMember::new("@TGS#aC5SZEAEF");
            for _ in 0..CALLS / TASKS {
                client.call(&request).await.unwrap();
            }
        });
    }
    tasks.join_all().await;
    start.elapsed()
}

fn processes(seconds: u64) {
    println!("\n{PROCESSES} processes, a quota of {QUOTA} calls per second, {seconds} s each");
    println!(
        "  latency    jitter   of the quota   refused, fixed   refused, sliding   questions per call"
    );
    for (latency, jitter) in [(1, 0), (50, 0), (300, 0), (50, 25)] {
        let redis = RedisServer::start();
        let ms = Duration::from_millis;
        let service = Counting::start(ms(latency), ms(jitter));
        let start = |_| -> Child {
            let mut child = Command::new(env::current_exe().unwrap());
            child.args(["--seconds", &seconds.to_string()]);
            child.env(REDIS, redis.url()).env(SERVICE, service.url()).spawn().unwrap()
        };
        let children: Vec<_> = (0..PROCESSES).map(start).collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        let arrivals = service.arrivals();
        let end = arrivals[0] + Duration::from_secs(seconds);
        let in_time = arrivals.partition_point(|&at| at < end);
        let questions = Runtime::new().unwrap().block_on(questions(&redis));
        println!(
            "{latency:>6} ms  ±{jitter:>3} ms   {:>10.1} %   {:>14}   {:>16}   {:>18.4}",
            100.0 * in_time as f64 / (QUOTA * seconds) as f64,
            refused_fixed(&arrivals, QUOTA as usize),
            refused_sliding(&arrivals, QUOTA as usize),
            questions as f64 / arrivals.len() as f64,
        );
    }
}

/// Calls without a pause.
fn one_of_many(redis: &str, service: &str) {
    let service = service.strip_prefix("http://").unwrap().parse().unwrap();
    let client =
        client(service, Quota::documented()).shared_quota(SharedQuota::redis(redis).unwrap());
    let client = client.build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let client = client.clone();
            tasks.spawn(async move {
                let request = GetGroupBanMember::new("@TGS#aC5SZEAEF");
                loop {
                    client.call(&request).await.unwrap();
                }
            });
        }
        // The processes do not start at the same instant, and the first one begins the count.
        tokio::time::sleep(Duration::from_secs(arguments::seconds()) + Duration::from_millis(200))
            .await;
    });
}

async fn questions(redis: &RedisServer) -> u64 {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = redis::cmd("INFO");
    let text: String = command.arg("commandstats").query_async(&mut connection).await.unwrap();
    let (_, rest) = text.split_once("cmdstat_evalsha:calls=").unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

const REDIS: &str = "CHAT_BENCH_REDIS";
const SERVICE: &str = "CHAT_BENCH_SERVICE";
const PROCESSES: usize = 8;
const TASKS: usize = 64;
/// Documented for the endpoint that is called.
const QUOTA: u64 = 200;
const A_LOT: u32 = 1_000_000;
const ROUNDS: usize = 10;
const CALLS: usize = 64 * 50;
