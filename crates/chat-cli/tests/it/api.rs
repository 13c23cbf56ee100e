//! Calls with an option per field, calls as programs, plans, and room keys.

use std::{path::Path, process::Command};

use serde_json::json;

use crate::{
    fixture::Fixture,
    program::{Chatctl, KEY},
};

fn request(args: &[&str]) -> serde_json::Value {
    let args = [&["api"], args, &["--dry-run"]].concat();
    Chatctl::new(&args).run().exits(0).json()["request"].clone()
}

#[test]
fn option_of_every_kind_becomes_its_field() {
    let group = ["group", "create-group", "--type", "Public", "--name", "-大厅-"];
    assert_eq!(request(&group), json!({ "Type": "Public", "Name": "-大厅-" }));
    let mute = ["--group-id", "g", "--members-account", "a,b", "--members-account", "c"];
    let mute =
        request(&[&["group", "forbid-send-msg"], &mute[..], &["--mute-time", "60"]].concat());
    assert_eq!(mute, json!({ "GroupId": "g", "Members_Account": ["a", "b", "c"], "MuteTime": 60 }));
    // An array of objects with one required field.
    let add = ["group", "add-group-member", "--group-id", "g", "--member-list", "a,b"];
    let members = json!([{ "Member_Account": "a" }, { "Member_Account": "b" }]);
    assert_eq!(request(&add)["MemberList"], members);
    let data =
        ["group", "create-group", "--data", r#"{"Type":"Private","Name":"x"}"#, "--name", "y"];
    assert_eq!(request(&data), json!({ "Type": "Private", "Name": "y" }));
}

#[test]
fn invalid_request_is_refused_in_terms_of_options() {
    let fails = |args: &[&str]| Chatctl::new(&[&["api", "group"], args].concat()).run().exits(2);
    fails(&["create-group", "--name", "x", "--dry-run"]).says(&["Type", "--type"]);
    fails(&["forbid-send-msg", "--mute-time", "soon"]).mentions(&["--mute-time", "an integer"]);
    fails(&["create-grup"]).says(&["did you mean `create-group`"]);
    fails(&["create-group", "--nam", "x"]).says(&["did you mean `--name`?"]);
}

#[test]
fn call_is_made_with_global_options_anywhere() {
    let fixture = Fixture::new();
    let create = ["api", "group", "create-group", "--type", "Public", "--name", "N", "-o", "yaml"];
    let created = fixture.chatctl(&create).run().exits(0);
    assert!(created.stdout.contains("ErrorCode: 0\n"), "{created:?}");
    let destroy = ["api", "group", "destroy-group", "--group-id", "gone", "--yes"];
    let refused = fixture.chatctl(&destroy).run().exits(1).says(&["10010"]);
    assert_eq!(refused.json()["ErrorCode"], 10010);
}

#[test]
fn printed_program_makes_the_call_and_holds_no_secret() {
    let fixture = Fixture::new();
    let print = |language: &str| {
        let call = ["call", "/v4/group_open_http_svc/get_group_info", "--data"];
        let data = [r#"{"GroupIdList":["li've"]}"#, "--print", language];
        fixture.chatctl(&[&call[..], &data].concat()).run().exits(0).stdout
    };
    for language in ["curl", "rust", "python", "typescript"] {
        let program = print(language);
        assert!(!program.contains(KEY), "{program}");
        assert!(program.contains("li've") || program.contains("li'\\''ve"), "{program}");
    }
    assert_eq!(fixture.calls().total(), 0);
    // Each is run where its interpreter is installed.
    let user_sig = fixture.chatctl(&["usersig", "sign"]).run().exits(0).stdout;
    let programs = Path::new(env!("CARGO_BIN_EXE_chatctl")).parent().unwrap();
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap_or_default());
    let mut calls = 0;
    for (interpreter, flag, language, needed) in
        [("python3", "-c", "python", "python3"), ("sh", "-c", "curl", "curl")]
    {
        if Command::new(needed).arg("--version").output().is_err() {
            continue;
        }
        let output = Command::new(interpreter)
            .args([flag, &print(language)])
            .env("CHAT_USERSIG", user_sig.trim())
            .env("CHAT_SECRET_KEY", KEY)
            .env("PATH", &path)
            .output()
            .unwrap();
        calls += 1;
        let text = String::from_utf8_lossy(&output.stdout).replace('\'', "\"");
        assert!(text.replace(' ', "").contains("\"ErrorCode\":0"), "{language}: {output:?}");
        assert_eq!(fixture.calls().total(), calls, "{language}");
    }
}

#[test]
fn plan_is_applied_unless_its_input_has_changed() {
    let fixture = Fixture::new();
    fixture.write("list", "peter\nleckie\n");
    let mute = ["group", "mute", "live", "--members-file", "list", "--for", "1h"];
    fixture.chatctl(&[&mute[..], &["--plan", "plan"]].concat()).run().exits(0);
    assert_eq!(fixture.calls().total(), 0);
    assert!(!fixture.read("plan").contains(KEY));
    fixture.write("list", "peter\nleckie\ntommy\n");
    fixture.chatctl(&["apply", "plan"]).run().exits(8).mentions(&["list has changed", "new plan"]);
    assert_eq!(fixture.calls().total(), 0);
    fixture.write("list", "peter\nleckie\n");
    let applied = fixture.chatctl(&["apply", "plan", "--journal", "job"]).run().exits(0);
    assert_eq!(applied.json()["summary"]["done"], 2);
    assert_eq!(fixture.app.muted_count("live").unwrap(), 2);
    fixture.chatctl(&["bulk", "show", "job"]).run().exits(0);
    fixture.chatctl(&["apply", "list"]).run().exits(2).says(&["not a plan"]);
    fixture
        .chatctl(&["group", "mute", "live", "--for", "1h", "--plan", "plan"])
        .input("peter")
        .run()
        .exits(2)
        .says(&["standard input", "--dry-run"]);
}

#[test]
fn job_over_all_groups_needs_a_confirmation() {
    let fixture = Fixture::new();
    let mute = ["bulk", "mute", "peter", "--all-groups", "--forever"];
    fixture.chatctl(&mute).run().exits(2).says(&["all groups of the app", "--yes"]);
    assert_eq!(fixture.calls().total(), 0);
    fixture.chatctl(&[&mute[..], &["--yes"]].concat()).run().exits(0);
    fixture.chatctl(&[&mute[..], &["--dry-run"]].concat()).run().exits(0);
}

#[test]
fn room_key_and_userbuf_are_signed() {
    let inspect =
        |signed: &str| Chatctl::new(&["usersig", "inspect"]).input(signed).run().exits(0).json();
    let sign = |args: &[&str]| {
        let app = ["--sdkappid", "1400000001", "--identifier", "peter", "--at", "1700000000"];
        let args = [&["usersig"], args, &app].concat();
        Chatctl::new(&args).env("CHAT_SECRET_KEY", "k").run().exits(0).stdout
    };
    assert_eq!(inspect(&sign(&["sign", "--userbuf", "AAEC"]))["userbuf"], "000102");
    assert_eq!(inspect(&sign(&["sign", "--expire", "7d"]))["expire"], 604_800);
    let allow = ["room-key", "--room", "4567", "--allow", "enter-room,receive-audio"];
    let userbuf = inspect(&sign(&allow))["userbuf"].as_str().unwrap().to_owned();
    // Version, length, "peter", app, room, expiry, privileges, account type.
    assert!(userbuf.starts_with("000005706574657253724e01000011d7"), "{userbuf}");
    assert!(userbuf.ends_with("0000000a00000000"), "{userbuf}");
    let all = inspect(&sign(&["room-key", "--room-name", "hall"]));
    assert!(all["userbuf"].as_str().unwrap().starts_with("010005"));
    Chatctl::new(&["usersig", "room-key"]).run().exits(2).says(&["--room", "--room-name"]);
}
