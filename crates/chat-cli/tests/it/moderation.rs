//! Moderation across groups: `chatctl bulk mute|unmute|remove|kick` and `chatctl group prune`.

use chat_types::{Endpoint as _, GroupType, group::DeleteGroupMember};
use serde_json::{Value, json};

use crate::fixture::{Fixture, viewers};

#[test]
fn accounts_are_muted_and_unmuted_in_several_groups() {
    let fixture = three_groups();
    let args = ["bulk", "mute", "peter", "leckie", "--group", "a", "--group", "b", "--for", "7d"];
    let summary = &fixture.chatctl(&args).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&4.into(), &2.into()));
    assert_eq!([muted(&fixture, "a"), muted(&fixture, "b"), muted(&fixture, "c")], [2, 2, 0]);

    fixture.write("groups", "\u{feff}b\r\n\r\nc\nb\n");
    let args = ["bulk", "unmute", "--groups-file", "groups"];
    let output = fixture.chatctl(&args).input("peter\nleckie\npeter\n").run().exits(0);
    assert_eq!(output.json()["summary"]["done"], 4);
    for piece in ["dropped 1 repeated account", "dropped 1 repeated group"] {
        assert!(output.stderr.contains(piece), "no {piece:?} in {output:?}");
    }
    assert_eq!([muted(&fixture, "a"), muted(&fixture, "b")], [2, 0]);
}

#[test]
fn accounts_are_removed_from_all_groups_of_a_type() {
    let fixture = three_groups();
    fixture.app.create_group("room", GroupType::ChatRoom).unwrap();
    fixture.app.join("room", ["peter"]).unwrap();
    let args = ["bulk", "remove", "peter", "tommy", "--all-groups", "--type", "Public", "--yes"];
    let args = [&args[..], &["--silent", "--reason", "spam", "--report", "r.jsonl"]].concat();
    let summary = &fixture.chatctl(&args).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&6.into(), &3.into()));
    assert_eq!(["a", "b", "c"].map(|group| members(&fixture, group)), [1, 1, 1]);
    assert_eq!(members(&fixture, "room"), 1);
    let report = fixture.read("r.jsonl");
    let first: Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    assert!(report.lines().count() == 6 && first["target"].is_string(), "{report}");
}

#[test]
fn report_shows_the_group_of_each_failure() {
    let fixture = three_groups();
    let args = ["bulk", "mute", "peter", "--group", "a", "--group", "gone", "--forever"];
    let item = &fixture.chatctl(&args).run().exits(5).json()["items"][0];
    assert_eq!((&item["item"], &item["target"]), (&"peter".into(), &"gone".into()));
    let args = [&args[..], &["--output", "table"]].concat();
    let output = fixture.chatctl(&args).run().exits(5);
    for piece in ["1 done, 1 failed", "GROUP", "gone", "10010"] {
        assert!(output.stdout.contains(piece), "no {piece:?} in {output:?}");
    }
}

#[test]
fn dry_run_counts_all_groups_and_changes_none() {
    let fixture = three_groups();
    let args = ["bulk", "mute", "--all-groups", "--forever", "--type", "Public", "--dry-run"];
    let output = fixture.chatctl(&args).input(viewers(501)).run().exits(0);
    let plan = &output.json()["plan"][0];
    assert_eq!((&plan["items"], &plan["calls"]), (&1_503.into(), &6.into()));
    assert_eq!(muted(&fixture, "a"), 0);
}

#[test]
fn job_over_all_groups_is_resumed_unless_they_changed() {
    let fixture = three_groups();
    let args = ["bulk", "mute", "peter", "--all-groups", "--type", "Public", "--forever", "--yes"];
    let args = [&args[..], &["--journal", "job"]].concat();
    fixture.chatctl(&args).run().exits(0);
    let summary = &fixture.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["earlier"]), (&3.into(), &3.into()));
    fixture.app.create_group("0", GroupType::Public).unwrap();
    let output = fixture.chatctl(&["bulk", "resume", "job"]).run().exits(8);
    output.says(&["input has changed", "bulk show"]);
    assert_eq!(muted(&fixture, "0"), 0);
}

#[test]
fn list_of_groups_has_one_source_without_errors() {
    let fixture = three_groups();
    let mute = |args: &[&str]| {
        let args = [&["bulk", "unmute", "peter"], args].concat();
        fixture.chatctl(&args).run().exits(2)
    };
    mute(&[]).says(&["--group <GROUP>|--groups-file <FILE>|--all-groups"]);
    mute(&["--group", "a", "--all-groups"]).says(&["cannot be used with"]);
    mute(&["--group", "a", "--type", "Public"]).says(&["--type", "cannot be used with"]);
    mute(&["--group", "gruppe-ä"]).says(&["GroupId"]);
    mute(&["--groups-file", "no/such/file"]).says(&["no/such/file"]);
    fixture.write("groups", "\n \n");
    mute(&["--groups-file", "groups"]).says(&["the list of groups in groups is empty"]);
    fixture.write("groups", "a\ngruppe-ä\n");
    mute(&["--groups-file", "groups"]).says(&["groups, line 2", "GroupId"]);
    fixture.write("groups.csv", "a\n");
    mute(&["--groups-file", "groups.csv", "--report", "groups.csv"]).says(&["would overwrite"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn list_for_several_groups_has_a_maximum_length() {
    let fixture = three_groups();
    let args = ["bulk", "unmute", "--group", "a"];
    let output = fixture.chatctl(&args).input(viewers(100_001)).run().exits(2);
    output.says(&["more than 100000 accounts", "held in memory", "split it"]);
    fixture.chatctl(&args).run().exits(2).says(&["the list of accounts is empty"]);
    assert_eq!(fixture.calls().total(), 0);
}

#[test]
fn accounts_are_kicked_from_all_their_groups() {
    let fixture = three_groups();
    fixture.app.leave("c", "tommy").unwrap();
    let args = ["bulk", "kick", "peter", "tommy", "--silent"];
    let plan = fixture.chatctl(&[&args[..], &["--dry-run"]].concat()).run().exits(0).json();
    assert_eq!((&plan["removals"], &plan["groups"]), (&5.into(), &3.into()));
    let items = plan["items"].as_array().unwrap();
    assert!(items.len() == 5 && items.contains(&json!({ "item": "peter", "target": "a" })));
    assert_eq!(plan["plan"][0]["calls"], 3);
    let dry_run = [&args[..], &["--dry-run", "--output", "table"]].concat();
    let output = fixture.chatctl(&dry_run).run().exits(0);
    assert!(
        output.stdout.contains("5 removals in 3 groups") && output.stdout.contains("peter"),
        "{output:?}"
    );
    assert_eq!(fixture.calls().of(DeleteGroupMember::SPEC).received, 0);

    let summary = &fixture.chatctl(&args).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&5.into(), &3.into()));
    assert_eq!(["a", "b", "c"].map(|group| members(&fixture, group)), [1, 1, 1]);
    let again = [&args[..], &["--output", "table"]].concat();
    let output = fixture.chatctl(&again).run().exits(0);
    assert_eq!(output.stdout, "no members to remove\n");
}

#[test]
fn account_that_cannot_be_looked_up_is_reported() {
    let fixture = three_groups();
    let args = ["bulk", "kick", "peter", "ghost"];
    let output = fixture.chatctl(&[&args[..], &["--dry-run"]].concat()).run().exits(5);
    assert_eq!(output.json()["lookup_failures"][0]["item"], "ghost");
    output.says(&["cannot look up 1 account"]);
    let output = fixture.chatctl(&args).run().exits(5);
    let item = &output.json()["items"][0];
    assert_eq!((&item["item"], &item["code"]), (&"ghost".into(), &10019.into()));
    assert_eq!(item["is_retryable"], false);
    fixture.chatctl(&["bulk", "kick", "ghost"]).run().exits(1).says(&["0 of 1 done"]);
}

#[test]
fn lookup_jobs_take_no_journal() {
    for args in [&["bulk", "kick", "peter"][..], &["group", "prune", "a"]] {
        let args = [args, &["--journal", "job"]].concat();
        three_groups().chatctl(&args).run().exits(2).says(&["--journal"]);
    }
}

#[test]
fn members_without_an_account_are_pruned() {
    let fixture = three_groups();
    for account in ["peter", "tommy"] {
        assert!(fixture.app.delete_account(account));
    }
    let dry_run = fixture.chatctl(&["group", "prune", "a", "--dry-run"]).run().exits(0).json();
    assert_eq!((&dry_run["removals"], &dry_run["groups"]), (&2.into(), &1.into()));
    assert_eq!(members(&fixture, "a"), 3);
    let output = fixture.chatctl(&["group", "prune", "a", "--silent"]).run().exits(0);
    assert_eq!(output.json()["summary"]["done"], 2);
    assert_eq!((members(&fixture, "a"), members(&fixture, "b")), (1, 3));
    let args = ["group", "prune", "a", "--dry-run", "--output", "table"];
    let output = fixture.chatctl(&args).run().exits(0);
    assert!(output.stdout.contains("no members to remove"), "{output:?}");
}

#[test]
fn unreadable_group_is_not_pruned() {
    let fixture = three_groups();
    for args in [&["group", "prune", "gone"][..], &["group", "prune", "gone", "--dry-run"]] {
        let output = fixture.chatctl(args).run().exits(1).says(&["10010", "get_group_member_info"]);
        assert_eq!(output.stdout, "");
    }
    let dead = ["--all-groups", "--yes", "--endpoint", "http://127.0.0.1:1"];
    let args = [&["bulk", "unmute", "peter"], &dead[..]].concat();
    fixture.chatctl(&args).run().exits(3).says(&["get_appid_group_list"]);
}

/// Returns a fixture with the groups `a`, `b` and `c`, each with the members `peter`, `leckie` and
/// `tommy`.
fn three_groups() -> Fixture {
    let fixture = Fixture::new();
    for group in ["a", "b", "c"] {
        fixture.app.create_group(group, GroupType::Public).unwrap();
        fixture.app.join(group, ["peter", "leckie", "tommy"]).unwrap();
    }
    fixture
}

fn muted(fixture: &Fixture, group: &str) -> usize {
    fixture.app.muted_count(group).unwrap()
}

fn members(fixture: &Fixture, group: &str) -> usize {
    fixture.app.member_count(group).unwrap()
}
