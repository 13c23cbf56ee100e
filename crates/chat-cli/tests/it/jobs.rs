//! What every command with a list of accounts takes: `--dry-run`, `--report`, `--concurrency`.

use std::fs;

use serde_json::Value;

use crate::{
    program::{Chatctl, Ran},
    stage::{Stage, viewers},
};

const MUTE: [&str; 4] = ["group", "mute", "live", "--forever"];
const BAN: [&str; 3] = ["group", "ban", "live"];

#[test]
fn a_dry_run_tells_the_plan_and_sends_nothing() {
    let stage = Stage::new();
    let files = ["--journal", "job", "--report", "report.csv"];
    let ran = with(&stage, &[&BAN[..], &["--dry-run"], &files].concat(), 12_000).exits(0);
    let plan = ran.json();
    assert_eq!((&plan["dry_run"], &plan["earlier"]), (&true.into(), &Value::Null));
    // 200 calls a second, and the first 200 of 600 at once.
    assert_eq!(plan["least_seconds"], 2.0);
    let calls = &plan["plan"][0];
    assert_eq!(calls["endpoint"], "group_open_http_svc/ban_group_member");
    assert_eq!((&calls["items"], &calls["calls"]), (&12_000.into(), &600.into()));
    assert_eq!((&calls["calls_per_second"], &calls["safe_to_repeat"]), (&200.into(), &true.into()));
    assert_eq!(stage.calls().total(), 0);
    assert_eq!(fs::read_dir(stage.directory.path()).unwrap().count(), 0, "no file is made");
}

#[test]
fn a_plan_is_a_table_where_one_is_asked_for() {
    let stage = Stage::new();
    let words = [&BAN[..], &["--dry-run", "--output", "table"]].concat();
    let ran = with(&stage, &words, 10_001).exits(0);
    for piece in ["ban_group_member", "10001", "501", "200/s", "is safe", "nothing was changed"] {
        assert!(ran.out.contains(piece), "no {piece:?} in {ran:?}");
    }
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn a_dry_run_counts_a_list_that_can_be_read_only_once() {
    let stage = Stage::new();
    let ran = with(&stage, &[&MUTE[..], &["--dry-run"]].concat(), 100_501).exits(0);
    assert_eq!(ran.json()["plan"][0]["calls"], 202);
}

#[test]
fn a_dry_run_finds_what_is_wrong_with_the_list() {
    let stage = Stage::new();
    let list = viewers(100_500) + "b\u{7}c\n";
    let words = [&MUTE[..], &["--dry-run"]].concat();
    stage.chatctl(&words).input(list).run().exits(2);
    stage.chatctl(&words).run().exits(2).says(&["the list of accounts is empty"]);
}

#[test]
fn a_report_has_every_account_as_json_lines_or_csv() {
    let stage = Stage::new();
    for account in ["peter", "leckie"] {
        let data = format!(r#"{{"UserID":"{account}"}}"#);
        let words = ["call", "im_open_login_svc/account_import", "--data", &data];
        stage.chatctl(&words).run().exits(0);
    }
    let create = ["group", "create", "town", "--type", "Public", "--name", "Town"];
    stage.chatctl(&create).run().exits(0);
    let add = |report: &str| {
        let words = ["group", "add", "town", "peter", "stranger", "leckie", "--report", report];
        let ran = stage.chatctl(&words).run().exits(5);
        assert_eq!(ran.json()["report"], report);
        assert_eq!(ran.json()["items"].as_array().unwrap().len(), 1);
        stage.read(report)
    };
    stage.write(
        "r.jsonl",
        "what was there before, and is longer than the report\n".repeat(99).as_str(),
    );
    let lines: Vec<Value> =
        add("r.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let outcomes: Vec<_> = lines.iter().map(|line| (&line["item"], &line["outcome"])).collect();
    let expected = [("peter", "done"), ("stranger", "failed"), ("leckie", "done")];
    assert_eq!(outcomes.len(), 3);
    for (found, (item, outcome)) in outcomes.into_iter().zip(expected) {
        assert_eq!(found, (&item.into(), &outcome.into()));
    }
    let csv = add("r.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert!(lines[0].starts_with("index,target,item,outcome"), "{csv}");
    assert!(lines.len() == 4 && lines[2].starts_with("1,,stranger,failed"), "{csv}");
}

#[test]
fn a_report_of_another_kind_is_refused() {
    for name in ["report.json", "report", "report.jsonl.gz"] {
        let words = ["group", "unban", "live", "peter", "--report", name];
        Chatctl::new(&words).run().exits(2).says(&[".jsonl or .csv"]);
    }
}

#[test]
fn a_report_takes_the_place_of_neither_the_list_nor_the_journal() {
    let stage = Stage::new();
    stage.write("list.csv", "peter\n");
    let words = [&MUTE[..], &["--members-file", "./list.csv", "--report", "list.csv"]].concat();
    stage.chatctl(&words).run().exits(2).says(&["the report would replace ./list.csv"]);
    assert_eq!(stage.read("list.csv"), "peter\n");
    let words = [&MUTE[..], &["peter", "--journal", "a.jsonl", "--report", "a.jsonl"]].concat();
    stage.chatctl(&words).run().exits(2).says(&["the report would replace a.jsonl"]);
    assert!(!stage.path("a.jsonl").exists());
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn a_report_that_cannot_be_made_is_named_before_anything_is_sent() {
    let stage = Stage::new();
    let words = [&MUTE[..], &["peter", "--report", "no/such/place.csv", "--journal", "j"]].concat();
    stage.chatctl(&words).run().exits(2).says(&["no/such/place.csv cannot be made"]);
    assert_eq!(stage.calls().total(), 0);
    assert!(!stage.path("j").exists(), "another try is not refused for its journal");
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_cannot_be_written_on_stops_the_job() {
    let stage = Stage::new();
    std::os::unix::fs::symlink("/dev/full", stage.path("r.csv")).unwrap();
    let words = [&MUTE[..], &["--report", "r.csv", "--journal", "j", "--concurrency", "1"]];
    let ran = with(&stage, &words.concat(), 5_000).exits(5);
    for piece in ["the report r.csv cannot be written", "not sent", "`chatctl bulk resume j`"] {
        assert!(ran.err.contains(piece), "no {piece:?} in {ran:?}");
    }
    assert!(ran.json()["summary"]["not_sent"].as_u64() > Some(0), "{ran:?}");
}

#[test]
fn standard_output_lists_ten_thousand_failures_and_a_report_all_of_them() {
    let stage = Stage::new();
    let create = ["group", "create", "town", "--type", "Public", "--name", "Town"];
    stage.chatctl(&create).run().exits(0);
    let words = ["group", "add", "town", "--report", "r.jsonl"];
    let ran = with(&stage, &words, 10_050);
    assert_eq!(ran.exit, 1, "{}", ran.err);
    let report = ran.json();
    assert_eq!(report["summary"]["failed"], 10_050);
    assert_eq!(report["items"].as_array().unwrap().len(), 10_000);
    assert_eq!(report["items_left_out"], 50);
    assert_eq!(stage.read("r.jsonl").lines().count(), 10_050);
    let words = ["group", "add", "town", "--output", "table"];
    let ran = with(&stage, &words, 10_050);
    assert!(ran.out.contains("and 10030 more; --report FILE writes all"), "{}", ran.out);
}

#[test]
fn what_is_no_number_of_calls_is_refused() {
    for calls in ["0", "many", "-1"] {
        let calls = format!("--concurrency={calls}");
        Chatctl::new(&["group", "unban", "live", "peter", &calls]).run().exits(2);
    }
}

#[track_caller]
fn with(stage: &Stage, words: &[&str], accounts: usize) -> Ran {
    stage.chatctl(words).input(viewers(accounts)).run()
}
