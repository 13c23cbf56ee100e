//! `chatctl group export` and `chatctl group copy`.

use std::fs;

use chat_types::{Endpoint as _, group::ImportGroup};
use serde_json::Value;

use crate::stage::Stage;

#[test]
fn an_export_is_what_an_import_takes() {
    let stage = with_stars();
    let ran = stage.chatctl(&["group", "export", "stars"]).run().exits(0);
    for piece in ["3 accounts, 1 group, 2 messages, 2 members beside the owner", "left out"] {
        assert!(ran.err.contains(piece), "no {piece:?} in {ran:?}");
    }
    let words = ["bulk", "import", "-", "--rename", "moon"];
    stage.chatctl(&words).input(ran.out).run().exits(0);
    assert_eq!(stage.app.message_count("moon").unwrap(), 2);
    assert_eq!(stage.app.member_count("moon").unwrap(), 3);
}

#[test]
fn an_export_goes_to_a_file_that_is_never_half() {
    let stage = with_stars();
    let words = ["group", "export", "stars", "--to", "stars.jsonl"];
    stage.write("stars.jsonl", "of another time\n");
    let gone = ["group", "export", "gone", "--to", "stars.jsonl"];
    let ran = stage.chatctl(&gone).run().exits(1).says(&["\"gone\" cannot be shown", "group list"]);
    assert_eq!((ran.out.as_str(), stage.read("stars.jsonl").as_str()), ("", "of another time\n"));

    let ran = stage.chatctl(&[&words[..], &["--output", "json"]].concat()).run().exits(0);
    assert_eq!(ran.out, "");
    let told: Value = serde_json::from_str(&ran.err).unwrap();
    let file = stage.read("stars.jsonl");
    let summary: Value = serde_json::from_str(file.lines().last().unwrap()).unwrap();
    assert_eq!((&told, &summary["summary"]["messages"]), (&summary, &2.into()));
    let files = fs::read_dir(stage.directory.path()).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["in.jsonl", "stars.jsonl"], "nothing is left beside it");
}

#[test]
fn an_export_that_cannot_be_written_is_named() {
    let stage = with_stars();
    let to = |path| stage.chatctl(&["group", "export", "stars", "--to", path]).run().exits(2);
    to("no/such/place").says(&["no/such/place cannot be made"]);
    to(".").says(&["no file"]);
    #[cfg(target_os = "linux")]
    to("/dev/full").says(&["/dev/full is there, and no file"]);
}

#[test]
fn an_audio_video_group_is_not_exported() {
    let stage = Stage::new();
    for words in [&["group", "export", "live"][..], &["group", "copy", "live", "other"]] {
        let ran = stage.chatctl(words).run().exits(2).says(&["AVChatRoom", "no history"]);
        assert_eq!(ran.out, "");
    }
}

#[test]
fn a_group_is_copied_into_a_new_one() {
    let stage = with_stars();
    let words = ["group", "copy", "stars", "moon", "--journal", "job", "--report", "r.jsonl"];
    let plan = stage.chatctl(&[&words[..], &["--dry-run"]].concat()).run().exits(0).json();
    let plan: Vec<_> =
        plan["plan"].as_array().unwrap().iter().map(|of| (&of["items"], &of["calls"])).collect();
    assert_eq!(plan, [(&1.into(), &1.into()), (&2.into(), &1.into()), (&2.into(), &1.into())]);
    assert!(stage.app.message_count("moon").is_err());

    let summary = &stage.chatctl(&words).run().exits(0).json()["summary"];
    assert_eq!((&summary["done"], &summary["calls"]), (&5.into(), &3.into()));
    assert_eq!(stage.app.message_count("moon").unwrap(), 2);
    assert_eq!(stage.app.member_count("moon").unwrap(), 3);
    assert_eq!(stage.read("r.jsonl").lines().count(), 5);
    let summary = &stage.chatctl(&["bulk", "resume", "job"]).run().exits(0).json()["summary"];
    assert_eq!((&summary["earlier"], &summary["calls"]), (&5.into(), &0.into()));
}

#[test]
fn a_copy_does_not_write_into_a_group_that_is_there() {
    let stage = with_stars();
    let imports = || stage.calls().of(ImportGroup::SPEC).received;
    let before = imports();
    let copy = |to| stage.chatctl(&["group", "copy", "stars", to]).run();
    copy("live").exits(2).says(&["the group live is there already", "another id"]);
    copy("stars").exits(2).says(&["the group stars is there already"]);
    copy("@TGS#1").exits(2).says(&["must not start with @TGS#"]);
    let words = ["group", "copy", "gone", "moon"];
    let ran = stage.chatctl(&words).run().exits(1).says(&["\"gone\" cannot be shown"]);
    assert_eq!(ran.out, "");
    assert_eq!(imports(), before);
}

/// A stage with a group `stars` of three members and two messages.
fn with_stars() -> Stage {
    let stage = Stage::new();
    stage.write("in.jsonl", STARS);
    stage.chatctl(&["bulk", "import", "in.jsonl"]).run().exits(0);
    stage
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
