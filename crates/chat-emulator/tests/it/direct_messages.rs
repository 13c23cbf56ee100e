//! Tests of batchsendmsg.

use serde_json::{Value, json};

use crate::test_server::{TestServer, assert_error, assert_ok, users};

fn message(to: &[impl AsRef<str>], random: u32) -> Value {
    json!({
        "To_Account": to.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        "MsgRandom": random,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    })
}

async fn send(server: &TestServer, body: Value) -> Value {
    server.post("openim/batchsendmsg", body).await
}

#[tokio::test]
async fn batch_send_reports_receivers_that_do_not_exist() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let response = send(&server, message(&["peter", "leckie"], 1)).await;
    assert_ok(&response);
    assert_eq!(response["ErrorList"], json!([]));
    assert!(response["MsgKey"].as_str().unwrap().contains("_1_"));

    let response = send(&server, message(&["peter", "nobody", "leckie", "none"], 2)).await;
    assert_eq!(response["ErrorCode"], 0);
    assert_eq!(response["ActionStatus"], "SomeError", "neither OK nor FAIL");
    assert_eq!(
        response["ErrorList"],
        json!([
            {"To_Account": "nobody", "ErrorCode": 70107},
            {"To_Account": "none", "ErrorCode": 70107},
        ])
    );
    assert_eq!(server.app.received_count("peter"), 2);
    assert_eq!(server.app.received_count("nobody"), 0);
    assert_error(&send(&server, message(&["nobody", "none"], 3)).await, 90012);
}

#[tokio::test]
async fn repeat_is_recognized_by_both_numbers_within_a_second() {
    let server = TestServer::new().await;
    server.import_accounts(&["peter", "leckie"]).await;
    let numbered = |to: &[&str], seq: u32| {
        let mut body = message(to, 7);
        body["MsgSeq"] = json!(seq);
        body
    };
    let first = send(&server, numbered(&["peter"], 1)).await;
    assert_ok(&first);
    assert_eq!(send(&server, numbered(&["peter", "leckie"], 1)).await, first);
    assert_eq!(server.app.received_count("peter"), 1);
    assert_eq!(server.app.received_count("leckie"), 1, "receivers without the message get it");
    send(&server, numbered(&["peter"], 2)).await;
    assert_eq!(server.app.received_count("peter"), 2);
    server.clock.advance_seconds(1);
    send(&server, numbered(&["peter"], 1)).await;
    assert_eq!(server.app.received_count("peter"), 3);
    // Without a MsgSeq, a repeat is not recognized.
    send(&server, message(&["peter"], 7)).await;
    send(&server, message(&["peter"], 7)).await;
    assert_eq!(server.app.received_count("peter"), 5);
}

#[tokio::test]
async fn invalid_message_fails_with_the_documented_code() {
    let server = TestServer::new().await;
    let many = users(501);
    server.import_accounts(&many).await;
    assert_ok(&send(&server, message(&many[..500], 1)).await);
    assert_error(&send(&server, message(&many, 2)).await, 90011);
    for (field, value, code) in [
        ("To_Account", json!(null), 90010),
        ("From_Account", json!("nobody"), 90008),
        ("From_Account", json!(""), 90008),
        ("From_Account", json!(7), 90008),
        ("MsgBody", json!("text"), 90007),
        ("MsgBody", json!([]), 90002),
        ("MsgBody", json!([{"MsgContent": {}}]), 90002),
        ("MsgSeq", json!("1"), 90004),
        ("MsgLifeTime", json!(604_801), 90026),
        (
            "MsgBody",
            json!([{"MsgType": "TIMTextElem", "MsgContent": {"Text": "x".repeat(12_000)}}]),
            93000,
        ),
    ] {
        let mut body = message(&["user0"], 3);
        body[field] = value;
        let response = send(&server, body).await;
        assert_eq!(response["ErrorCode"], code, "{field}: {response}");
    }
    assert_error(&send(&server, json!("no object")).await, 90001);
    assert_eq!(server.app.received_count("user0"), 1);
}
