//! The options of all commands with a list of accounts: `--dry-run`, `--report`, `--concurrency`.

use std::fs;

use serde_json::Value;

use crate::{
    fixture::{Fixture, viewers},
    program::{Chatctl, RunOutput},
};

const MUTE: [&str; 4] = ["group", "mute", "live", "--forever"];
const BAN: [&str; 3] = ["group", "ban", "live"];

#[test]
fn dry_run_prints_the_plan_and_sends_nothing() {
    let fixture = Fixture::new();
    let files = ["--journal", "job", "--report", "report.csv"];
    let output = with(&fixture, &[&BAN[..], &["--dry-run"], &files].concat(), 12_000).exits(0);
    let plan = output.json();
    assert_eq!((&plan["dry_run"], &plan["earlier"]), (&true.into(), &Value::Null));
    // 200 calls per second, and the first 200 of 600 immediately.
    assert_eq!(plan["min_seconds"], 2.0);
    let calls = &plan["plan"][0];
    assert_eq!(calls["endpoint"], "group_open_http_svc/ban_group_member");
    assert_eq!((&calls["items"], &calls["calls"]), (&12_000.into(), &600.into()));
    assert_eq!(
        (&calls["calls_per_second"], &calls["is_safe_to_repeat"]),
        (&200.into(), &true.into())
    );
    assert_eq!(fixture.calls().total(), 0);
    assert_eq!(fs::read_dir(fixture.directory.path()).unwrap().count(), 0, "no file is created");
}

#[test]
fn dry_run_prints_a_table_with_output_table() {
    let fixture = Fixture::new();
    let args = [&BAN[..], &["--dry-run", "--output", "table"]].concat();
    let output = with(&fixture, &args, 10_001).exits(0);
    for piece in ["ban_group_member", "10001", "501", "200/s", "yes", "nothing was changed"] {
        assert!(output.stdout.contains(piece), "no {piece:?} in {output:?}");
    }
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn dry_run_counts_a_piped_list() {
    let fixture = Fixture::new();
    let output = with(&fixture, &[&MUTE[..], &["--dry-run"]].concat(), 100_501).exits(0);
    assert_eq!(output.json()["plan"][0]["calls"], 202);
}

#[test]
fn dry_run_finds_errors_in_the_list() {
    let fixture = Fixture::new();
    let list = viewers(100_500) + "b\u{7}c\n";
    let args = [&MUTE[..], &["--dry-run"]].concat();
    fixture.chatctl(&args).input(list).run().exits(2);
    fixture.chatctl(&args).run().exits(2).says(&["the list of accounts is empty"]);
}

#[test]
fn report_lists_every_account_as_json_lines_or_csv() {
    let fixture = Fixture::new();
    for account in ["peter", "leckie"] {
        let data = format!(r#"{{"UserID":"{account}"}}"#);
        let args = ["call", "im_open_login_svc/account_import", "--data", &data];
        fixture.chatctl(&args).run().exits(0);
    }
    let create = ["group", "create", "town", "--type", "Public", "--name", "Town"];
    fixture.chatctl(&create).run().exits(0);
    let add = |report: &str| {
        let args = ["group", "add", "town", "peter", "stranger", "leckie", "--report", report];
        let output = fixture.chatctl(&args).run().exits(5);
        assert_eq!(output.json()["report"], report);
        assert_eq!(output.json()["items"].as_array().unwrap().len(), 1);
        fixture.read(report)
    };
    fixture.write(
        "r.jsonl",
        "an earlier report that is longer than the new one\n".repeat(99).as_str(),
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
fn report_in_another_format_is_rejected() {
    for name in ["report.json", "report", "report.jsonl.gz"] {
        let args = ["group", "unban", "live", "peter", "--report", name];
        Chatctl::new(&args).run().exits(2).says(&[".jsonl or .csv"]);
    }
}

#[test]
fn report_never_overwrites_the_list_or_the_journal() {
    let fixture = Fixture::new();
    fixture.write("list.csv", "peter\n");
    let args = [&MUTE[..], &["--members-file", "./list.csv", "--report", "list.csv"]].concat();
    fixture.chatctl(&args).run().exits(2).says(&["the report would overwrite ./list.csv"]);
    assert_eq!(fixture.read("list.csv"), "peter\n");
    let args = [&MUTE[..], &["peter", "--journal", "a.jsonl", "--report", "a.jsonl"]].concat();
    fixture.chatctl(&args).run().exits(2).says(&["the report would overwrite a.jsonl"]);
    assert!(!fixture.path("a.jsonl").exists());
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn report_that_cannot_be_created_is_reported_early() {
    let fixture = Fixture::new();
    let args = [&MUTE[..], &["peter", "--report", "no/such/place.csv", "--journal", "j"]].concat();
    fixture.chatctl(&args).run().exits(2).says(&["cannot create the report no/such/place.csv"]);
    assert_eq!(fixture.calls().total(), 0);
    assert!(!fixture.path("j").exists(), "a second run is not rejected for its journal");
}

#[cfg(target_os = "linux")]
#[test]
fn report_to_a_device_is_refused_before_anything_is_sent() {
    let fixture = Fixture::new();
    std::os::unix::fs::symlink("/dev/full", fixture.path("r.csv")).unwrap();
    let args = [&MUTE[..], &["peter", "--report", "r.csv", "--journal", "j"]].concat();
    let output = fixture.chatctl(&args).run().exits(2);
    output.says(&["cannot create the report r.csv", "not a regular file"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn stdout_lists_10000_failures_and_a_report_all_of_them() {
    let fixture = Fixture::new();
    let create = ["group", "create", "town", "--type", "Public", "--name", "Town"];
    fixture.chatctl(&create).run().exits(0);
    let args = ["group", "add", "town", "--report", "r.jsonl"];
    let output = with(&fixture, &args, 10_050);
    assert_eq!(output.exit, 1, "{}", output.stderr);
    let report = output.json();
    assert_eq!(report["summary"]["failed"], 10_050);
    assert_eq!(report["items"].as_array().unwrap().len(), 10_000);
    assert_eq!(report["items_omitted"], 50);
    assert_eq!(fixture.read("r.jsonl").lines().count(), 10_050);
    let args = ["group", "add", "town", "--output", "table"];
    let output = with(&fixture, &args, 10_050);
    assert!(output.stdout.contains("and 10030 more; --report FILE lists all"), "{}", output.stdout);
}

#[test]
fn invalid_concurrency_is_rejected() {
    for calls in ["0", "many", "-1"] {
        let calls = format!("--concurrency={calls}");
        Chatctl::new(&["group", "unban", "live", "peter", &calls]).run().exits(2);
    }
}

#[track_caller]
fn with(fixture: &Fixture, args: &[&str], accounts: usize) -> RunOutput {
    fixture.chatctl(args).input(viewers(accounts)).run()
}
