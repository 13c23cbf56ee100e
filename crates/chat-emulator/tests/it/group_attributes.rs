//! Tests of the limit on writes to the attributes of a group.

use chat_emulator::QuotaMode;
use chat_types::GroupType;
use serde_json::json;

use crate::test_server::{NOW, TestServer};

#[tokio::test]
async fn attributes_of_a_group_are_written_five_times_per_second() {
    let mut server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let group = server.create_group(GroupType::Public);
    server.app.create_group("other", GroupType::Public).unwrap();
    let attribute = |group| json!({"GroupId": group, "GroupAttr": [{"key": "a", "value": "b"}]});
    let key = json!({"GroupId": group, "GroupAttr": [{"key": "a"}]});
    let missing = json!({"GroupId": group, "GroupAttr": [{"key": "nothing"}]});

    server.call_ok("set_group_attr", attribute(group)).await;
    server.call_error("delete_group_attr", missing, 10050).await;
    server.call_ok("modify_group_attr", attribute(group)).await;
    server.call_ok("clear_group_attr", json!({"GroupId": group})).await;
    server.call_ok("modify_group_attr", attribute(group)).await;
    server.call_ok("modify_group_attr", attribute(group)).await;
    for (command, body) in [
        ("set_group_attr", attribute(group)),
        ("modify_group_attr", attribute(group)),
        ("delete_group_attr", key.clone()),
        ("clear_group_attr", json!({"GroupId": group})),
    ] {
        let info = server.call_error(command, body, 10049).await;
        assert!(info.contains("5 times per second"), "{info}");
    }
    server.call_ok("set_group_attr", attribute("other")).await;
    server.advance_seconds(1);
    server.call_ok("delete_group_attr", key).await;
}
