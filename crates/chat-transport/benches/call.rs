//! What a call costs in addition to HTTP: the client compared with a bare hyper-util client that
//! sends the same bytes to the same server, each with 64 tasks.
#![allow(missing_docs, reason = "criterion's macros generate public items")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot continue has failed")]
#![allow(clippy::print_stderr, reason = "the ratio is the output")]

use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use support::Call;
use tokio::{runtime::Runtime, task::JoinSet};

mod support;

const TASKS: u64 = 64;
const ROUNDS: usize = 101;
const ROUND: u64 = 4_000;

fn calls(criterion: &mut Criterion) {
    let runtime = Runtime::new().unwrap();
    let server = support::serve();
    let through_client = support::through_client(server);
    let bare = support::bare(server);

    let mut group = criterion.benchmark_group("call");
    group.throughput(Throughput::Elements(1));
    group.bench_function("chat-transport", |bencher| {
        bencher.iter_custom(|calls| runtime.block_on(spread(calls, through_client.clone())));
    });
    group.bench_function("bare hyper-util", |bencher| {
        bencher.iter_custom(|calls| runtime.block_on(spread(calls, bare.clone())));
    });
    group.finish();

    // The load of a machine changes from second to second, so rounds of both alternate.
    let round = || {
        let client = runtime.block_on(spread(ROUND, through_client.clone()));
        let bare = runtime.block_on(spread(ROUND, bare.clone()));
        bare.as_secs_f64() / client.as_secs_f64()
    };
    let mut ratios: Vec<_> = (0..ROUNDS).map(|_| round()).collect();
    ratios.sort_by(f64::total_cmp);
    eprintln!("calls per second, chat-transport to bare hyper-util: {:.2}", ratios[ROUNDS / 2]);
}

/// Makes calls in 64 tasks, and returns how long they took.
async fn spread(calls: u64, call: impl Fn() -> Call + Clone + Send + 'static) -> Duration {
    let start = Instant::now();
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let share = calls / TASKS + u64::from(task < calls % TASKS);
        let call = call.clone();
        tasks.spawn(async move {
            for _ in 0..share {
                std::hint::black_box(call().await);
            }
        });
    }
    tasks.join_all().await;
    start.elapsed()
}

criterion_group!(benches, calls);
criterion_main!(benches);
