//! What a data directory costs: calls per second next to those without one, and the time of a restart.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use chat_emulator::{Durability, Emulator};
use tokio::runtime;

use crate::{CONNECTIONS, ROUNDS, SEND_GROUP_MSG, median, requests, start, support::load::Load};

pub(crate) fn throughput(time: Duration) {
    println!(
        "\n  send_group_msg with a data directory: calls/s, those without one, and their ratio"
    );
    for durability in [Durability::Process, Durability::Disk] {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.unwrap().block_on(async {
            let directory = tempfile::tempdir().unwrap();
            let builder = Emulator::builder().data_dir(directory.path()).durability(durability);
            let (kept, app) = start(builder).await;
            let with = requests(&kept, &app, "send_group_msg", SEND_GROUP_MSG);
            let (lost, app) = start(Emulator::builder()).await;
            let without = requests(&lost, &app, "send_group_msg", SEND_GROUP_MSG);
            let mut rounds: Vec<(Load, Load)> = Vec::new();
            for _ in 0..ROUNDS {
                let plain = without.load(CONNECTIONS, time).await;
                rounds.push((with.load(CONNECTIONS, time).await, plain));
            }
            let calls = |load: &Load| load.calls_per_second;
            println!(
                "  {durability:?}: {:.0}, {:.0}, {:.2}; by CPU time {:.2}",
                median(rounds.iter().map(|(with, _)| calls(with))),
                median(rounds.iter().map(|(_, without)| calls(without))),
                median(rounds.iter().map(|(with, without)| calls(with) / calls(without))),
                median(
                    rounds.iter().map(|(with, without)| without.cpu_per_call / with.cpu_per_call)
                ),
            );
        });
    }
}

/// Restarts an emulator with many accounts and messages.
pub(crate) fn restart() {
    let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let directory = tempfile::tempdir().unwrap();
        let builder = || Emulator::builder().data_dir(directory.path());
        let emulator = builder().seed(seed()).start().await.unwrap();
        emulator.shutdown().await;
        let begin = Instant::now();
        let emulator = builder().start().await.unwrap();
        let took = begin.elapsed().as_secs_f64();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        assert_eq!(app.account_count(), ACCOUNTS + 1, "and the admin");
        assert_eq!(app.message_count("group7").unwrap(), MESSAGES_PER_GROUP as u64);
        println!(
            "\nrestart with {ACCOUNTS} accounts and {} messages: {took:.2} s",
            GROUPS * MESSAGES_PER_GROUP
        );
    });
}

fn seed() -> String {
    let mut lines = String::new();
    for number in 0..ACCOUNTS {
        let nick = format!("The user with the number {number}");
        writeln!(lines, r#"{{"account":{{"UserID":"user{number}","Nick":"{nick}"}}}}"#).unwrap();
    }
    for group in 0..GROUPS {
        writeln!(
            lines,
            r#"{{"group":{{"GroupId":"group{group}","Type":"Public","Name":"{group}","CreateTime":1600000000}}}}"#
        )
        .unwrap();
        for number in 0..MESSAGES_PER_GROUP {
            let (user, time) =
                ((group * MESSAGES_PER_GROUP + number) % ACCOUNTS, 1_600_000_000 + number);
            writeln!(
                lines,
                r#"{{"message":{{"GroupId":"group{group}","From_Account":"user{user}","SendTime":{time},"Random":{number},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"hello, everybody"}}}}]}}}}"#
            )
            .unwrap();
        }
    }
    lines
}

const ACCOUNTS: usize = 100_000;
const GROUPS: usize = 100;
const MESSAGES_PER_GROUP: usize = 10_000;
