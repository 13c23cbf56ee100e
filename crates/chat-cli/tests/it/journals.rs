//! `--journal`, `--resume` and `chatctl bulk`.

use std::process::Stdio;

use chat_types::{
    Endpoint as _,
    group::{BanGroupMember, ForbidSendMsg},
};
use serde_json::Value;

use crate::{
    program::KEY,
    stage::{Stage, viewers},
};

const MUTE: [&str; 6] = ["group", "mute", "live", "--forever", "--journal", "job"];

#[test]
fn a_job_that_is_killed_in_the_middle_goes_on_to_the_full_state() {
    let stage = Stage::new();
    stage.write("list", &viewers(12_000));
    let words = ["group", "ban", "live", "--members-file", "list", "--journal", "job"];
    let mut job = stage.chatctl(&words).command();
    let mut job = job.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let banned = || stage.app.banned_count("live").unwrap();
    while banned() < 1_000 {
        std::thread::yield_now();
    }
    job.kill().unwrap();
    job.wait().unwrap();
    // 600 calls at the documented 200 a second: it takes two seconds more.
    assert!(banned() < 12_000);
    let cut_off = show(&stage, "job");
    assert_eq!((&cut_off["ended"], &cut_off["complete"]), (&false.into(), &false.into()));
    let known = cut_off["summary"]["done"].as_u64().unwrap();
    assert!((20..12_000).contains(&known), "{cut_off}");

    let ran = stage.chatctl(&["bulk", "resume", "job", "--report", "r.jsonl"]).run().exits(0);
    let summary = &ran.json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&12_000.into(), &known.into()));
    assert_eq!(summary["calls"], (12_000 - known) / 20, "what is done is not sent again");
    assert_eq!(banned(), 12_000);
    assert_eq!(stage.read("r.jsonl").lines().count(), 12_000, "the report has earlier runs too");
    let ended = show(&stage, "job");
    assert_eq!((&ended["complete"], &ended["items"]), (&true.into(), &12_000.into()));

    let before = stage.calls().of(BanGroupMember::SPEC).received;
    stage.chatctl(&["bulk", "resume", "job"]).run().exits(0);
    assert_eq!(stage.calls().of(BanGroupMember::SPEC).received, before, "all was done");
}

#[test]
fn a_journal_that_is_there_is_not_written_over() {
    let stage = Stage::new();
    let words = [&MUTE[..], &["peter"]].concat();
    stage.chatctl(&words).run().exits(0);
    let journal = stage.read("job");
    let calls = stage.calls().total();
    stage.chatctl(&words).run().exits(2).says(&["it is there already", "--resume"]);
    assert_eq!((stage.read("job"), stage.calls().total()), (journal, calls));
    let words = [&words[..], &["--resume"]].concat();
    let summary = &stage.chatctl(&words).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&1.into(), &1.into()));
    assert_eq!(stage.calls().total(), calls);
}

#[test]
fn a_job_cannot_go_on_without_its_journal() {
    let stage = Stage::new();
    let words = ["group", "mute", "live", "peter", "--forever", "--resume"];
    stage.chatctl(&words).run().exits(2).says(&["--journal"]);
    let words = [&words[..], &["--journal", "gone"]].concat();
    stage.chatctl(&words).run().exits(2).says(&["there is no such file", "--resume is left out"]);
    for command in ["resume", "show"] {
        stage.chatctl(&["bulk", command, "gone"]).run().exits(2).says(&["there is no such file"]);
    }
}

#[test]
fn a_journal_of_another_job_or_list_or_app_is_refused() {
    let stage = Stage::new();
    stage.chatctl(&[&MUTE[..], &["peter", "leckie"]].concat()).run().exits(0);
    let calls = stage.calls().total();
    let refused = |words: &[&str], piece: &str| {
        let words = [words, &["--journal", "job", "--resume", "--report", "r.csv"]].concat();
        let ran = stage.chatctl(&words).run().exits(2).says(&[piece, "bulk show"]);
        assert_eq!(ran.out, "");
    };
    stage.write("r.csv", "of the first run\n");
    refused(&["group", "mute", "other", "peter", "leckie", "--forever"], "another job");
    refused(&["group", "unmute", "live", "peter", "leckie"], "another job");
    refused(&["group", "mute", "live", "peter", "leckie", "--for", "1h"], "another job");
    let app = ["--sdkappid", "1400000001"];
    refused(
        &[&["group", "mute", "live", "peter", "leckie", "--forever"], &app[..]].concat(),
        "1400000001",
    );
    refused(&["group", "mute", "live", "peter", "jared", "--forever"], "input is another one");
    refused(&["group", "mute", "live", "peter", "--forever"], "input is another one");
    assert_eq!(stage.read("r.csv"), "of the first run\n");
    assert_eq!(stage.calls().total(), calls);
}

#[test]
fn a_file_that_is_no_journal_is_refused() {
    let stage = Stage::new();
    stage.write("list", "peter\nleckie\n");
    for command in ["resume", "show"] {
        stage.chatctl(&["bulk", command, "list"]).run().exits(2).says(&["line 1"]);
    }
    let words = ["group", "mute", "live", "peter", "--forever", "--journal", "list", "--resume"];
    stage.chatctl(&words).run().exits(2).says(&["line 1"]);
    assert_eq!(stage.read("list"), "peter\nleckie\n");
}

#[test]
fn a_journal_shows_what_job_it_is_of() {
    let stage = Stage::new();
    let words = [&MUTE[..], &["--output", "json"]].concat();
    stage.chatctl(&words).input("peter\nit's me\n").run().exits(0);
    let shown = show(&stage, "job");
    assert_eq!(shown["sdkappid"], 1_400_000_000);
    assert_eq!(shown["job"]["endpoint"], "group_open_http_svc/forbid_send_msg");
    assert_eq!(shown["job"]["request"]["GroupId"], "live");
    assert_eq!(shown["command"], serde_json::to_value(&words).unwrap());
    assert_eq!((&shown["items"], &shown["complete"]), (&2.into(), &true.into()));
    assert_eq!(shown["summary"]["done"], 2);
    let ran = stage.chatctl(&["bulk", "show", "job", "--output", "table"]).run().exits(0);
    for piece in ["forbid_send_msg", "chatctl group mute live --forever", "complete", "live"] {
        assert!(ran.out.contains(piece), "no {piece:?} in {ran:?}");
    }
}

#[test]
fn a_job_goes_on_from_another_directory_with_the_same_list_and_settings() {
    let stage = Stage::new();
    stage.write("list", "peter\nleckie\n");
    stage.write("key", KEY);
    let words = ["--members-file", "list", "--secret-key-file", "key", "--report", "first.csv"];
    let words = [&MUTE[..], &words].concat();
    stage.chatctl(&words).env("CHAT_SECRET_KEY", "wrong").run().exits(0);
    forget_outcomes(&stage, "job");
    let elsewhere = tempfile::tempdir().unwrap();
    let journal = stage.path("job").to_str().unwrap().to_owned();
    let words = ["bulk", "resume", &journal, "--report", "second.jsonl"];
    let ran = stage.chatctl(&words).directory(elsewhere.path()).env("CHAT_SECRET_KEY", "wrong");
    assert_eq!(ran.run().exits(0).json()["summary"]["done"], 2);
    assert_eq!(stage.calls().of(ForbidSendMsg::SPEC).received, 2);
    let report = std::fs::read_to_string(elsewhere.path().join("second.jsonl")).unwrap();
    assert_eq!(report.lines().count(), 2);
    assert_eq!(stage.read("first.csv").lines().count(), 3, "it is as the first run left it");
}

#[test]
fn what_is_said_now_wins_over_what_the_journal_holds() {
    let stage = Stage::new();
    let dead = ["--endpoint", "http://127.0.0.1:1", "--timeout", "1s"];
    let url = stage.url();
    stage.chatctl(&[&MUTE[..], &["peter"], &dead].concat()).run().exits(3);
    stage.chatctl(&["bulk", "resume", "job"]).run().exits(3);
    stage.chatctl(&["bulk", "resume", "job", "--endpoint", &url]).run().exits(0);
    assert!(stage.app.is_muted("live", "peter").unwrap());
}

#[test]
fn a_list_from_standard_input_is_piped_in_again() {
    let stage = Stage::new();
    stage.chatctl(&MUTE).input(viewers(700)).run().exits(0);
    let resume = ["bulk", "resume", "job"];
    stage.chatctl(&resume).run().exits(2).says(&["the list of accounts is empty"]);
    stage.chatctl(&resume).input(viewers(499)).run().exits(2).says(&["input is another one"]);
    let summary = &stage.chatctl(&resume).input(viewers(700)).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&700.into(), &700.into()));
}

#[test]
fn a_dry_run_of_a_job_that_goes_on_tells_what_is_done_and_sends_nothing() {
    let stage = Stage::new();
    stage.chatctl(&[&MUTE[..], &["peter", "leckie"]].concat()).run().exits(0);
    let (journal, calls) = (stage.read("job"), stage.calls().total());
    let plan = stage.chatctl(&["bulk", "resume", "job", "--dry-run"]).run().exits(0).json();
    assert_eq!((&plan["plan"][0]["items"], &plan["earlier"]["done"]), (&2.into(), &2.into()));
    assert_eq!((stage.read("job"), stage.calls().total()), (journal, calls));
}

#[test]
fn a_command_line_that_runs_no_job_is_not_run() {
    let stage = Stage::new();
    stage.chatctl(&[&MUTE[..], &["peter"]].concat()).run().exits(0);
    let resumed_with = |note: Value| {
        change_header(&stage, "job", |header| header["job"]["note"] = note);
        stage.chatctl(&["bulk", "resume", "job"]).run().exits(2)
    };
    resumed_with(Value::Null).says(&["holds no command line"]);
    resumed_with("chatctl".into()).says(&["holds no command line"]);
    for words in [&["emulator"][..], &["bulk", "resume", "job"], &["group", "destroy", "live"]] {
        let note = serde_json::json!({ "command": words });
        resumed_with(note).says(&["runs no job"]);
    }
    let note = serde_json::json!({ "command": ["group", "frobnicate"] });
    resumed_with(note).says(&["cannot be used", "frobnicate"]);
    assert!(stage.app.is_muted("live", "peter").unwrap());
}

#[test]
fn a_journal_holds_no_key() {
    let stage = Stage::new();
    stage.write("key", KEY);
    let words = [&MUTE[..], &["peter", "--secret-key-file", "key"]].concat();
    stage.chatctl(&words).run().exits(0);
    let journal = stage.read("job");
    assert!(!journal.contains(KEY) && !journal.to_lowercase().contains("usersig"), "{journal}");
}

#[test]
fn what_failed_for_a_reason_that_may_pass_is_tried_again() {
    let stage = Stage::new();
    let words = [&MUTE[..], &["peter", "--endpoint", "http://127.0.0.1:1"]].concat();
    stage.chatctl(&words).run().exits(3);
    let ran = stage.chatctl(&MUTE_AGAIN).run().exits(0);
    assert_eq!(ran.json()["summary"]["done"], 1);
    let missing = ["group", "mute", "nowhere", "peter", "--forever"];
    let ran = stage.chatctl(&missing).run().exits(1);
    assert!(!ran.err.contains("--journal"), "resuming would not help: {ran:?}");
}

#[test]
fn another_list_is_refused_where_it_begins_to_differ() {
    let stage = Stage::new();
    stage.chatctl(&MUTE).input(viewers(1_000)).run().exits(0);
    let calls = stage.calls().total();
    let other = viewers(1_000).replace("viewer700\n", "stranger\n");
    let ran = stage.chatctl(&["bulk", "resume", "job"]).input(other).run().exits(2);
    ran.says(&["input is another one", "begins at item 500"]);
    assert_eq!(stage.calls().total(), calls);
    assert!(!stage.app.is_muted("live", "stranger").unwrap());
}

#[test]
fn a_journal_of_another_program_goes_on_by_the_command_line_that_fits() {
    let stage = Stage::new();
    let words = [&MUTE[..], &["peter", "--endpoint", "http://127.0.0.1:1"]].concat();
    stage.chatctl(&words).run().exits(3);
    change_header(&stage, "job", |header| header["job"]["note"] = "the note of a program".into());
    let shown = show(&stage, "job");
    assert_eq!((&shown["command"], &shown["summary"]["failed"]), (&Value::Null, &1.into()));
    stage.chatctl(&MUTE_AGAIN).run().exits(0);
    assert!(stage.app.is_muted("live", "peter").unwrap());
}

fn show(stage: &Stage, journal: &str) -> Value {
    stage.chatctl(&["bulk", "show", journal]).run().exits(0).json()
}

/// Leaves of a journal what a job writes before its first call.
fn forget_outcomes(stage: &Stage, journal: &str) {
    let text = stage.read(journal);
    stage.write(journal, text.split_inclusive('\n').next().unwrap());
}

fn change_header(stage: &Stage, journal: &str, change: impl FnOnce(&mut Value)) {
    let text = stage.read(journal);
    let (header, rest) = text.split_once('\n').unwrap();
    let mut header = serde_json::from_str(header).unwrap();
    change(&mut header);
    stage.write(journal, &format!("{header}\n{rest}"));
}

const MUTE_AGAIN: [&str; 8] =
    ["group", "mute", "live", "peter", "--forever", "--journal", "job", "--resume"];
