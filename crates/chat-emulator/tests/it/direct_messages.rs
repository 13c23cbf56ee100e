//! batchsendmsg.

use serde_json::{Value, json};

use crate::stage::{Stage, assert_ok, assert_refused, users};

fn message(to: &[impl AsRef<str>], random: u32) -> Value {
    json!({
        "To_Account": to.iter().map(AsRef::as_ref).collect::<Vec<_>>(),
        "MsgRandom": random,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    })
}

async fn send(stage: &Stage, body: Value) -> Value {
    stage.post("openim/batchsendmsg", body).await
}

#[tokio::test]
async fn receivers_who_do_not_exist_are_named_and_all_others_got_it() {
    let stage = Stage::new().await;
    stage.import(&["peter", "leckie"]).await;
    let response = send(&stage, message(&["peter", "leckie"], 1)).await;
    assert_ok(&response);
    assert_eq!(response["ErrorList"], json!([]));
    assert!(response["MsgKey"].as_str().unwrap().contains("_1_"));

    let response = send(&stage, message(&["peter", "nobody", "leckie", "none"], 2)).await;
    assert_eq!(response["ErrorCode"], 0);
    assert_eq!(response["ActionStatus"], "SomeError", "neither OK nor a failure");
    assert_eq!(
        response["ErrorList"],
        json!([
            {"To_Account": "nobody", "ErrorCode": 70107},
            {"To_Account": "none", "ErrorCode": 70107},
        ])
    );
    assert_eq!(stage.app.received_count("peter"), 2);
    assert_eq!(stage.app.received_count("nobody"), 0);
    assert_refused(&send(&stage, message(&["nobody", "none"], 3)).await, 90012);
}

#[tokio::test]
async fn a_repeat_is_known_by_both_numbers_within_its_second_alone() {
    let stage = Stage::new().await;
    stage.import(&["peter", "leckie"]).await;
    let numbered = |to: &[&str], seq: u32| {
        let mut body = message(to, 7);
        body["MsgSeq"] = json!(seq);
        body
    };
    let first = send(&stage, numbered(&["peter"], 1)).await;
    assert_ok(&first);
    assert_eq!(send(&stage, numbered(&["peter", "leckie"], 1)).await, first);
    assert_eq!(stage.app.received_count("peter"), 1);
    assert_eq!(stage.app.received_count("leckie"), 1, "who did not have it gets it");
    send(&stage, numbered(&["peter"], 2)).await;
    assert_eq!(stage.app.received_count("peter"), 2);
    stage.clock.advance_seconds(1);
    send(&stage, numbered(&["peter"], 1)).await;
    assert_eq!(stage.app.received_count("peter"), 3);
    // Without a number of one's own nothing tells a repeat.
    send(&stage, message(&["peter"], 7)).await;
    send(&stage, message(&["peter"], 7)).await;
    assert_eq!(stage.app.received_count("peter"), 5);
}

#[tokio::test]
async fn a_message_keeps_the_documented_rules() {
    let stage = Stage::new().await;
    let many = users(501);
    stage.import(&many).await;
    assert_ok(&send(&stage, message(&many[..500], 1)).await);
    assert_refused(&send(&stage, message(&many, 2)).await, 90011);
    for (field, value, code) in [
        ("To_Account", json!(null), 90010),
        ("From_Account", json!("nobody"), 90008),
        ("From_Account", json!(""), 90008),
        ("From_Account", json!(7), 90008),
        ("MsgBody", json!("text"), 90002),
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
        let response = send(&stage, body).await;
        assert_eq!(response["ErrorCode"], code, "{field}: {response}");
    }
    assert_refused(&send(&stage, json!("no object")).await, 90001);
    assert_eq!(stage.app.received_count("user0"), 1);
}
