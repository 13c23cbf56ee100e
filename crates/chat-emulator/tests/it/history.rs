//! Tests of clear_group_msg, whose effect only clients see.

use chat_types::GroupType;
use serde_json::json;

use crate::test_server::TestServer;

#[tokio::test]
async fn history_is_cleared_up_to_a_message() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.send_messages(group, 5).unwrap();
    assert_eq!(server.app.cleared_until(group).unwrap(), 0);
    for (body, expected) in [
        (json!({"GroupId": group, "MsgSeq": 3}), 3),
        (json!({"GroupId": group, "MsgSeq": 2}), 3),
        (json!({"GroupId": group}), 5),
        (json!({"GroupId": group, "MsgSeq": 99}), 5),
    ] {
        server.call_ok("clear_group_msg", body).await;
        assert_eq!(server.app.cleared_until(group).unwrap(), expected);
    }
    assert_eq!(server.app.message_count(group).unwrap(), 5);
}
