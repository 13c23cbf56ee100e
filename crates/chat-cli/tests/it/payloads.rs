//! `chatctl check` on payloads as public clients send and receive them.

use std::path::Path;

use crate::program::{Chatctl, RunOutput};

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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads");
    let file = folder.join(payload).with_extension("json");
    let mut args = vec!["check", entry, direction, file.to_str().unwrap()];
    args.extend(options);
    Chatctl::new(&args).run()
}
