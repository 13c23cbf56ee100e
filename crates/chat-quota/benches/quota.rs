//! How much of a quota is used, whether the service would ever refuse, and whether callers are
//! served in the order in which they came: 64 tasks that call over real sockets, and a service that
//! counts calls in fixed and in sliding seconds. And what a permit costs a call that does not wait.
//!
//! `cargo bench -p chat-quota --bench quota -- --seconds 20` is a short run; the default is a minute
//! each.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot continue has failed")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

mod support;

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chat_quota::{AcquireOptions, Quota};
use chat_types::{Endpoint, group::GetGroupBanMember, spec::EndpointSpec};
use support::{Connection, Service, refused_fixed, refused_sliding, seconds};
use tokio::{runtime, task::JoinSet};

fn main() {
    let seconds = seconds();
    println!("{TASKS} tasks, a quota of {QUOTA} calls per second, {seconds} s each");
    println!("  latency    jitter   of the quota   refused, fixed   refused, sliding   passed by");
    for jitter in [0, 25] {
        for latency in [1, 50, 300] {
            let ms = Duration::from_millis;
            let service = Service::start(ms(latency), ms(jitter));
            let passed = saturate(service.address(), Duration::from_secs(seconds));
            let most = passed.iter().max().copied().unwrap_or_default();
            let arrivals = service.arrivals();
            let end = arrivals[0] + Duration::from_secs(seconds);
            let in_time = arrivals.partition_point(|&at| at < end);
            let share = in_time as f64 / (QUOTA * seconds) as f64;
            println!(
                "{latency:>6} ms  ±{jitter:>3} ms   {:>10.1} %   {:>14}   {:>16}   {most:>9}",
                share * 100.0,
                refused_fixed(&arrivals, QUOTA as usize),
                refused_sliding(&arrivals, QUOTA as usize),
            );
        }
    }
    println!("\na call that does not wait: {} ns for its permit", cost());
}

/// Calls without a pause, and returns by how many later callers each was passed.
///
/// On one thread: with several, the operating system may suspend one right before its call asks,
/// and calls that ask in the meantime are ahead.
fn saturate(service: SocketAddr, time: Duration) -> Vec<usize> {
    let quota = Quota::documented();
    let (next, order) = (Arc::new(AtomicU64::new(0)), Arc::new(Mutex::new(Vec::new())));
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..TASKS {
            let (quota, next, order) = (quota.clone(), Arc::clone(&next), Arc::clone(&order));
            tasks.spawn(async move {
                let mut connection = Connection::open(service).await;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let permit = quota.acquire(SPEC).await.unwrap();
                    order.lock().unwrap().push(number);
                    connection.call(&permit).await;
                }
            });
        }
        tokio::time::sleep(time).await;
    });
    let order = order.lock().unwrap();
    let passed_by = |index: usize| {
        let before = &order[index.saturating_sub(1_000)..index];
        before.iter().filter(|&&other| other > order[index]).count()
    };
    (0..order.len()).map(passed_by).collect()
}

/// Returns by how many nanoseconds a call under a quota that is never used up takes longer than one
/// without. Any other load on a machine only adds to a round, so the quickest of many short ones
/// counts; and as that load changes, rounds of both alternate.
fn cost() -> i128 {
    const ROUNDS: usize = 400;
    const ROUND: u32 = 500;
    let with = Quota::builder().unlimited().calls_per_second(SPEC, 1_000_000).build().unwrap();
    let without = Quota::unlimited();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let round = |quota: &Quota| {
        let start = Instant::now();
        runtime.block_on(async {
            for _ in 0..ROUND {
                let options = AcquireOptions::new().deadline(start + Duration::from_secs(10));
                let permit = quota.acquire_with(SPEC, options).await.unwrap();
                permit.sent();
                permit.completed();
            }
        });
        start.elapsed().as_nanos() as i128 / i128::from(ROUND)
    };
    let (with, without): (Vec<_>, Vec<_>) =
        (0..ROUNDS).map(|_| (round(&with), round(&without))).unzip();
    let quickest = |rounds: Vec<i128>| rounds.into_iter().min().unwrap_or_default();
    quickest(with) - quickest(without)
}

const SPEC: &EndpointSpec = GetGroupBanMember::SPEC;
const TASKS: usize = 64;
/// Documented for the endpoint.
const QUOTA: u64 = 200;
