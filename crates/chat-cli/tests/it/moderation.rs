//! What moderators do across groups: `chatctl bulk mute|unmute|remove|expel`, `chatctl group clean`.

use chat_types::{Endpoint as _, GroupType, group::DeleteGroupMember};
use serde_json::{Value, json};

use crate::stage::{Stage, viewers};

#[test]
fn accounts_are_muted_and_unmuted_in_several_groups() {
    let stage = towns();
    let words = ["bulk", "mute", "peter", "leckie", "--group", "a", "--group", "b", "--for", "7d"];
    let summary = &stage.chatctl(&words).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&4.into(), &2.into()));
    assert_eq!([muted(&stage, "a"), muted(&stage, "b"), muted(&stage, "c")], [2, 2, 0]);

    stage.write("groups", "\u{feff}b\r\n\r\nc\nb\n");
    let words = ["bulk", "unmute", "--groups-file", "groups"];
    let ran = stage.chatctl(&words).input("peter\nleckie\npeter\n").run().exits(0);
    assert_eq!(ran.json()["summary"]["done"], 4);
    for piece in ["1 repeated accounts were dropped", "1 repeated groups were dropped"] {
        assert!(ran.err.contains(piece), "no {piece:?} in {ran:?}");
    }
    assert_eq!([muted(&stage, "a"), muted(&stage, "b")], [2, 0]);
}

#[test]
fn accounts_are_removed_from_all_groups_of_a_type() {
    let stage = towns();
    stage.app.create_group("room", GroupType::ChatRoom).unwrap();
    stage.app.join("room", ["peter"]).unwrap();
    let words = ["bulk", "remove", "peter", "tommy", "--all-groups", "--type", "Public"];
    let words = [&words[..], &["--silent", "--reason", "spam", "--report", "r.jsonl"]].concat();
    let summary = &stage.chatctl(&words).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&6.into(), &3.into()));
    assert_eq!(["a", "b", "c"].map(|group| members(&stage, group)), [1, 1, 1]);
    assert_eq!(members(&stage, "room"), 1);
    let report = stage.read("r.jsonl");
    let first: Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    assert!(report.lines().count() == 6 && first["target"].is_string(), "{report}");
}

#[test]
fn a_report_names_the_group_of_what_failed() {
    let stage = towns();
    let words = ["bulk", "mute", "peter", "--group", "a", "--group", "gone", "--forever"];
    let item = &stage.chatctl(&words).run().exits(5).json()["items"][0];
    assert_eq!((&item["account"], &item["target"]), (&"peter".into(), &"gone".into()));
    let words = [&words[..], &["--output", "table"]].concat();
    let ran = stage.chatctl(&words).run().exits(5);
    for piece in ["1 done, 1 failed", "GROUP", "gone", "10010"] {
        assert!(ran.out.contains(piece), "no {piece:?} in {ran:?}");
    }
}

#[test]
fn a_dry_run_knows_all_groups_and_changes_none() {
    let stage = towns();
    let words = ["bulk", "mute", "--all-groups", "--forever", "--type", "Public", "--dry-run"];
    let ran = stage.chatctl(&words).input(viewers(501)).run().exits(0);
    let plan = &ran.json()["plan"][0];
    assert_eq!((&plan["items"], &plan["calls"]), (&1_503.into(), &6.into()));
    assert_eq!(muted(&stage, "a"), 0);
}

#[test]
fn a_job_over_all_groups_goes_on_unless_there_are_others_now() {
    let stage = towns();
    let words = ["bulk", "mute", "peter", "--all-groups", "--type", "Public", "--forever"];
    let words = [&words[..], &["--journal", "job"]].concat();
    stage.chatctl(&words).run().exits(0);
    let summary = &stage.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&3.into(), &3.into()));
    stage.app.create_group("0", GroupType::Public).unwrap();
    let ran = stage.chatctl(&["bulk", "resume", "job"]).run().exits(2);
    ran.says(&["input is another one", "bulk show"]);
    assert_eq!(muted(&stage, "0"), 0);
}

#[test]
fn lists_of_groups_are_one_and_whole() {
    let stage = towns();
    let mute = |words: &[&str]| {
        let words = [&["bulk", "unmute", "peter"], words].concat();
        stage.chatctl(&words).run().exits(2)
    };
    mute(&[]).says(&["--group <GROUP>|--groups-file <FILE>|--all-groups"]);
    mute(&["--group", "a", "--all-groups"]).says(&["cannot be used with"]);
    mute(&["--group", "a", "--type", "Public"]).says(&["--type", "cannot be used with"]);
    mute(&["--group", "gruppe-ä"]).says(&["GroupId"]);
    mute(&["--groups-file", "no/such/file"]).says(&["no/such/file"]);
    stage.write("groups", "\n \n");
    mute(&["--groups-file", "groups"]).says(&["the list of groups in groups is empty"]);
    stage.write("groups", "a\ngruppe-ä\n");
    mute(&["--groups-file", "groups"]).says(&["groups, line 2", "GroupId"]);
    stage.write("groups.csv", "a\n");
    mute(&["--groups-file", "groups.csv", "--report", "groups.csv"]).says(&["would replace"]);
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn a_list_for_several_groups_has_an_end() {
    let stage = towns();
    let words = ["bulk", "unmute", "--group", "a"];
    let ran = stage.chatctl(&words).input(viewers(100_001)).run().exits(2);
    ran.says(&["more than 100000 accounts", "held in memory", "split it"]);
    stage.chatctl(&words).run().exits(2).says(&["the list of accounts is empty"]);
    assert_eq!(stage.calls().total(), 0);
}

#[test]
fn accounts_are_expelled_from_wherever_they_are() {
    let stage = towns();
    stage.app.leave("c", "tommy").unwrap();
    let words = ["bulk", "expel", "peter", "tommy", "--silent"];
    let plan = stage.chatctl(&[&words[..], &["--dry-run"]].concat()).run().exits(0).json();
    assert_eq!((&plan["removals"], &plan["groups"]), (&5.into(), &3.into()));
    let items = plan["items"].as_array().unwrap();
    assert!(items.len() == 5 && items.contains(&json!({ "account": "peter", "target": "a" })));
    assert_eq!(plan["plan"][0]["calls"], 3);
    let dry_run = [&words[..], &["--dry-run", "--output", "table"]].concat();
    let ran = stage.chatctl(&dry_run).run().exits(0);
    assert!(ran.out.contains("5 removals in 3 groups") && ran.out.contains("peter"), "{ran:?}");
    assert_eq!(stage.calls().of(DeleteGroupMember::SPEC).received, 0);

    let summary = &stage.chatctl(&words).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&5.into(), &3.into()));
    assert_eq!(["a", "b", "c"].map(|group| members(&stage, group)), [1, 1, 1]);
    let again = [&words[..], &["--output", "table"]].concat();
    let ran = stage.chatctl(&again).run().exits(0);
    assert_eq!(ran.out, "nobody was to be removed\n");
}

#[test]
fn an_account_whose_groups_cannot_be_looked_up_is_named() {
    let stage = towns();
    let words = ["bulk", "expel", "peter", "ghost"];
    let ran = stage.chatctl(&[&words[..], &["--dry-run"]].concat()).run().exits(5);
    assert_eq!(ran.json()["not_looked_up"][0]["account"], "ghost");
    ran.says(&["1 account could not be looked up"]);
    let ran = stage.chatctl(&words).run().exits(5);
    let item = &ran.json()["items"][0];
    assert_eq!((&item["account"], &item["code"]), (&"ghost".into(), &10019.into()));
    assert_eq!(item["is_retryable"], false);
    stage.chatctl(&["bulk", "expel", "ghost"]).run().exits(1).says(&["0 of 1 done"]);
}

#[test]
fn what_finds_out_itself_what_is_left_takes_no_journal() {
    for words in [&["bulk", "expel", "peter"][..], &["group", "clean", "a"]] {
        let words = [words, &["--journal", "job"]].concat();
        towns().chatctl(&words).run().exits(2).says(&["--journal"]);
    }
}

#[test]
fn members_without_an_account_are_removed() {
    let stage = towns();
    for account in ["peter", "tommy"] {
        assert!(stage.app.delete_account(account));
    }
    let dry_run = stage.chatctl(&["group", "clean", "a", "--dry-run"]).run().exits(0).json();
    assert_eq!((&dry_run["removals"], &dry_run["groups"]), (&2.into(), &1.into()));
    assert_eq!(members(&stage, "a"), 3);
    let ran = stage.chatctl(&["group", "clean", "a", "--silent"]).run().exits(0);
    assert_eq!(ran.json()["summary"]["done"], 2);
    assert_eq!((members(&stage, "a"), members(&stage, "b")), (1, 3));
    let words = ["group", "clean", "a", "--dry-run", "--output", "table"];
    let ran = stage.chatctl(&words).run().exits(0);
    assert!(ran.out.contains("nobody is to be removed"), "{ran:?}");
}

#[test]
fn a_group_that_cannot_be_read_is_not_clean() {
    let stage = towns();
    for words in [&["group", "clean", "gone"][..], &["group", "clean", "gone", "--dry-run"]] {
        let ran = stage.chatctl(words).run().exits(1).says(&["10010", "get_group_member_info"]);
        assert_eq!(ran.out, "");
    }
    let dead = ["--all-groups", "--endpoint", "http://127.0.0.1:1"];
    let words = [&["bulk", "unmute", "peter"], &dead[..]].concat();
    stage.chatctl(&words).run().exits(3).says(&["get_appid_group_list"]);
}

/// Groups `a`, `b` and `c`, each with the members `peter`, `leckie` and `tommy`.
fn towns() -> Stage {
    let stage = Stage::new();
    for group in ["a", "b", "c"] {
        stage.app.create_group(group, GroupType::Public).unwrap();
        stage.app.join(group, ["peter", "leckie", "tommy"]).unwrap();
    }
    stage
}

fn muted(stage: &Stage, group: &str) -> usize {
    stage.app.muted_count(group).unwrap()
}

fn members(stage: &Stage, group: &str) -> usize {
    stage.app.member_count(group).unwrap()
}
