//! Eight processes of their own, one quota, and a server that counts what arrives.

use std::{
    collections::VecDeque,
    env,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    process::{Command, Stdio, exit},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    time::{Instant, sleep_until},
};

use super::*;
use crate::shared::lease::MAX_SPREAD;

const PROCESSES: usize = 8;
const QUOTA: u32 = 200;
const STALLED: i32 = 3;

#[test]
fn eight_processes_never_exceed_one_quota_together() {
    // A machine that holds calls up for longer than is promised has shown nothing.
    let run = (0..5).find_map(|_| run()).expect("the machine is too busy to tell");
    let quota = QUOTA as usize;
    for group in run.windows(quota + 1) {
        let took = group[quota] - group[0];
        assert!(took >= SECOND, "{} calls in {took:?}", quota + 1);
    }
}

/// When calls arrived; `None` if one of them took so long that all bets are off.
#[allow(clippy::print_stderr, reason = "the figures are for whoever lets it run for longer")]
fn run() -> Option<Vec<std::time::Instant>> {
    let server = RedisServer::start();
    let (counter, arrivals) = count();
    let me = env::current_exe().unwrap();
    let child = |_| {
        Command::new(&me)
            .args(["--exact", "shared::tests::processes::one_of_many", "--ignored"])
            .env("CHAT_TEST_REDIS", server.url())
            .env("CHAT_TEST_COUNTER", counter.to_string())
            .stdout(Stdio::null())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..PROCESSES).map(child).collect();
    let mut is_stalled = false;
    for mut child in children {
        let status = child.wait().unwrap();
        is_stalled |= status.code() == Some(STALLED);
        assert!(status.success() || is_stalled, "{status}");
    }
    if is_stalled {
        return None;
    }
    let mut arrivals: Vec<_> = arrivals.try_iter().collect();
    arrivals.sort_unstable();
    let took = *arrivals.last().unwrap() - arrivals[0];
    // The first second's worth may come at once.
    let share = arrivals.len() as f64 / f64::from(QUOTA) / (took.as_secs_f64() + 1.0);
    let leases = runtime().block_on(leases(&server));
    eprintln!("{} calls, {:.1} % of the quota, {leases} leases", arrivals.len(), 100.0 * share);
    // What processes that get no processor in time leave unused is lost.
    assert!(share > 0.4, "{share:.3} of the quota");
    Some(arrivals)
}

async fn leases(server: &RedisServer) -> u32 {
    let statistics: String = server.ask(&["INFO", "commandstats"]).await;
    let (_, rest) = statistics.split_once("cmdstat_evalsha:calls=").unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

/// Answers each byte with a byte, and tells when each came.
fn count() -> (SocketAddr, mpsc::Receiver<std::time::Instant>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, sender) = (stream.unwrap(), sender.clone());
            thread::spawn(move || {
                stream.set_nodelay(true).unwrap();
                let mut calls = [0; 1];
                while let Ok(1..) = stream.read(&mut calls) {
                    // Nobody listens any more where a run was given up.
                    let _ = sender.send(std::time::Instant::now());
                    let _ = stream.write_all(&calls);
                }
            });
        }
    });
    (address, receiver)
}

/// Sends as many calls as it may, each a byte.
#[test]
#[ignore = "one of the processes that the test of them starts"]
fn one_of_many() {
    let variable = |name| env::var(name).unwrap();
    let settings = SharedQuota::redis(&variable("CHAT_TEST_REDIS")).unwrap().timeout(10 * SECOND);
    let quota = Shared::new(settings).unwrap();
    let seconds = env::var("CHAT_TEST_SECONDS").map_or(3, |text| text.parse().unwrap());
    runtime().block_on(async {
        let stream = TcpStream::connect(variable("CHAT_TEST_COUNTER")).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (answers, calls) = stream.into_split();
        let log = Arc::<Mutex<Log>>::default();
        tokio::spawn(hear(answers, Arc::clone(&log)));
        send(&quota, calls, &log, seconds * SECOND).await;
        if log.lock().unwrap().spread > MAX_SPREAD {
            exit(STALLED);
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// What the limiter of a client knows of its calls.
#[derive(Default)]
struct Log {
    sent: VecDeque<Instant>,
    least: Option<Duration>,
    spread: Duration,
    leases: VecDeque<Sent>,
}

struct Sent {
    permits: Permits,
    calls: u32,
    answered: u32,
    arrived_by: Instant,
}

impl Log {
    fn answer(&mut self) {
        let sent = self.sent.pop_front().unwrap();
        let took = sent.elapsed();
        let least = *self.least.insert(self.least.map_or(took, |least| least.min(took)));
        self.spread = self.spread.max(took - least);
        let lease = self.leases.iter_mut().find(|lease| lease.answered < lease.calls).unwrap();
        lease.answered += 1;
        lease.arrived_by = lease.arrived_by.max(sent + (took - least));
    }

    fn usages(&mut self) -> Vec<Usage> {
        let mut usages = Vec::new();
        while let Some(lease) = self.leases.pop_front_if(|lease| lease.answered == lease.calls) {
            usages.push(lease.permits.used(lease.calls, lease.arrived_by));
        }
        usages
    }
}

async fn hear(mut answers: OwnedReadHalf, log: Arc<Mutex<Log>>) {
    while answers.read_u8().await.is_ok() {
        log.lock().unwrap_or_else(PoisonError::into_inner).answer();
    }
}

async fn send(quota: &Shared, mut calls: OwnedWriteHalf, log: &Mutex<Log>, length: Duration) {
    // Other tests may take the processor for a while at any time.
    let least_spread = env::var("CHAT_TEST_SPREAD_MS").map_or(250, |text| text.parse().unwrap());
    let least_spread = Duration::from_millis(least_spread);
    let end = Instant::now() + length;
    loop {
        let (usages, spread) = {
            let mut log = log.lock().unwrap();
            (log.usages(), log.spread.max(least_spread))
        };
        let request = Request {
            key: KEY,
            windows: &[(QUOTA, SECOND)],
            waiting: 100,
            latest_start: end.saturating_duration_since(Instant::now()),
            spread,
            departure: Duration::ZERO,
            usages: &usages,
        };
        let Lease::Granted(permits) = quota.lease(request).await.unwrap() else { return };
        assert!(permits.calls >= 25, "{} calls where so many wait", permits.calls);
        sleep_until(permits.from).await;
        let (until, mut sent) = (permits.until, 0);
        let lease = Sent { arrived_by: permits.from, calls: permits.calls, permits, answered: 0 };
        let granted = lease.calls;
        log.lock().unwrap().leases.push_back(lease);
        while sent < granted && Instant::now() < until {
            log.lock().unwrap().sent.push_back(Instant::now());
            calls.write_u8(0).await.unwrap();
            sent += 1;
        }
        log.lock().unwrap().leases.back_mut().unwrap().calls = sent;
        tokio::task::yield_now().await;
    }
}
