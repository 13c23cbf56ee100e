//! Eight processes of their own, each with a client, one quota, and a service that counts. They have
//! the machine to themselves: other tests would delay them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper of tests fails the test, as the test itself would, and shows what it saw"
)]

#[path = "../it/counting.rs"]
mod counting;
#[path = "../../../chat-quota/tests/it/redis_server.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod redis_server;

use std::{
    env,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chat_transport::{
    Client, Quota, RetryPolicy, SecretKey, SharedQuota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, HyperBackend},
};
use chat_types::{Endpoint, group::GetGroupBanMember};
use counting::{Counting, refused_fixed, refused_sliding};
use futures_util::future::join_all;
use redis_server::RedisServer;

const PROCESSES: usize = 8;
const QUOTA: u32 = 200;
const LATENCY: Duration = Duration::from_millis(20);

#[test]
fn eight_processes_never_exceed_one_quota_together() {
    let quota = QUOTA as usize;
    for _ in 0..5 {
        let (arrivals, was_held_up) = run();
        let refused = refused_sliding(&arrivals, quota).max(refused_fixed(&arrivals, quota));
        if refused == 0 {
            return;
        }
        // A machine that holds calls up for longer than a client allows for has shown nothing.
        assert!(was_held_up, "{refused} of {} calls are too many", arrivals.len());
    }
    panic!("the machine is too busy for a verdict");
}

/// When calls arrived, and whether one of them was held up.
fn run() -> (Vec<Instant>, bool) {
    let redis = RedisServer::start();
    let service = Counting::start(LATENCY, Duration::ZERO);
    let me = env::current_exe().unwrap();
    let start = |_| -> Child {
        Command::new(&me)
            .args(["--exact", "one_of_many", "--ignored"])
            .env("CHAT_TEST_REDIS", redis.url())
            .env("CHAT_TEST_SERVICE", service.url())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(start).collect();
    let codes: Vec<_> =
        children.into_iter().map(|mut child| child.wait().unwrap().code()).collect();
    assert!(codes.iter().all(|code| [Some(0), Some(STALLED)].contains(code)), "{codes:?}");
    let mut arrivals = service.arrivals();
    arrivals.sort_unstable();
    let took = *arrivals.last().unwrap() - arrivals[0];
    // The first second's worth may come at once.
    let share = arrivals.len() as f64 / f64::from(QUOTA) / (took.as_secs_f64() + 1.0);
    println!(
        "{} calls in {took:?}, {:.1} % of the quota, {codes:?}",
        arrivals.len(),
        100.0 * share
    );
    // What processes that get no processor in time leave unused is lost.
    assert!(share > 0.5, "{share:.3} of the quota");
    (arrivals, codes.contains(&Some(STALLED)))
}

/// Notes how long calls are under way.
#[derive(Debug)]
struct Timed {
    inner: HyperBackend,
    longest: Arc<Mutex<Duration>>,
}

impl Backend for Timed {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async {
            let start = Instant::now();
            let outcome = self.inner.send(request).await;
            let mut longest = self.longest.lock().unwrap();
            *longest = longest.max(start.elapsed());
            outcome
        })
    }
}

/// Calls without a pause for three seconds.
#[test]
#[ignore = "one of the processes that the test of them starts"]
fn one_of_many() {
    let variable = |name| env::var(name).unwrap();
    let shared = SharedQuota::redis(&variable("CHAT_TEST_REDIS")).unwrap().timeout(5 * SECOND);
    let longest = Arc::<Mutex<Duration>>::default();
    let backend = Timed { inner: HyperBackend::http(SECOND), longest: Arc::clone(&longest) };
    let spec = GetGroupBanMember::SPEC;
    let quota = Quota::builder().unlimited().calls_per_second(spec, QUOTA).build().unwrap();
    let client = Client::builder(1_400_000_000, SecretKey::new("a key for tests").unwrap())
        .endpoint(variable("CHAT_TEST_SERVICE"))
        .retry(RetryPolicy::none())
        .quota(quota)
        .shared_quota(shared)
        .timeout(30 * SECOND)
        .backend(backend)
        .build()
        .unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let end = tokio::time::Instant::now() + 3 * SECOND;
        let calls = join_all((0..64).map(async |_| {
            loop {
                client.call(&GetGroupBanMember::new("@TGS#group")).await.unwrap();
            }
        }));
        let _: Result<Vec<()>, _> = tokio::time::timeout_at(end, calls).await;
    });
    if *longest.lock().unwrap() > LATENCY + TOO_LONG {
        std::process::exit(STALLED);
    }
}

/// What a client allows for before it has seen anything.
const TOO_LONG: Duration = Duration::from_millis(100);
const STALLED: i32 = 3;
const SECOND: Duration = Duration::from_secs(1);
