//! `chatctl check` on payloads as public clients send and receive them.

use std::{fs, path::PathBuf};

use crate::{
    canned::CannedServer,
    program::{Chatctl, RunOutput},
};

#[test]
fn system_message_of_a_history_is_kept_with_its_neighbors() {
    let endpoint = "group_open_http_svc/group_msg_get_simple";
    let file = "history-with-system-message";
    let printed = check(endpoint, "--response", file, &["--print"]).exits(0).json();
    let messages = &printed["RspMsgList"];
    assert_eq!(messages[0]["IsSystemMsg"], 1);
    assert_eq!(messages[0]["MsgBody"]["OpType"], 1, "{messages}");
    assert_eq!(messages[1]["MsgBody"][0]["MsgContent"]["Text"], "one", "{messages}");
}

#[test]
fn group_with_system_messages_is_exported_without_them() {
    let responses = fs::read_to_string(file("group-with-system-message")).unwrap();
    let server = CannedServer::start(&responses);
    let export = server.chatctl(&["group", "export", "g1", "--output", "json"]).run().exits(0);
    let summary: serde_json::Value = serde_json::from_str(&export.stderr).unwrap();
    assert_eq!(summary["summary"]["messages"], 1, "{summary}");
    assert_eq!(summary["summary"]["omitted"]["system_messages"], 1, "{summary}");
    assert!(export.stdout.contains(r#""Text":"one""#), "{export:?}");
}

#[test]
fn next_piece_of_a_stream_names_the_stream() {
    check("stream_msg/send_c2c_stream_msg", "--request", "stream-next-piece", &["--strict"])
        .exits(0);
    let response =
        check("stream_msg/send_c2c_stream_msg", "--response", "stream-response", &["--print"]);
    assert_eq!(response.exits(0).json()["StreamMsgID"], "stream-1");
}

#[test]
fn message_can_skip_the_content_check() {
    check("openim/sendmsg", "--request", "message-without-content-check", &["--strict"]).exits(0);
}

#[test]
fn online_status_can_be_asked_for_instances_and_custom_status() {
    let options = "online-status-options";
    check("openim/query_online_status", "--request", options, &["--strict"]).exits(0);
}

#[test]
fn custom_data_of_a_history_is_kept() {
    let endpoint = "group_open_http_svc/group_msg_get_simple";
    let history = check(endpoint, "--response", "history-custom-data", &["--print"]);
    assert_eq!(history.exits(0).json()["RspMsgList"][0]["CloudCustomData"], r#"{"quote":1}"#);
}

/// Checks a payload of the folder `payloads`.
fn check(entry: &str, direction: &str, payload: &str, options: &[&str]) -> RunOutput {
    let file = file(payload);
    let mut args = vec!["check", entry, direction, file.to_str().unwrap()];
    args.extend(options);
    Chatctl::new(&args).run()
}

fn file(payload: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    folder.join(payload).with_extension("json")
}
