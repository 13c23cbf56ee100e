//! Tests of send_group_system_notification and send_broadcast_msg.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, users};

#[tokio::test]
async fn notification_changes_no_state() {
    let server = TestServer::with(NOW, |builder| builder.keep_requests(10)).await;
    let group = server.create_group(GroupType::Public);
    let body = json!({"GroupId": group, "Content": "hello", "ToMembers_Account": ["peter"]});
    server.call_ok("send_group_system_notification", body.clone()).await;
    assert_eq!(server.app.message_count(group).unwrap(), 0);
    let requests = server.emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].json(), Some(body));
}

#[tokio::test]
async fn audience_can_only_be_notified_as_a_whole() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    let notice = |to: Value| json!({"GroupId": group, "Content": "hello", "ToMembers_Account": to});
    server
        .call_ok("send_group_system_notification", json!({"GroupId": group, "Content": "hi"}))
        .await;
    server.call_ok("send_group_system_notification", notice(json!([]))).await;
    server.call_error("send_group_system_notification", notice(json!(["peter"])), 10004).await;
}

#[tokio::test]
async fn invalid_notification_fails_with_the_documented_code() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let to = |count: usize| json!({"GroupId": group, "Content": "hello", "ToMembers_Account": users(count)});
    server.call_ok("send_group_system_notification", to(50)).await;
    server.call_error("send_group_system_notification", to(51), 10004).await;
    server.call_error("send_group_system_notification", json!({"GroupId": group}), 10004).await;
    let nowhere = json!({"GroupId": "nowhere", "Content": "hello"});
    server.call_error("send_group_system_notification", nowhere, 10010).await;
    let topic = json!({"GroupId": group, "Content": "hello", "TopicId": "topic"});
    server.call_error("send_group_system_notification", topic, 10004).await;
}

fn broadcast(random: u32, text: &str) -> Value {
    json!({
        "Random": random,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}],
    })
}

#[tokio::test]
async fn broadcast_counts_once_for_all_audiences() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    assert_eq!(server.call_ok("send_broadcast_msg", broadcast(1, "a")).await["MsgSeq"], 1);
    assert_eq!(server.call_ok("send_broadcast_msg", broadcast(1, "a")).await["MsgSeq"], 1);
    assert_eq!(server.app.broadcast_count(), 1);
    assert_eq!(server.call_ok("send_broadcast_msg", broadcast(2, "a")).await["MsgSeq"], 2);
    server.clock.advance_seconds(300);
    assert_eq!(server.call_ok("send_broadcast_msg", broadcast(1, "a")).await["MsgSeq"], 3);
    assert_eq!(server.app.message_count(group).unwrap(), 0);

    server.call_error("send_broadcast_msg", broadcast(9, &"x".repeat(12_000)), 10004).await;
    let mut from_missing = broadcast(9, "a");
    from_missing["From_Account"] = json!("nobody");
    server.call_error("send_broadcast_msg", from_missing, 10019).await;
    assert_eq!(server.app.broadcast_count(), 3);
}
