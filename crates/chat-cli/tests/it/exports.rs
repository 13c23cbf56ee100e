//! `chatctl group export` and `chatctl group copy`.

use std::fs;

use chat_types::{Endpoint as _, group::ImportGroup};
use serde_json::Value;

use crate::fixture::Fixture;

#[test]
fn export_can_be_imported() {
    let fixture = with_stars();
    let output = fixture.chatctl(&["group", "export", "stars"]).run().exits(0);
    for piece in ["3 accounts, 1 group, 2 messages, 2 members besides the owner", "omitted"] {
        assert!(output.stderr.contains(piece), "no {piece:?} in {output:?}");
    }
    let args = ["bulk", "import", "-", "--rename", "moon"];
    fixture.chatctl(&args).input(output.stdout).run().exits(0);
    assert_eq!(fixture.app.message_count("moon").unwrap(), 2);
    assert_eq!(fixture.app.member_count("moon").unwrap(), 3);
}

#[test]
fn export_replaces_its_file_only_when_complete() {
    let fixture = with_stars();
    let args = ["group", "export", "stars", "--to", "stars.jsonl"];
    fixture.write("stars.jsonl", "an earlier export\n");
    let gone = ["group", "export", "gone", "--to", "stars.jsonl"];
    let output =
        fixture.chatctl(&gone).run().exits(1).says(&["cannot show group \"gone\"", "group list"]);
    assert_eq!(
        (output.stdout.as_str(), fixture.read("stars.jsonl").as_str()),
        ("", "an earlier export\n")
    );

    let output = fixture.chatctl(&[&args[..], &["--output", "json"]].concat()).run().exits(0);
    assert_eq!(output.stdout, "");
    let printed: Value = serde_json::from_str(&output.stderr).unwrap();
    let file = fixture.read("stars.jsonl");
    let summary: Value = serde_json::from_str(file.lines().last().unwrap()).unwrap();
    assert_eq!((&printed, &summary["summary"]["messages"]), (&summary, &2.into()));
    let files = fs::read_dir(fixture.directory.path()).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["in.jsonl", "stars.jsonl"], "no temporary file is left");
}

#[test]
fn unwritable_export_is_reported_with_its_path() {
    let fixture = with_stars();
    let to = |path| fixture.chatctl(&["group", "export", "stars", "--to", path]).run().exits(2);
    to("no/such/place").says(&["cannot create no/such/place"]);
    to(".").says(&["is not a regular file"]);
    #[cfg(target_os = "linux")]
    to("/dev/full").says(&["/dev/full exists and is not a regular file"]);
}

#[test]
fn audio_video_group_cannot_be_exported() {
    let fixture = Fixture::new();
    for args in [&["group", "export", "live"][..], &["group", "copy", "live", "other"]] {
        let output = fixture.chatctl(args).run().exits(2).says(&["AVChatRoom", "no history"]);
        assert_eq!(output.stdout, "");
    }
}

#[test]
fn group_is_copied_into_a_new_one() {
    let fixture = with_stars();
    let args = ["group", "copy", "stars", "moon", "--journal", "job", "--report", "r.jsonl"];
    let plan = fixture.chatctl(&[&args[..], &["--dry-run"]].concat()).run().exits(0).json();
    let plan: Vec<_> =
        plan["plan"].as_array().unwrap().iter().map(|of| (&of["items"], &of["calls"])).collect();
    assert_eq!(plan, [(&1.into(), &1.into()), (&2.into(), &1.into()), (&2.into(), &1.into())]);
    assert!(fixture.app.message_count("moon").is_err());

    let summary = &fixture.chatctl(&args).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&5.into(), &3.into()));
    assert_eq!(fixture.app.message_count("moon").unwrap(), 2);
    assert_eq!(fixture.app.member_count("moon").unwrap(), 3);
    assert_eq!(fixture.read("r.jsonl").lines().count(), 5);
    let summary = &fixture.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!((&summary["earlier"], &summary["calls"]), (&5.into(), &0.into()));
}

#[test]
fn copy_rejects_an_existing_group() {
    let fixture = with_stars();
    let imports = || fixture.calls().of(ImportGroup::SPEC).received;
    let before = imports();
    let copy = |to| fixture.chatctl(&["group", "copy", "stars", to]).run();
    copy("live").exits(2).says(&["the group live already exists", "another ID"]);
    copy("stars").exits(2).says(&["the group stars already exists"]);
    copy("@TGS#1").exits(2).says(&["must not start with @TGS#"]);
    let args = ["group", "copy", "gone", "moon"];
    let output = fixture.chatctl(&args).run().exits(1).says(&["cannot show group \"gone\""]);
    assert_eq!(output.stdout, "");
    assert_eq!(imports(), before);
}

/// Returns a fixture with a group `stars` that has three members and two messages.
fn with_stars() -> Fixture {
    let fixture = Fixture::new();
    fixture.write("in.jsonl", STARS);
    fixture.chatctl(&["bulk", "import", "in.jsonl"]).run().exits(0);
    fixture
}

const STARS: &str = r#"
{"account":{"UserID":"peter","Nick":"Peter"}}
{"account":{"UserID":"leckie"}}
{"account":{"UserID":"tommy"}}
{"group":{"GroupId":"stars","Type":"Public","Name":"Stars","Owner_Account":"peter","CreateTime":1600000000}}
{"message":{"GroupId":"stars","From_Account":"peter","SendTime":1600000100,"Random":1,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"Saturn is up."}}]}}
{"message":{"GroupId":"stars","From_Account":"leckie","SendTime":1600000200,"Random":2,"MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"So it is."}}]}}
{"member":{"GroupId":"stars","Member_Account":"leckie","Role":"Admin","JoinTime":1600000050}}
{"member":{"GroupId":"stars","Member_Account":"tommy","JoinTime":1600000050}}
"#;
