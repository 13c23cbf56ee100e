//! How many calls the emulator handles, next to a bare hyper server that returns the same bytes, and how
//! small it is: its start, its memory, and many emulators in one process; and what a data directory costs.
//!
//! `cargo bench -p chat-emulator -- --seconds 2` is a short run; the default is 5 seconds for each
//! measurement.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot continue has failed")]
#![allow(clippy::print_stdout, reason = "the table is the result")]

mod support;

use std::time::{Duration, Instant};

use chat_emulator::{App, Emulator, EmulatorBuilder, QuotaMode};
use chat_types::GroupType;
use support::{
    bare::BareServer,
    load::{Load, Requests},
    process::resident_mebibytes,
};
use tokio::runtime;

fn main() {
    let seconds = support::seconds();
    start_and_memory();
    throughput(Duration::from_secs(seconds));
    many_emulators();
    large_group();
    support::data::throughput(Duration::from_secs(seconds));
    support::data::restart();
}

const GROUP: &str = "@TGS#2C5SZEAEF";

async fn emulator() -> (Emulator, App) {
    start(Emulator::builder()).await
}

async fn start(builder: EmulatorBuilder) -> (Emulator, App) {
    let emulator = builder.quotas(QuotaMode::Off).start().await.unwrap();
    let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
    app.create_group(GROUP, GroupType::Public).unwrap();
    (emulator, app)
}

fn requests(emulator: &Emulator, app: &App, command: &str, body: &str) -> Requests {
    let user_sig = app.user_sig(Emulator::DEFAULT_ADMIN).unwrap();
    let target = format!(
        "/v4/group_open_http_svc/{command}?sdkappid={}&identifier={}&usersig={}&random=99999999&contenttype=json",
        Emulator::DEFAULT_APP,
        Emulator::DEFAULT_ADMIN,
        user_sig.as_str(),
    );
    Requests::new(emulator.local_addr(), &target, body)
}

fn start_and_memory() {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let start = Instant::now();
        let (emulator, app) = emulator().await;
        requests(&emulator, &app, "get_group_info", GET_GROUP_INFO).send_one().await;
        println!(
            "ready, with the response to a first call, after {:.1} ms; {:.1} MiB resident",
            start.elapsed().as_secs_f64() * 1e3,
            resident_mebibytes(),
        );
    });
}

fn throughput(time: Duration) {
    println!("\n{CONNECTIONS} connections, {ROUNDS} rounds of {time:?} for each server, medians");
    println!(
        "  command             calls/s      p99   CPU per call   bare calls/s   ratio   CPU ratio"
    );
    for (command, body) in [("get_group_info", GET_GROUP_INFO), ("send_group_msg", SEND_GROUP_MSG)]
    {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            let (emulator, app) = emulator().await;
            let requests = requests(&emulator, &app, command, body);
            let bare = BareServer::start(requests.send_one().await).await;
            let mut rounds: Vec<(Load, Load)> = Vec::new();
            for _ in 0..ROUNDS {
                let plain = requests.at(bare.address()).load(CONNECTIONS, time).await;
                rounds.push((requests.load(CONNECTIONS, time).await, plain));
            }
            rounds.sort_by(|(a, b), (c, d)| {
                a.calls_per_second.total_cmp(&c.calls_per_second).then(b.p99.cmp(&d.p99))
            });
            let ratio = median(rounds.iter().map(|(own, bare)| own.calls_per_second / bare.calls_per_second));
            let cpu_ratio = median(rounds.iter().map(|(own, bare)| bare.cpu_per_call / own.cpu_per_call));
            let (own, bare) = &rounds[ROUNDS / 2];
            println!(
                "  {command:16} {:>10.0}  {:>4.1} ms   {:>9.1} µs   {:>12.0}   {ratio:>5.2}   {cpu_ratio:>9.2}",
                own.calls_per_second,
                own.p99.as_secs_f64() * 1e3,
                own.cpu_per_call * 1e6,
                bare.calls_per_second,
            );
        });
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn many_emulators() {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let start = Instant::now();
        let mut emulators = Vec::new();
        for _ in 0..1_000 {
            emulators.push(Emulator::start().await.unwrap());
        }
        println!("\n1,000 emulators start in {:.2} s", start.elapsed().as_secs_f64());
    });
}

fn large_group() {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (_emulator, app) = emulator().await;
        app.create_group("@TGS#2LIVE", GroupType::AVChatRoom).unwrap();
        let before = resident_mebibytes();
        let start = Instant::now();
        app.join("@TGS#2LIVE", (0..1_000_000).map(|number| format!("user{number}"))).unwrap();
        assert_eq!(app.member_count("@TGS#2LIVE").unwrap(), 1_000_000);
        println!(
            "1,000,000 new accounts join a group in {:.1} s and take {:.0} MiB",
            start.elapsed().as_secs_f64(),
            resident_mebibytes() - before,
        );
    });
}

const CONNECTIONS: usize = 64;
const ROUNDS: usize = 5;

const GET_GROUP_INFO: &str = r#"{"GroupIdList":["@TGS#2C5SZEAEF"]}"#;

/// The digits are replaced by a number that differs from call to call.
const SEND_GROUP_MSG: &str = r#"{"GroupId":"@TGS#2C5SZEAEF","Random":1000000000,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hello, everybody"}}]}"#;
