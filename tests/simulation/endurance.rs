//! What a process holds does not grow with the number of its calls.
//!
//! Memory and file descriptors belong to a whole process, so each run gets one of its own.

use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use bytes::Bytes;
use chat_emulator::Emulator;
use chat_transport::{
    Client, ClientBuilder,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_types::{
    GroupType, MuteTime,
    group::{ForbidSendMsg, GetGroupBanMember, GetGroupInfo},
};
use chat_usersig::SecretKey;
use http::{Method, StatusCode};
use tokio::{
    task::JoinSet,
    time::{Instant, interval, sleep},
};

use crate::{
    variable,
    world::{LIVE, VirtualClock},
};

#[test]
fn day_in_virtual_time_holds_no_more_than_its_first_hours() {
    run_alone("endurance::virtual_day");
}

#[test]
fn seconds_over_sockets_hold_no_more_than_the_first_ones() {
    run_alone("endurance::real_time");
}

/// Runs an ignored test of this program in a new process.
fn run_alone(test: &str) {
    let program = std::env::current_exe().unwrap();
    let arguments = [test, "--exact", "--ignored", "--nocapture"];
    let output = Command::new(program).args(arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let ran = output.status.success() && text.contains("1 passed");
    assert!(ran, "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
#[ignore = "measures its process, and is run in one of its own"]
fn virtual_day() {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().start_paused(true).build().unwrap().block_on(async {
        let clock = VirtualClock { start: Instant::now() };
        let emulator = emulator(Emulator::builder().clock(clock)).await;
        let network = Direct { emulator, requests: AtomicU64::new(0) };
        let client = client("http://127.0.0.1:1", |client| client.clock(clock).backend(network));
        let mut minutes = interval(Duration::from_secs(60));
        let mut first_hours = None;
        for minute in 0..24 * 60 {
            minutes.tick().await;
            call(&client, 3).await;
            if minute == 3 * 60 {
                first_hours = Some(Held::now());
            }
        }
        let stats = client.stats();
        assert!(stats.calls > 10_000 && stats.retries > 100, "{stats:?}");
        Held::now().assert_near(&first_hours.unwrap());
    });
}

#[test]
#[ignore = "measures its process, and is run in one of its own"]
fn real_time() {
    let time = Duration::from_secs(variable("ENDURANCE_SECONDS").unwrap_or(4));
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(async {
        let emulator = emulator(Emulator::builder()).await;
        let client = client(&emulator.url(), |client| client);
        let end = Instant::now() + time;
        let mut tasks: JoinSet<()> = (0..16)
            .map(|_| {
                let client = client.clone();
                async move {
                    while Instant::now() < end {
                        call(&client, 1).await;
                    }
                }
            })
            .collect();
        sleep(time / 2).await;
        let first_half = Held::now();
        sleep(time * 2 / 5).await;
        let second_half = Held::now();
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        assert!(client.stats().calls > 100, "{:?}", client.stats());
        second_half.assert_near(&first_half);
    });
}

async fn emulator(builder: chat_emulator::EmulatorBuilder) -> Emulator {
    let builder = builder.keep_requests(1_000);
    let emulator = builder.start().await.unwrap();
    let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
    app.create_group(LIVE, GroupType::AVChatRoom).unwrap();
    emulator
}

fn client(url: &str, with: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Client {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    let builder = Client::builder(Emulator::DEFAULT_APP, key).endpoint(url);
    // Short, so that a day sees many of them.
    with(builder.user_sig_lifetime(Duration::from_secs(600))).build().unwrap()
}

/// Makes calls of several kinds, all about the same group and accounts.
async fn call(client: &Client, times: u64) {
    let accounts = (0..100).map(|number| format!("user-{number}"));
    let mute = ForbidSendMsg::new(LIVE, accounts, MuteTime::Forever);
    for _ in 0..times {
        client.call(&mute).await.unwrap();
        client.call(&GetGroupBanMember::new(LIVE).limit(100)).await.unwrap();
        client.call(&GetGroupInfo::new([LIVE])).await.unwrap();
    }
}

/// Carries requests to the emulator in virtual time, and loses the response to every twentieth.
#[derive(Debug)]
struct Direct {
    emulator: Emulator,
    requests: AtomicU64,
}

impl Backend for Direct {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async move {
            sleep(Duration::from_millis(20)).await;
            let uri = request.uri().clone();
            let body: Bytes = request.into_http().into_body().into_bytes();
            let response = self.emulator.respond(&Method::POST, &uri, &body);
            if self.requests.fetch_add(1, Ordering::Relaxed) % 20 == 19 {
                return Err(BackendError::connection_lost("simulated"));
            }
            Ok(HttpResponse::new(StatusCode::OK, response))
        })
    }
}

/// What this process holds.
#[derive(Debug)]
struct Held {
    memory_kib: u64,
    files: usize,
}

impl Held {
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let memory_kib = resident.trim().trim_end_matches(" kB").parse().unwrap();
        Self { memory_kib, files: fs::read_dir("/proc/self/fd").unwrap().count() }
    }

    fn assert_near(&self, before: &Self) {
        let is_near = self.memory_kib < before.memory_kib + 4_096 && self.files <= before.files + 2;
        assert!(is_near, "held {before:?} at first, {self:?} at the end");
    }
}
