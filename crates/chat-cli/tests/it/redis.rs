//! Journals in Redis, and a quota that processes share through it.

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use chat_emulator::{CallCounts, QuotaMode};
use chat_types::{
    Endpoint as _,
    group::{BanGroupMember, ForbidSendMsg},
};

use crate::{
    fixture::{Fixture, viewers},
    program::{TIME_LIMIT, wait_until},
    redis_server::RedisServer,
};

const MUTE: [&str; 5] = ["group", "mute", "live", "--forever", "--journal"];

fn durable_server() -> RedisServer {
    RedisServer::start_with(&["--appendonly", "yes", "--appendfsync", "always"])
}

#[test]
fn killed_job_is_resumed_from_redis_on_another_machine() {
    let server = durable_server();
    let url = format!("{}/0/jobs/mute", server.url());
    let fixture = Fixture::new();
    fixture.write("list", &viewers(100_000));
    let list = fixture.path("list");
    let args = [&MUTE[..], &[&url, "--members-file", list.to_str().unwrap()]].concat();
    let started_in = tempfile::tempdir().unwrap();
    let mut job = fixture.chatctl(&args).directory(started_in.path()).command();
    let mut job = job.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let muted = || fixture.calls().of(ForbidSendMsg::SPEC).received;
    wait_until("a hundred calls", || muted() >= 100);
    job.kill().unwrap();
    job.wait().unwrap();
    let show = || fixture.chatctl(&["bulk", "show", &url]).run().exits(0).json();
    let known = show()["summary"]["done"].as_u64().unwrap();
    assert!((1..100_000).contains(&known), "{known}");

    fixture.chatctl(&["bulk", "resume", &url]).run().exits(2).mentions(&["lease ends"]);
    // Another machine does not have it.
    drop(started_in);
    let elsewhere = tempfile::tempdir().unwrap();
    let resume = || fixture.chatctl(&["bulk", "resume", &url]).directory(elsewhere.path()).run();
    let mut output = resume();
    let start = Instant::now();
    while output.exit == 2 && start.elapsed() < TIME_LIMIT {
        output = resume();
    }
    let output = output.exits(0).mentions(&["does not exist here"]);
    let summary = &output.json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&100_000.into(), &known.into()));
    assert_eq!(show()["complete"], true);
    // The lease was given up at the end.
    fixture.chatctl(&["bulk", "resume", &url]).run().exits(0);
}

#[test]
fn journal_in_redis_is_not_overwritten_and_a_missing_one_is_not_resumed() {
    let server = durable_server();
    let url = format!("{}/3/job", server.url());
    let fixture = Fixture::new();
    let args = [&MUTE[..], &[&url, "peter"]].concat();
    let resumed = [&args[..], &["--resume"]].concat();
    fixture.chatctl(&resumed).run().exits(2).says(&["key not found", "leave --resume out"]);
    fixture.chatctl(&args).run().exits(0);
    fixture.chatctl(&args).run().exits(2).says(&["already exists", "--resume"]);
    let summary = &fixture.chatctl(&resumed).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&1.into(), &1.into()));
    let dry = fixture.chatctl(&[&resumed[..], &["--dry-run"]].concat()).run().exits(0).json();
    assert_eq!(dry["earlier"]["done"], 1);
}

#[test]
fn password_of_redis_is_neither_printed_nor_stored() {
    let server = RedisServer::start_with(&["--requirepass", "opensesame"]);
    let fixture = Fixture::new();
    let plain = format!("redis://127.0.0.1:{}", server.port());
    let with_password = plain.replace("//", "//:opensesame@");
    let journal = format!("{with_password}/0/job");
    let args = [&MUTE[..], &[&journal, "--redis", &with_password, "peter"]].concat();
    let hidden = |output: crate::program::RunOutput| {
        let text = format!("{}{}", output.stdout, output.stderr);
        assert!(!text.contains("opensesame"), "{output:?}");
        output
    };
    hidden(fixture.chatctl(&args).run()).exits(0);
    let url = format!("{plain}/0/job");
    let chatctl = |args: &[&str]| fixture.chatctl(args).env("CHAT_REDIS_PASSWORD", "opensesame");
    let shown = hidden(chatctl(&["bulk", "show", &url]).run()).exits(0).json();
    assert!(shown["command"].to_string().contains(&format!("{plain}/0/job")), "{shown}");
    hidden(chatctl(&["bulk", "resume", &url]).run()).exits(0).mentions(&["quota server"]);
    hidden(fixture.chatctl(&["bulk", "show", &url]).run()).exits(2);
    // Invalid URLs are not repeated either.
    for invalid in ["redis://:opensesame@h", "redis://:open/sesame@h/0/k", "redis://:opensesame@"] {
        let args = [&MUTE[..], &[invalid, "peter"]].concat();
        hidden(fixture.chatctl(&args).run()).exits(2).says(&["invalid URL"]);
        let args = ["group", "show", "live", "--redis", invalid];
        hidden(fixture.chatctl(&args).run());
    }
}

#[test]
fn redis_that_is_away_is_reported_with_the_option_to_check() {
    let mut server = RedisServer::start();
    server.stop();
    let fixture = Fixture::new();
    let args = ["group", "show", "live", "--redis", &server.url()];
    let output = fixture.chatctl(&args).run().exits(3);
    output.says(&["shared quota is unavailable", "--redis", "nothing was sent"]);
    fixture.chatctl(&args[..3]).env("CHAT_REDIS", &server.url()).run().exits(3);
    let journal = format!("{}/0/job", server.url());
    let args = [&MUTE[..], &[&journal, "peter"]].concat();
    fixture.chatctl(&args).run().exits(2).says(&["cannot be opened"]);
    fixture.chatctl(&["call", "a/b", "--redis", "h:1"]).run().exits(2);
}

#[test]
fn two_processes_share_the_quota_and_none_of_their_calls_is_refused() {
    let fixture = Fixture::with_quotas(QuotaMode::Documented);
    fixture.write("one", &viewers(20 * 300));
    fixture.write("two", &viewers(20 * 300).replace("viewer", "guest"));
    let start = |list: &str, redis: Option<&str>| {
        let args = ["group", "ban", "live", "--members-file", list];
        let args: Vec<&str> =
            args.into_iter().chain(redis.iter().flat_map(|url| ["--redis", url])).collect();
        let mut command = fixture.chatctl(&args).command();
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let refused = |redis: Option<&str>| {
        let before = fixture.calls().of(BanGroupMember::SPEC);
        let jobs = [start("one", redis), start("two", redis)];
        for job in jobs {
            let output = job.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        let after = fixture.calls().of(BanGroupMember::SPEC);
        assert_eq!(after.succeeded - before.succeeded, 600);
        let failed = |counts: &CallCounts| counts.failed.values().sum::<u64>();
        failed(&after) - failed(&before)
    };
    // Each by itself makes 200 calls per second, so this is what the option is for.
    let apart = refused(None);
    assert!(apart > 100, "{apart}");
    // On a machine that is so busy that processes stand still with a permit in their hands, calls arrive
    // later than any quota can know.
    let together = || {
        let server = RedisServer::start();
        std::thread::sleep(Duration::from_secs(2));
        refused(Some(&server.url()))
    };
    let runs: Vec<u64> =
        std::iter::repeat_with(together).take(MAX_RUNS).take_while(|n| *n > 0).collect();
    assert!(runs.len() < MAX_RUNS, "refused calls in each run: {runs:?}");
    assert!(runs.iter().all(|run| run * 4 < apart), "{apart} apart, together {runs:?}");
}

const MAX_RUNS: usize = 4;
