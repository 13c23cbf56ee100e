//! send_group_system_notification and send_broadcast_msg.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, users};

#[tokio::test]
async fn a_notification_leaves_nothing_but_its_request() {
    let stage = Stage::with(NOW, |builder| builder.keep_requests(10)).await;
    let group = stage.stage_group(GroupType::Public);
    let body = json!({"GroupId": group, "Content": "hello", "ToMembers_Account": ["peter"]});
    stage.done("send_group_system_notification", body.clone()).await;
    assert_eq!(stage.app.message_count(group).unwrap(), 0);
    let requests = stage.emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].json(), Some(body));
}

#[tokio::test]
async fn an_audience_is_notified_as_a_whole() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    let notice = |to: Value| json!({"GroupId": group, "Content": "hello", "ToMembers_Account": to});
    stage.done("send_group_system_notification", json!({"GroupId": group, "Content": "hi"})).await;
    stage.done("send_group_system_notification", notice(json!([]))).await;
    stage.refused("send_group_system_notification", notice(json!(["peter"])), 10004).await;
}

#[tokio::test]
async fn a_notification_keeps_the_documented_rules() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    let to = |count: usize| json!({"GroupId": group, "Content": "hello", "ToMembers_Account": users(count)});
    stage.done("send_group_system_notification", to(500)).await;
    stage.refused("send_group_system_notification", to(501), 10004).await;
    stage.refused("send_group_system_notification", json!({"GroupId": group}), 10004).await;
    let nowhere = json!({"GroupId": "nowhere", "Content": "hello"});
    stage.refused("send_group_system_notification", nowhere, 10010).await;
    let topic = json!({"GroupId": group, "Content": "hello", "TopicId": "topic"});
    stage.refused("send_group_system_notification", topic, 10004).await;
}

fn broadcast(random: u32, text: &str) -> Value {
    json!({
        "Random": random,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": text}}],
    })
}

#[tokio::test]
async fn a_broadcast_is_sent_once_to_all_audiences_together() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    assert_eq!(stage.done("send_broadcast_msg", broadcast(1, "a")).await["MsgSeq"], 1);
    assert_eq!(stage.done("send_broadcast_msg", broadcast(1, "a")).await["MsgSeq"], 1);
    assert_eq!(stage.app.broadcast_count(), 1);
    assert_eq!(stage.done("send_broadcast_msg", broadcast(2, "a")).await["MsgSeq"], 2);
    stage.clock.advance_seconds(300);
    assert_eq!(stage.done("send_broadcast_msg", broadcast(1, "a")).await["MsgSeq"], 3);
    assert_eq!(stage.app.message_count(group).unwrap(), 0);

    stage.refused("send_broadcast_msg", broadcast(9, &"x".repeat(12_000)), 10004).await;
    let mut by_nobody = broadcast(9, "a");
    by_nobody["From_Account"] = json!("nobody");
    stage.refused("send_broadcast_msg", by_nobody, 10019).await;
    assert_eq!(stage.app.broadcast_count(), 3);
}
