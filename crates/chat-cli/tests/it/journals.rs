//! `--journal`, `--resume` and `chatctl bulk`.

use std::process::Stdio;

use chat_types::{
    Endpoint as _,
    group::{BanGroupMember, ForbidSendMsg},
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{
    fixture::{Fixture, viewers},
    program::{KEY, wait_until},
};

const MUTE: [&str; 6] = ["group", "mute", "live", "--forever", "--journal", "job"];

#[test]
fn killed_job_is_resumed_to_completion() {
    let fixture = Fixture::new();
    fixture.write("list", &viewers(12_000));
    let args = ["group", "ban", "live", "--members-file", "list", "--journal", "job"];
    let mut job = fixture.chatctl(&args).command();
    let mut job = job.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let banned = || fixture.app.banned_count("live").unwrap();
    wait_until("1,000 bans", || banned() >= 1_000);
    job.kill().unwrap();
    job.wait().unwrap();
    // At the documented 200 calls per second, the 600 calls take two more seconds.
    assert!(banned() < 12_000);
    let interrupted = show(&fixture, "job");
    assert_eq!((&interrupted["ended"], &interrupted["complete"]), (&false.into(), &false.into()));
    let known = interrupted["summary"]["done"].as_u64().unwrap();
    assert!((20..12_000).contains(&known), "{interrupted}");

    let output = fixture.chatctl(&["bulk", "resume", "job", "--report", "r.jsonl"]).run().exits(0);
    let summary = &output.json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&12_000.into(), &known.into()));
    assert_eq!(summary["calls"], (12_000 - known) / 20, "what is done is not sent again");
    assert_eq!(banned(), 12_000);
    assert_eq!(fixture.read("r.jsonl").lines().count(), 12_000, "the report includes earlier runs");
    let ended = show(&fixture, "job");
    assert_eq!((&ended["complete"], &ended["items"]), (&true.into(), &12_000.into()));

    let before = fixture.calls().of(BanGroupMember::SPEC).received;
    fixture.chatctl(&["bulk", "resume", "job"]).run().exits(0);
    assert_eq!(fixture.calls().of(BanGroupMember::SPEC).received, before, "everything was done");
}

#[test]
fn existing_journal_is_not_overwritten() {
    let fixture = Fixture::new();
    let args = [&MUTE[..], &["peter"]].concat();
    fixture.chatctl(&args).run().exits(0);
    let journal = fixture.read("job");
    let calls = fixture.calls().total();
    fixture.chatctl(&args).run().exits(2).says(&["already exists", "--resume"]);
    assert_eq!((fixture.read("job"), fixture.calls().total()), (journal, calls));
    let args = [&args[..], &["--resume"]].concat();
    let summary = &fixture.chatctl(&args).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&1.into(), &1.into()));
    assert_eq!(fixture.calls().total(), calls);
}

#[test]
fn resume_requires_a_journal() {
    let fixture = Fixture::new();
    let args = ["group", "mute", "live", "peter", "--forever", "--resume"];
    fixture.chatctl(&args).run().exits(2).says(&["--journal"]);
    let args = [&args[..], &["--journal", "gone"]].concat();
    fixture.chatctl(&args).run().exits(2).says(&["file not found", "leave --resume out"]);
    for command in ["resume", "show"] {
        fixture.chatctl(&["bulk", command, "gone"]).run().exits(2).says(&["file not found"]);
    }
}

#[test]
fn journal_of_another_job_list_or_app_is_rejected() {
    let fixture = Fixture::new();
    fixture.chatctl(&[&MUTE[..], &["peter", "leckie"]].concat()).run().exits(0);
    let calls = fixture.calls().total();
    let refused = |args: &[&str], piece: &str| {
        let args = [args, &["--journal", "job", "--resume", "--report", "r.csv"]].concat();
        let output = fixture.chatctl(&args).run().exits(8).says(&[piece, "bulk show"]);
        assert_eq!(output.stdout, "");
    };
    fixture.write("r.csv", "the first run\n");
    refused(&["group", "mute", "other", "peter", "leckie", "--forever"], "another job");
    refused(&["group", "unmute", "live", "peter", "leckie"], "another job");
    refused(&["group", "mute", "live", "peter", "leckie", "--for", "1h"], "another job");
    let app = ["--sdkappid", "1400000001"];
    refused(
        &[&["group", "mute", "live", "peter", "leckie", "--forever"], &app[..]].concat(),
        "1400000001",
    );
    refused(&["group", "mute", "live", "peter", "jared", "--forever"], "input has changed");
    refused(&["group", "mute", "live", "peter", "--forever"], "input has changed");
    assert_eq!(fixture.read("r.csv"), "the first run\n");
    assert_eq!(fixture.calls().total(), calls);
}

#[test]
fn invalid_journal_is_rejected() {
    let fixture = Fixture::new();
    fixture.write("list", "peter\nleckie\n");
    for command in ["resume", "show"] {
        fixture.chatctl(&["bulk", command, "list"]).run().exits(2).says(&["line 1"]);
    }
    let args = ["group", "mute", "live", "peter", "--forever", "--journal", "list", "--resume"];
    fixture.chatctl(&args).run().exits(2).says(&["line 1"]);
    assert_eq!(fixture.read("list"), "peter\nleckie\n");
}

#[test]
fn show_prints_the_job_of_a_journal() {
    let fixture = Fixture::new();
    let args = [&MUTE[..], &["--output", "json"]].concat();
    fixture.chatctl(&args).input("peter\nit's me\n").run().exits(0);
    let shown = show(&fixture, "job");
    assert_eq!(shown["sdkappid"], 1_400_000_000);
    assert_eq!(shown["job"]["endpoint"], "group_open_http_svc/forbid_send_msg");
    assert_eq!(shown["job"]["request"]["GroupId"], "live");
    assert_eq!(shown["command"], serde_json::to_value(&args).unwrap());
    assert_eq!((&shown["items"], &shown["complete"]), (&2.into(), &true.into()));
    assert_eq!(shown["summary"]["done"], 2);
    let output = fixture.chatctl(&["bulk", "show", "job", "--output", "table"]).run().exits(0);
    for piece in ["forbid_send_msg", "chatctl group mute live --forever", "complete", "live"] {
        assert!(output.stdout.contains(piece), "no {piece:?} in {output:?}");
    }
}

#[test]
fn job_is_resumed_from_another_directory() {
    let fixture = Fixture::new();
    fixture.write("list", "peter\nleckie\n");
    fixture.write("key", KEY);
    let args = ["--members-file", "list", "--secret-key-file", "key", "--report", "first.csv"];
    let args = [&MUTE[..], &args].concat();
    fixture.chatctl(&args).env("CHAT_SECRET_KEY", "wrong").run().exits(0);
    forget_outcomes(&fixture, "job");
    let other = tempfile::tempdir().unwrap();
    let journal = fixture.path("job").to_str().unwrap().to_owned();
    let args = ["bulk", "resume", &journal, "--report", "second.jsonl"];
    let output = fixture.chatctl(&args).directory(other.path()).env("CHAT_SECRET_KEY", "");
    assert_eq!(output.run().exits(0).json()["summary"]["done"], 2);
    assert_eq!(fixture.calls().of(ForbidSendMsg::SPEC).received, 2);
    let report = std::fs::read_to_string(other.path().join("second.jsonl")).unwrap();
    assert_eq!(report.lines().count(), 2);
    assert_eq!(fixture.read("first.csv").lines().count(), 3, "the resumed run does not touch it");
}

#[test]
fn options_take_precedence_over_the_journal() {
    let fixture = Fixture::new();
    let dead = ["--endpoint", "http://127.0.0.1:1", "--timeout", "1s"];
    let url = fixture.url();
    fixture.chatctl(&[&MUTE[..], &["peter"], &dead].concat()).run().exits(3);
    fixture.chatctl(&["bulk", "resume", "job"]).env("CHAT_ENDPOINT", "").run().exits(3);
    let resume = ["bulk", "resume", "job", "--endpoint", &url];
    fixture.chatctl(&resume).env("CHAT_ENDPOINT", "").run().exits(0);
    assert!(fixture.app.is_muted("live", "peter").unwrap());
}

#[test]
fn piped_list_is_piped_in_again_to_resume() {
    let fixture = Fixture::new();
    fixture.chatctl(&MUTE).input(viewers(700)).run().exits(0);
    let resume = ["bulk", "resume", "job"];
    fixture.chatctl(&resume).run().exits(2).says(&["the list of accounts is empty"]);
    fixture.chatctl(&resume).input(viewers(499)).run().exits(8).says(&["input has changed"]);
    let summary = &fixture.chatctl(&resume).input(viewers(700)).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&700.into(), &700.into()));
}

#[test]
fn dry_run_of_a_resumed_job_sends_nothing() {
    let fixture = Fixture::new();
    fixture.chatctl(&[&MUTE[..], &["peter", "leckie"]].concat()).run().exits(0);
    let (journal, calls) = (fixture.read("job"), fixture.calls().total());
    let plan = fixture.chatctl(&["bulk", "resume", "job", "--dry-run"]).run().exits(0).json();
    assert_eq!((&plan["plan"][0]["items"], &plan["earlier"]["done"]), (&2.into(), &2.into()));
    assert_eq!((fixture.read("job"), fixture.calls().total()), (journal, calls));
}

#[test]
fn stored_command_line_without_a_job_is_rejected() {
    let fixture = Fixture::new();
    fixture.chatctl(&[&MUTE[..], &["peter"]].concat()).run().exits(0);
    let resumed_with = |note: Value| {
        change_header(&fixture, "job", |header| header["job"]["note"] = note);
        fixture.chatctl(&["bulk", "resume", "job"]).run().exits(2)
    };
    resumed_with(Value::Null).says(&["does not store a command line"]);
    resumed_with("chatctl".into()).says(&["does not store a command line"]);
    for args in
        [&["emulator"][..], &["bulk", "resume", "job"], &["group", "destroy", "live", "--yes"]]
    {
        let note = serde_json::json!({ "command": args });
        resumed_with(note).says(&["does not run a job"]);
    }
    let note = serde_json::json!({ "command": ["group", "frobnicate"] });
    resumed_with(note).says(&["invalid stored command line", "frobnicate"]);
    assert!(fixture.app.is_muted("live", "peter").unwrap());
}

#[test]
fn journal_contains_no_key() {
    let fixture = Fixture::new();
    fixture.write("key", KEY);
    let args = [&MUTE[..], &["peter", "--secret-key-file", "key"]].concat();
    fixture.chatctl(&args).run().exits(0);
    let journal = fixture.read("job");
    assert!(!journal.contains(KEY) && !journal.to_lowercase().contains("usersig"), "{journal}");
}

#[test]
fn retryable_failures_are_retried_on_resume() {
    let fixture = Fixture::new();
    let args = [&MUTE[..], &["peter", "--endpoint", "http://127.0.0.1:1"]].concat();
    fixture.chatctl(&args).run().exits(3);
    let output = fixture.chatctl(&MUTE_AGAIN).run().exits(0);
    assert_eq!(output.json()["summary"]["done"], 1);
    let missing = ["group", "mute", "nowhere", "peter", "--forever"];
    let output = fixture.chatctl(&missing).run().exits(1);
    assert!(!output.stderr.contains("--journal"), "resuming would not help: {output:?}");
}

#[test]
fn changed_list_is_rejected_before_anything_is_sent() {
    let fixture = Fixture::new();
    fixture.chatctl(&MUTE).input(viewers(1_000)).run().exits(0);
    let calls = fixture.calls().total();
    let other = viewers(1_000).replace("viewer700\n", "stranger\n");
    let output = fixture.chatctl(&["bulk", "resume", "job"]).input(other).run().exits(8);
    output.says(&["input has changed", "nothing was sent"]);
    assert_eq!(fixture.calls().total(), calls);
    assert!(!fixture.app.is_muted("live", "stranger").unwrap());
}

#[test]
fn journal_of_another_program_is_resumed_with_resume() {
    let fixture = Fixture::new();
    let args = [&MUTE[..], &["peter", "--endpoint", "http://127.0.0.1:1"]].concat();
    fixture.chatctl(&args).run().exits(3);
    change_header(&fixture, "job", |header| header["job"]["note"] = "the note of a program".into());
    let shown = show(&fixture, "job");
    assert_eq!((&shown["command"], &shown["summary"]["failed"]), (&Value::Null, &1.into()));
    fixture.chatctl(&MUTE_AGAIN).run().exits(0);
    assert!(fixture.app.is_muted("live", "peter").unwrap());
}

fn show(fixture: &Fixture, journal: &str) -> Value {
    fixture.chatctl(&["bulk", "show", journal]).run().exits(0).json()
}

/// Reduces a journal to what a job writes before its first call.
fn forget_outcomes(fixture: &Fixture, journal: &str) {
    let text = fixture.read(journal);
    fixture.write(journal, text.split_inclusive('\n').next().unwrap());
}

fn change_header(fixture: &Fixture, journal: &str, change: impl FnOnce(&mut Value)) {
    let text = fixture.read(journal);
    let (header, rest) = text.split_once('\n').unwrap();
    let mut header: Value = serde_json::from_str(header).unwrap();
    header.as_object_mut().unwrap().remove("checksum");
    change(&mut header);
    let header = header.to_string();
    let digest = Sha256::digest(&header);
    let checksum: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let members = header.strip_suffix('}').unwrap();
    fixture.write(journal, &format!("{members},\"checksum\":\"{checksum}\"}}\n{rest}"));
}

const MUTE_AGAIN: [&str; 8] =
    ["group", "mute", "live", "peter", "--forever", "--journal", "job", "--resume"];
