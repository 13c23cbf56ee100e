//! `chatctl bulk import`.

use std::fmt::Write as _;

use serde_json::Value;

use crate::fixture::Fixture;

#[test]
fn file_is_checked_and_imported_in_its_order() {
    let fixture = Fixture::new();
    fixture.write("stars.jsonl", &group_file("stars", 10));
    let dry_run = ["bulk", "import", "stars.jsonl", "--dry-run"];
    let plan = fixture.chatctl(&dry_run).run().exits(0).json();
    let records = &plan["records"];
    assert_eq!((&records["accounts"], &records["groups"]), (&3.into(), &1.into()));
    assert_eq!((&records["messages"], &records["members"]), (&10.into(), &2.into()));
    // Every second message has the same second as the one before it, which then moves the next one.
    assert_eq!((&plan["adjusted_times"], &plan["wait_seconds"]), (&9.into(), &0.into()));
    let calls: Vec<_> = plan["plan"].as_array().unwrap().iter().map(|of| &of["calls"]).collect();
    assert_eq!(calls, [1, 1, 2, 1]);
    assert_eq!(plan["min_seconds"], 0.0);
    let output = fixture.chatctl(&[&dry_run[..], &["--output", "table"]].concat()).run().exits(0);
    let pieces = [
        "3 accounts, 1 group, 10 messages, 2 members; no errors",
        "9 messages",
        "import_group_msg",
    ];
    for piece in pieces {
        assert!(output.stdout.contains(piece), "no {piece:?} in {output:?}");
    }
    assert_eq!(fixture.calls().total(), 0);

    let args = ["bulk", "import", "stars.jsonl", "--report", "r.csv"];
    let summary = &fixture.chatctl(&args).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&16.into(), &5.into()));
    assert_eq!(fixture.app.message_count("stars").unwrap(), 10);
    assert_eq!(fixture.app.member_count("stars").unwrap(), 3);
    let report = fixture.read("r.csv");
    assert!(
        report.lines().count() == 17 && report.contains("stars member leckie,done"),
        "{report}"
    );
}

#[test]
fn errors_are_listed_before_anything_is_sent() {
    let fixture = Fixture::new();
    let bad = "{\"acount\":{}}\n".repeat(25);
    fixture.write("bad.jsonl", &(group_file("stars", 1) + &bad));
    for dry_run in [&[][..], &["--dry-run"]] {
        let args = [&["bulk", "import", "bad.jsonl"], dry_run].concat();
        let output = fixture.chatctl(&args).run().exits(2);
        let found = output.json();
        assert_eq!(found["error_count"], 25);
        assert_eq!(found["errors"].as_array().unwrap().len(), 20);
        assert_eq!(found["errors"][0]["line"], 8);
        output.says(&["bad.jsonl has 25 errors; nothing was sent", "the first 20 are listed"]);
        let args = [&args[..], &["--output", "table"]].concat();
        let output = fixture.chatctl(&args).run().exits(2);
        assert_eq!(output.stdout.lines().count(), 20);
        assert!(
            output.stdout.starts_with("bad.jsonl, line 8: unknown record type \"acount\""),
            "{output:?}"
        );
    }
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn unchecked_file_is_imported_up_to_its_first_error() {
    let fixture = Fixture::new();
    let bad = group_file("stars", 3) + "{\"acount\":{}}\n";
    fixture.write("bad.jsonl", &bad);
    let file = ["bulk", "import", "bad.jsonl", "--no-preflight", "--journal", "job"];
    let output = fixture.chatctl(&file).run().exits(5);
    for piece in ["bad.jsonl: line 10", "correct it", "chatctl bulk resume job"] {
        assert!(output.stderr.contains(piece), "no {piece:?} in {output:?}");
    }
    assert_eq!(output.json()["end"], "broken");
    assert_eq!(fixture.app.message_count("stars").unwrap(), 3);

    fixture.write("bad.jsonl", &group_file("stars", 3));
    let summary = &fixture.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&9.into(), &7.into()));

    let output =
        fixture.chatctl(&["bulk", "import", "-"]).input(bad.replace("stars", "moon")).run();
    assert!(output.exits(5).stderr.contains("standard input: line 10"));
    assert_eq!(fixture.app.message_count("moon").unwrap(), 3);
    let args = ["bulk", "import", "-", "--dry-run"];
    let output = fixture.chatctl(&args).input(bad.replace("stars", "sun")).run().exits(2);
    output.says(&["standard input has 1 error; nothing was sent"]);
}

#[test]
fn empty_file_cannot_be_imported() {
    let fixture = Fixture::new();
    fixture.write(
        "empty",
        "\n\n{\"chat_export\":1}\n{\"summary\":{\"accounts\":0,\"messages\":0,\"members\":0}}\n",
    );
    fixture.chatctl(&["bulk", "import", "empty"]).run().exits(2).says(&["nothing to import"]);
    fixture.chatctl(&["bulk", "import", "-"]).run().exits(2).says(&["nothing to import"]);
    fixture.chatctl(&["bulk", "import", "no/such"]).run().exits(2).says(&["cannot read no/such"]);
    let args = ["bulk", "import", "empty", "--journal", "j.csv", "--report", "./empty"];
    fixture.chatctl(&args).run().exits(2).says(&[".jsonl or .csv"]);
    let args = ["bulk", "import", "-", "--secret-key-file", "-"];
    fixture.chatctl(&args).run().exits(2);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn group_is_imported_under_another_id() {
    let fixture = Fixture::new();
    fixture.write("assigned.jsonl", &group_file("@TGS#2J4SZEAEL", 2));
    let args = ["bulk", "import", "assigned.jsonl"];
    let output = fixture.chatctl(&args).run().exits(2);
    assert!(output.stdout.contains("must not start with @TGS#"), "{output:?}");
    let rename = |id| fixture.chatctl(&[&args[..], &["--rename", id]].concat()).run();
    rename("@TGS#other").exits(2).says(&["must not start with @TGS#"]);
    rename("stars").exits(0);
    assert_eq!(fixture.app.message_count("stars").unwrap(), 2);
    fixture.write("assigned.jsonl", &(group_file("a", 2) + &group_file("b", 2)));
    let output = rename("c").exits(2);
    assert!(output.stdout.contains("duplicate record for c, first on line 4"), "{output:?}");
}

#[test]
fn file_imported_twice_adds_nothing_the_second_time() {
    let fixture = Fixture::new();
    fixture.write("moved.jsonl", include_str!("../payloads/group-to-import-twice.jsonl"));
    for _ in 0..2 {
        let summary =
            &fixture.chatctl(&["bulk", "import", "moved.jsonl"]).run().exits(0).json()["summary"];
        let zero = &Value::from(0);
        assert_eq!((&summary["failed"], &summary["unknown"]), (zero, zero), "{summary}");
        assert_eq!(fixture.app.message_count("mig1").unwrap(), 1);
        assert_eq!(fixture.app.member_count("mig1").unwrap(), 2);
    }
}

#[test]
fn import_without_a_connection_reports_it() {
    let fixture = Fixture::new();
    fixture.write("stars.jsonl", &group_file("stars", 2));
    let args = ["bulk", "import", "stars.jsonl", "--endpoint", "http://127.0.0.1:1"];
    let output = fixture.chatctl(&args).run().exits(3);
    assert_eq!(output.json()["items"][0]["item"], "peter");
    assert_eq!(output.json()["summary"]["not_sent"], 5);
    output.says(&["multiaccount_import", "cannot connect"]);
}

#[cfg(unix)]
#[test]
fn interrupted_import_resumes_where_it_stopped() {
    use std::process::Stdio;

    use crate::{interrupts::press_ctrl_c, program::wait_until};

    let fixture = Fixture::new();
    fixture.write("stars.jsonl", &group_file("stars", 4_200));
    let args = ["bulk", "import", "stars.jsonl", "--journal", "job"];
    let mut job = fixture.chatctl(&args).command();
    let mut job = job.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let messages = || fixture.app.message_count("stars").unwrap_or_default();
    wait_until("70 messages", || messages() >= 70);
    press_ctrl_c(&job);
    assert_eq!(job.wait().unwrap().code(), Some(130));
    let output = job.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Under the quota, the 600 sequential calls for messages take two more seconds.
    assert!(messages() < 4_200);
    assert_eq!((&report["end"], &report["summary"]["unknown"]), (&"stopped".into(), &0.into()));
    assert_eq!(report["summary"]["done"], 4 + messages());
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("to resume, run `chatctl bulk resume job`"), "{error}");

    let summary = &fixture.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!(
        (&summary["done"], &summary["earlier"]),
        (&4_206.into(), &report["summary"]["done"])
    );
    assert_eq!((messages(), fixture.app.member_count("stars").unwrap()), (4_200, 3));
}

/// Returns a group with three members and this many messages, in pairs with the same second.
fn group_file(group: &str, messages: usize) -> String {
    let mut file = String::new();
    for account in ["peter", "leckie", "tommy"] {
        writeln!(file, r#"{{"account":{{"UserID":"{account}"}}}}"#).unwrap();
    }
    writeln!(
        file,
        r#"{{"group":{{"GroupId":"{group}","Type":"Public","Name":"G","Owner_Account":"peter","CreateTime":1600000000}}}}"#
    )
    .unwrap();
    for number in 0..messages {
        let time = 1_600_000_100 + number / 2;
        writeln!(
            file,
            r#"{{"message":{{"GroupId":"{group}","From_Account":"peter","SendTime":{time},"Random":{number},"MsgBody":[{{"MsgType":"TIMTextElem","MsgContent":{{"Text":"{number}"}}}}]}}}}"#
        )
        .unwrap();
    }
    for account in ["leckie", "tommy"] {
        writeln!(
            file,
            r#"{{"member":{{"GroupId":"{group}","Member_Account":"{account}","JoinTime":1600000050}}}}"#
        )
        .unwrap();
    }
    file
}
