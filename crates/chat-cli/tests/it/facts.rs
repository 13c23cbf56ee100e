//! Commands that do not call the service.

use std::process::Stdio;

use crate::program::{Chatctl, KEY};

#[test]
fn endpoints_prints_the_whole_catalog_as_json() {
    let output = Chatctl::new(&["endpoints", "--output", "table"]).run().exits(0);
    assert!(output.stdout.contains("group_open_http_svc/forbid_send_msg"), "{output:?}");
    let all = Chatctl::new(&["endpoints"]).run().exits(0).json();
    let all = all.as_array().unwrap();
    let text =
        all.iter().find(|each| each.to_string().contains("forbid_send_msg")).unwrap().to_string();
    assert!(
        all.len() >= 15 && text.contains("Members_Account") && text.contains("34951"),
        "{text}"
    );
}

#[test]
fn closed_pipe_ends_the_program_quietly() {
    let mut child = Chatctl::new(&["endpoints"])
        .command()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn misspelled_endpoint_gets_suggestions() {
    let output = Chatctl::new(&["schema", "group_open_http_svc/forbid_send_mgs"]).run().exits(2);
    assert!(output.stderr.contains("forbid_send_msg"), "{output:?}");
}

#[test]
fn schema_is_json_schema() {
    let schema = Chatctl::new(&["schema", "group_open_http_svc/forbid_send_msg"]).run().json();
    assert_eq!(schema["request"]["properties"]["Members_Account"]["maxItems"], 500);
    Chatctl::new(&["schema"]).run().exits(0).json();
}

#[test]
fn openapi_prints_two_versions() {
    let newer = Chatctl::new(&["openapi"]).run().exits(0).json();
    let older = Chatctl::new(&["openapi", "--version", "3.0"]).run().exits(0).json();
    assert!(newer["openapi"].as_str().unwrap().starts_with("3.1."), "{}", newer["openapi"]);
    assert!(older["openapi"].as_str().unwrap().starts_with("3.0."), "{}", older["openapi"]);
    for document in [newer, older] {
        let mute = &document["paths"]["/v4/group_open_http_svc/forbid_send_msg"]["post"];
        assert_eq!(mute["x-calls-per-second"], 200, "{mute}");
    }
    Chatctl::new(&["openapi", "--version", "2.0"]).run().exits(2).says(&["3.1", "3.0"]);
}

#[test]
fn user_sig_is_signed_verified_and_inspected() {
    let sign = [
        "usersig",
        "sign",
        "--sdkappid",
        "1400000000",
        "--identifier",
        "peter",
        "--at",
        "1700000000",
        "--expire",
        "60",
    ];
    let signature = Chatctl::new(&sign).env("CHAT_SECRET_KEY", KEY).run().exits(0).stdout;
    let verify = |args: &[&str]| {
        let args = [&["usersig", "verify", "--sdkappid", "1400000000"], args].concat();
        Chatctl::new(&args).env("CHAT_SECRET_KEY", KEY).input(signature.as_bytes()).run()
    };
    verify(&["--at", "1700000059"]).exits(0);
    let expired = verify(&["--at", "1700000060", "--output", "table"]).exits(1);
    assert!(
        expired.stdout.contains("not valid") && expired.stdout.contains("70001"),
        "{expired:?}"
    );
    verify(&["--at", "1700000000", "--identifier", "tommy"]).exits(1);
    let inspect = Chatctl::new(&["usersig", "inspect"]).input(signature.as_bytes()).run().exits(0);
    assert!(
        inspect.stdout.contains("peter") && inspect.stdout.contains("1700000000"),
        "{inspect:?}"
    );
    assert_ne!(Chatctl::new(&["usersig", "inspect"]).input("garbage").run().exit, 0);
    let sign = [&sign[..8], &["--expire", "1m", "--output", "json"]].concat();
    let signed = Chatctl::new(&sign).env("CHAT_SECRET_KEY", KEY).run().exits(0).json();
    assert_eq!(signed["expires_at"], 1_700_000_060);
}

#[test]
fn payload_is_checked_against_its_type() {
    const MUTE: &str = "group_open_http_svc/forbid_send_msg";
    let check = |args: &[&str], input: &str| {
        Chatctl::new(&[&["check", MUTE], args].concat()).input(input).run()
    };
    let good = r#"{"GroupId":"g","Members_Account":["a"],"MuteTime":60,"Old":1}"#;
    check(&["--request", "-"], good).exits(0);
    let printed = check(&["--request", "-", "--print"], good).exits(0);
    assert!(
        printed.stdout.contains(r#"{"GroupId":"g","Members_Account":["a"],"MuteTime":60}"#),
        "{printed:?}"
    );
    check(&["--request", "-", "--strict"], good).exits(4).says(&["Old"]);
    check(&["--request", "-"], r#"{"GroupId":7}"#).exits(4).says(&["GroupId", "a string"]);
    check(&["--request", "-"], "not json").exits(4);
    check(&["--response", "-"], r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":""}"#).exits(0);
    let response = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"fine","Other":1}"#;
    let printed = check(&["--response", "-", "--print"], response).exits(0);
    assert!(
        printed.stdout.contains(r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"fine"}"#),
        "{printed:?}"
    );
    check(&["--response", "-", "--strict"], response).exits(4).says(&["Other"]);
    let with_id = r#"{"ErrorCode":0,"ErrorInfo":"","ActionStatus":"OK","RequestId":"1-2"}"#;
    check(&["--response", "-", "--strict"], with_id).exits(0);
    check(&["--response", "-"], "<html>").exits(4);
    check(&["--response", "-"], "[]").exits(4).says(&["object"]);
    check(&["--request", "no/such/file"], "").exits(2).says(&["no/such/file"]);
}

#[test]
fn webhook_is_checked_against_its_type() {
    const SEND: &str = "webhook/Group.CallbackBeforeSendMsg";
    let check = |args: &[&str], input: &str| {
        Chatctl::new(&[&["check", SEND], args].concat()).input(input).run()
    };
    let body = r#"{"CallbackCommand":"Group.CallbackBeforeSendMsg","GroupId":"g","Type":"Live",
        "From_Account":"jared","MsgBody":[{"MsgType":"TIMTextElem","MsgContent":{"Text":"hi","X":1}}],
        "EventTime":"1670574414123"}"#;
    check(&["--request", "-"], body).exits(0);
    check(&["--request", "-", "--strict"], body).exits(4).says(&["MsgBody[0].MsgContent.X"]);
    let printed = check(&["--request", "-", "--print"], body).exits(0).json();
    assert_eq!(printed["EventTime"], 1_670_574_414_123_u64);
    assert_eq!(printed["Type"], "Live");
    check(&["--request", "-"], r#"{"GroupId":[]}"#).exits(4).says(&["GroupId"]);
    check(&["--request", "-"], "[]").exits(4).says(&["object"]);

    let response = r#"{"ActionStatus":"OK","ErrorCode":10150,"ErrorInfo":"no"}"#;
    let printed = check(&["--response", "-", "--print"], response).exits(0);
    assert_eq!(printed.stdout.trim(), response);
    let response = r#"{"ActionStatus":"OK","ErrorCode":120001,"ErrorInfo":"no"}"#;
    check(&["--response", "-"], response).exits(4).says(&["ErrorCode 120001"]);

    let schema = Chatctl::new(&["schema", SEND]).run().exits(0).json();
    assert_eq!(schema["response"]["properties"]["ErrorCode"]["oneOf"][3]["maximum"], 10_200);
    let similar = Chatctl::new(&["schema", "webhook/Group.CallbackBeforeSendMsq"]).run().exits(2);
    assert!(similar.stderr.contains("Group.CallbackBeforeSendMsg"), "{similar:?}");
}

#[test]
fn help_succeeds_and_unknown_commands_fail() {
    let help = Chatctl::new(&["--help"]).run().exits(0);
    assert!(help.stdout.contains("emulator") && help.stdout.contains("Exit codes"), "{help:?}");
    Chatctl::new(&["frobnicate"]).run().exits(2);
    Chatctl::new(&[]).run().exits(2);
}
