//! `chatctl bulk import`.

use std::fmt::Write as _;

use serde_json::Value;

use crate::stage::Stage;

#[test]
fn a_file_is_surveyed_and_imported_in_its_order() {
    let stage = Stage::new();
    stage.write("stars.jsonl", &community("stars", 10));
    let dry_run = ["bulk", "import", "stars.jsonl", "--dry-run"];
    let plan = stage.chatctl(&dry_run).run().exits(0).json();
    let records = &plan["records"];
    assert_eq!((&records["accounts"], &records["groups"]), (&3.into(), &1.into()));
    assert_eq!((&records["messages"], &records["members"]), (&10.into(), &2.into()));
    // Every second message has the second of the one before, and so the one after it too.
    assert_eq!(plan["times_moved"], 9);
    let calls: Vec<_> = plan["plan"].as_array().unwrap().iter().map(|of| &of["calls"]).collect();
    assert_eq!(calls, [1, 1, 2, 1]);
    assert_eq!(plan["least_seconds"], 0.0);
    let ran = stage.chatctl(&[&dry_run[..], &["--output", "table"]].concat()).run().exits(0);
    let pieces = [
        "3 accounts, 1 group, 10 messages, 2 members; no mistakes",
        "9 messages",
        "import_group_msg",
    ];
    for piece in pieces {
        assert!(ran.out.contains(piece), "no {piece:?} in {ran:?}");
    }
    assert_eq!(stage.calls().total(), 0);

    let words = ["bulk", "import", "stars.jsonl", "--report", "r.csv"];
    let summary = &stage.chatctl(&words).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&16.into(), &5.into()));
    assert_eq!(stage.app.message_count("stars").unwrap(), 10);
    assert_eq!(stage.app.member_count("stars").unwrap(), 3);
    let report = stage.read("r.csv");
    assert!(
        report.lines().count() == 17 && report.contains("stars member leckie,done"),
        "{report}"
    );
}

#[test]
fn mistakes_are_listed_before_anything_is_sent() {
    let stage = Stage::new();
    let bad = "{\"acount\":{}}\n".repeat(25);
    stage.write("bad.jsonl", &(community("stars", 1) + &bad));
    for dry_run in [&[][..], &["--dry-run"]] {
        let words = [&["bulk", "import", "bad.jsonl"], dry_run].concat();
        let ran = stage.chatctl(&words).run().exits(2);
        let found = ran.json();
        assert_eq!(found["mistake_count"], 25);
        assert_eq!(found["mistakes"].as_array().unwrap().len(), 20);
        assert_eq!(found["mistakes"][0]["line"], 8);
        ran.says(&["bad.jsonl has 25 mistakes; nothing was sent", "the first 20 are listed"]);
        let words = [&words[..], &["--output", "table"]].concat();
        let ran = stage.chatctl(&words).run().exits(2);
        assert_eq!(ran.out.lines().count(), 20);
        assert!(
            ran.out.starts_with("bad.jsonl, line 8: \"acount\" is no kind of record"),
            "{ran:?}"
        );
    }
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn what_is_not_surveyed_is_imported_up_to_its_first_mistake() {
    let stage = Stage::new();
    let bad = community("stars", 3) + "{\"acount\":{}}\n";
    stage.write("bad.jsonl", &bad);
    let file = ["bulk", "import", "bad.jsonl", "--no-preflight", "--journal", "job"];
    let ran = stage.chatctl(&file).run().exits(5);
    for piece in ["bad.jsonl: line 10", "correct it", "chatctl bulk resume job"] {
        assert!(ran.err.contains(piece), "no {piece:?} in {ran:?}");
    }
    assert_eq!(ran.json()["end"], "broken");
    assert_eq!(stage.app.message_count("stars").unwrap(), 3);

    stage.write("bad.jsonl", &community("stars", 3));
    let summary = &stage.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&9.into(), &7.into()));

    let ran = stage.chatctl(&["bulk", "import", "-"]).input(bad.replace("stars", "moon")).run();
    assert!(ran.exits(5).err.contains("standard input: line 10"));
    assert_eq!(stage.app.message_count("moon").unwrap(), 3);
    let words = ["bulk", "import", "-", "--dry-run"];
    let ran = stage.chatctl(&words).input(bad.replace("stars", "sun")).run().exits(2);
    ran.says(&["standard input has 1 mistake; nothing was sent"]);
}

#[test]
fn what_holds_nothing_is_no_import() {
    let stage = Stage::new();
    stage.write(
        "empty",
        "\n\n{\"chat_export\":1}\n{\"summary\":{\"accounts\":0,\"messages\":0,\"members\":0}}\n",
    );
    stage.chatctl(&["bulk", "import", "empty"]).run().exits(2).says(&["nothing to import"]);
    stage.chatctl(&["bulk", "import", "-"]).run().exits(2).says(&["nothing to import"]);
    stage.chatctl(&["bulk", "import", "no/such"]).run().exits(2).says(&["no/such cannot be read"]);
    let words = ["bulk", "import", "empty", "--journal", "j.csv", "--report", "./empty"];
    stage.chatctl(&words).run().exits(2).says(&[".jsonl or .csv"]);
    let words = ["bulk", "import", "-", "--secret-key-file", "-"];
    stage.chatctl(&words).run().exits(2);
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn a_group_is_imported_under_another_id() {
    let stage = Stage::new();
    stage.write("assigned.jsonl", &community("@TGS#2J4SZEAEL", 2));
    let words = ["bulk", "import", "assigned.jsonl"];
    let ran = stage.chatctl(&words).run().exits(2);
    assert!(ran.out.contains("must not start with @TGS#"), "{ran:?}");
    let rename = |id| stage.chatctl(&[&words[..], &["--rename", id]].concat()).run();
    rename("@TGS#other").exits(2).says(&["must not start with @TGS#"]);
    rename("stars").exits(0);
    assert_eq!(stage.app.message_count("stars").unwrap(), 2);
    stage.write("assigned.jsonl", &(community("a", 2) + &community("b", 2)));
    let ran = rename("c").exits(2);
    assert!(ran.out.contains("c stands on line 4 already"), "{ran:?}");
}

#[test]
fn an_import_without_a_connection_says_so() {
    let stage = Stage::new();
    stage.write("stars.jsonl", &community("stars", 2));
    let words = ["bulk", "import", "stars.jsonl", "--endpoint", "http://127.0.0.1:1"];
    let ran = stage.chatctl(&words).run().exits(3);
    assert_eq!(ran.json()["items"][0]["item"], "peter");
    assert_eq!(ran.json()["summary"]["not_sent"], 5);
    ran.says(&["multiaccount_import", "no connection"]);
}

#[cfg(unix)]
#[test]
fn an_import_that_is_interrupted_goes_on_where_it_ended() {
    use std::process::Stdio;

    use crate::interrupts::press_ctrl_c;

    let stage = Stage::new();
    stage.write("stars.jsonl", &community("stars", 4_200));
    let words = ["bulk", "import", "stars.jsonl", "--journal", "job"];
    let mut job = stage.chatctl(&words).command();
    let mut job = job.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let messages = || stage.app.message_count("stars").unwrap_or_default();
    while messages() < 70 {
        std::thread::yield_now();
    }
    press_ctrl_c(&job);
    assert_eq!(job.wait().unwrap().code(), Some(130));
    let output = job.wait_with_output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    // One after the other, 600 calls for messages take two seconds more under the quota.
    assert!(messages() < 4_200);
    assert_eq!((&report["end"], &report["summary"]["unknown"]), (&"stopped".into(), &0.into()));
    assert_eq!(report["summary"]["done"], 4 + messages());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`chatctl bulk resume job` goes on with it"), "{said}");

    let summary = &stage.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!(
        (&summary["done"], &summary["earlier"]),
        (&4_206.into(), &report["summary"]["done"])
    );
    assert_eq!((messages(), stage.app.member_count("stars").unwrap()), (4_200, 3));
}

/// A group with three members and so many messages, two of which have the same second each.
fn community(group: &str, messages: usize) -> String {
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
