//! What an outage costs: how many attempts the retries add and how soon the quota is used again, and
//! what happens to calls while the primary domain of a region is dead.
//!
//! Time is virtual (tokio's paused clock) and the network is a scripted `Backend`, so that a minute
//! takes a moment and the figures are exact. Everything else is real: quota, retries, choice of
//! domain, timeouts.
//!
//! `cargo bench -p chat-transport --bench outage -- --seconds 20` runs a short outage; the default is
//! a minute.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot continue has failed")]
#![allow(clippy::print_stdout, reason = "the table is the output")]

mod arguments;

use std::{
    collections::BTreeMap,
    future::pending,
    ops::Range,
    sync::{Arc, Mutex},
    time::Duration,
};

use chat_transport::{
    Client, Error, Quota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_types::{
    GroupType,
    group::{CreateGroup, GetGroupBanMember},
};
use chat_usersig::SecretKey;
use http::StatusCode;
use tokio::{
    runtime::Builder,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};

fn main() {
    let seconds = arguments::seconds();
    println!("{RATE} calls per second, virtual time, a scripted network, {LATENCY:?} per response");
    println!("\nA total outage of {seconds} s, calls that are safe to repeat");
    println!(
        "  {:<20} {:>8} {:>12} {:>8} {:>10} {:>22}",
        "the server", "quota", "calls in it", "retries", "at most", "quota used, s 2 to 4"
    );
    for fault in [Fault::Unavailable, Fault::Closes] {
        for quota in [Some(Quota::documented()), None] {
            budget(fault, quota, seconds);
        }
    }
    println!(
        "\nThe primary domain is dead for {} s in {seconds} s, every other call is unsafe to repeat",
        seconds / 2
    );
    for fault in [Fault::Refuses, Fault::DropsPackets, Fault::Unavailable, Fault::NeverResponds] {
        failover(fault, seconds);
    }
}

/// The only domain fails.
fn budget(fault: Fault, quota: Option<Quota>, seconds: u64) {
    let (from, length) = (10, Duration::from_secs(seconds));
    let is_limited = quota.is_some();
    let quota = quota.unwrap_or_else(Quota::unlimited);
    let down = Duration::from_secs(from)..Duration::from_secs(from) + length;
    let end = down.end;
    let Run { sent, .. } = run(fault, down, seconds + 20, quota, None);
    let sent_in = |window: Range<Duration>| {
        sent.iter().filter(|request| window.contains(&request.at)).count() as u64
    };
    let calls = RATE * seconds;
    let retries = sent.iter().filter(|request| request.is_retry).count();
    let after = sent_in(end + Duration::from_secs(2)..end + Duration::from_secs(4));
    println!(
        "  {:<20} {:>8} {calls:>12} {retries:>8} {:>10} {:>20.1} %",
        fault.name(),
        if is_limited { "200/s" } else { "none" },
        calls / 10 + 35,
        after as f64 / (2 * RATE) as f64 * 100.0,
    );
}

/// One of two domains fails.
fn failover(fault: Fault, seconds: u64) {
    let down = Duration::from_secs(seconds / 4)..Duration::from_secs(seconds * 3 / 4);
    let run = run(fault, down.clone(), seconds, Quota::documented(), Some(BACKUP));
    let (mut succeeded, mut slowest) = (0, Duration::ZERO);
    let mut failed = BTreeMap::<_, u64>::new();
    for Call { is_safe, time, error } in &run.calls {
        match error {
            None => {
                succeeded += 1;
                slowest = slowest.max(*time);
            }
            Some(error) => *failed.entry((is_safe, error.as_str())).or_default() += 1,
        }
    }
    let dead = run.sent.iter().filter(|request| request.is_primary && down.contains(&request.at));
    println!(
        "  {:<20} {:>7.2} % of {} succeeded, the slowest after {:.2} s; {} requests to the dead domain",
        fault.name(),
        f64::from(succeeded) / run.calls.len() as f64 * 100.0,
        run.calls.len(),
        slowest.as_secs_f64(),
        dead.count(),
    );
    for ((is_safe, error), calls) in failed {
        let kind = if *is_safe { "safe" } else { "unsafe" };
        println!("  {:<20} {calls:>7} {kind}: {error}", "");
    }
}

/// The outcome of a load.
struct Run {
    calls: Vec<Call>,
    sent: Vec<SentRequest>,
}

struct Call {
    is_safe: bool,
    time: Duration,
    error: Option<String>,
}

/// A request, whether or not a connection was established for it.
struct SentRequest {
    at: Duration,
    is_primary: bool,
    is_retry: bool,
}

/// Makes calls at a steady rate. With a backup, every other one is unsafe to repeat.
fn run(
    fault: Fault,
    down: Range<Duration>,
    seconds: u64,
    quota: Quota,
    backup: Option<&str>,
) -> Run {
    let runtime = Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let start = Instant::now();
        let network = Network { start, fault, down, sent: Arc::default() };
        let key = SecretKey::new("5bd2850fff3ecb11d7c805251c51ee46").unwrap();
        let builder = Client::builder(1_400_000_000, key).endpoint(PRIMARY).quota(quota);
        let builder = builder.backend(network.clone());
        let client = match backup {
            Some(url) => builder.backup_endpoint(url).build().unwrap(),
            None => builder.build().unwrap(),
        };
        let mut calls = JoinSet::new();
        for number in 0..RATE * seconds {
            sleep_until(start + Duration::from_secs(1) * number as u32 / RATE as u32).await;
            let is_safe = backup.is_none() || number % 2 == 0;
            calls.spawn(call(client.clone(), number, is_safe));
        }
        let calls = calls.join_all().await;
        let sent = std::mem::take(&mut *network.sent.lock().unwrap());
        Run { calls, sent: sent.into_values().flatten().collect() }
    })
}

async fn call(client: Client, number: u64, is_safe: bool) -> Call {
    let (start, name) = (Instant::now(), number.to_string());
    let outcome = if is_safe {
        client.call(&GetGroupBanMember::new(name)).await.map(drop)
    } else {
        client.call(&CreateGroup::new(GroupType::Public, name)).await.map(drop)
    };
    Call { is_safe, time: start.elapsed(), error: outcome.err().map(|error| describe(&error)) }
}

fn describe(error: &Error) -> String {
    let sent = if error.is_unsent() { "unsent" } else { "in flight" };
    format!("{:?}, {sent}", error.kind())
}

/// How a domain fails.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// HTTP 503.
    Unavailable,
    /// The server reads the request and closes the connection.
    Closes,
    /// No server listens, and existing connections are reset.
    Refuses,
    /// No packet arrives, so no connection can be established.
    DropsPackets,
    /// The server accepts connections and reads requests, and sends nothing.
    NeverResponds,
}

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Self::Unavailable => "responds with 503",
            Self::Closes => "closes connections",
            Self::Refuses => "refuses connections",
            Self::DropsPackets => "drops packets",
            Self::NeverResponds => "never responds",
        }
    }
}

/// A network in which the primary domain is down for a while.
#[derive(Clone)]
struct Network {
    start: Instant,
    fault: Fault,
    down: Range<Duration>,
    /// The requests by their body, which is different for each call.
    sent: Arc<Mutex<BTreeMap<Vec<u8>, Vec<SentRequest>>>>,
}

impl Network {
    async fn respond(&self, request: HttpRequest) -> Result<HttpResponse, BackendError> {
        let is_primary = request.uri().port_u16() == Some(1);
        let at = self.start.elapsed();
        let is_down = || is_primary && self.down.contains(&self.start.elapsed());
        {
            let mut sent = self.sent.lock().unwrap();
            let attempts = sent.entry(request.body().as_bytes().to_vec()).or_default();
            attempts.push(SentRequest { at, is_primary, is_retry: !attempts.is_empty() });
        }
        match self.fault {
            Fault::Refuses if is_down() => return Err(BackendError::connect("refused")),
            Fault::DropsPackets if is_down() => {
                sleep(CONNECT_TIMEOUT).await;
                return Err(BackendError::timeout("no connection"));
            }
            _ => {}
        }
        drop(request.into_http().into_body().into_bytes());
        sleep(LATENCY).await;
        if !is_down() {
            return Ok(HttpResponse::new(StatusCode::OK, OK));
        }
        match self.fault {
            Fault::Unavailable => Ok(HttpResponse::new(StatusCode::SERVICE_UNAVAILABLE, "")),
            Fault::Closes | Fault::Refuses => Err(BackendError::connection_lost("closed")),
            Fault::DropsPackets | Fault::NeverResponds => pending().await,
        }
    }
}

impl Backend for Network {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(self.respond(request))
    }
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Network")
    }
}

/// The number of calls per second, which is the documented quota.
const RATE: u64 = 200;
const LATENCY: Duration = Duration::from_millis(20);
/// The default of the built-in backend.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
const PRIMARY: &str = "http://127.0.0.1:1";
const BACKUP: &str = "http://127.0.0.1:2";
const OK: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"NextOffset":0,"GroupId":"@TGS#new"}"#;
