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

#[test]
fn custom_group_id_has_the_form_of_its_group_type() {
    let endpoint = "group_open_http_svc/create_group";
    for (payload, rule) in [
        ("group-id-not-ascii", "invalid GroupId"),
        ("group-id-with-assigned-prefix", "a custom group ID must not start with `@TGS#`"),
    ] {
        check(endpoint, "--request", payload, &["--strict"]).exits(4).says(&["GroupId", rule]);
    }
}

#[test]
fn older_names_are_valid_and_their_replacements_are_named() {
    let endpoint = "group_open_http_svc/get_group_member_info";
    check(endpoint, "--request", "older-name-in-a-filter", &["--strict"])
        .exits(0)
        .says(&["MemberInfoFilter[1]: ShutUpUntil is an older name of MuteUntil"]);
    let endpoint = "group_open_http_svc/send_group_msg";
    check(endpoint, "--request", "older-name-of-a-field", &["--strict"])
        .exits(0)
        .says(&["MsgOnlineOnlyFlag is an older name of OnlineOnlyFlag"]);
    let endpoint = "group_open_http_svc/get_group_shutted_uin";
    check(endpoint, "--response", "muted-members-under-both-names", &["--print"]).exits(0).says(&[
        "get_group_shutted_uin is an older name of group_open_http_svc/get_group_muted_account",
    ]);
}

#[test]
fn faults_of_the_encoding_are_repaired_in_what_the_service_sends() {
    let webhook = "webhook/Group.CallbackAfterSendMsg";
    check(webhook, "--request", "body-with-a-byte-order-mark", &[]).exits(0);
    let endpoint = "group_open_http_svc/group_msg_get_simple";
    let history = check(endpoint, "--response", "history-with-control-characters", &["--print"]);
    let history = history.exits(0).json();
    assert_eq!(history["RspMsgList"][0]["MsgBody"][0]["MsgContent"]["Data"], "a\u{1}\tb");
}

#[test]
fn webhook_response_without_a_required_field_is_a_mismatch() {
    let webhook = "webhook/Sns.CallbackPrevFriendAdd";
    let response = check(webhook, "--response", "friend-response-without-verdicts", &[]);
    response.exits(4).says(&["ResultItem is required"]);
}

#[test]
fn body_of_another_webhook_is_a_mismatch() {
    let webhook = "webhook/C2C.CallbackAfterSendMsg";
    let body = check(webhook, "--request", "body-of-another-webhook", &["--strict"]);
    body.exits(4).says(&["CallbackCommand", "C2C.CallbackBeforeSendMsg", "another webhook"]);
}

/// One public client sends it for groups of all types; nothing else confirms that the service accepts
/// it.
#[test]
fn empty_group_type_is_not_a_documented_value() {
    let endpoint = "group_open_http_svc/get_joined_group_list";
    let request = check(endpoint, "--request", "joined-groups-of-an-empty-type", &[]);
    request.exits(4).says(&["GroupType must be one of"]);
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
