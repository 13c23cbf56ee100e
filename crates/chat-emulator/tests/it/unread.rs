//! Tests of set_unread_msg_num.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::TestServer;

fn unread(group: &str, account: &str, count: u32) -> Value {
    json!({"GroupId": group, "Member_Account": account, "UnreadMsgNum": count})
}

#[tokio::test]
async fn unread_count_is_set_and_capped_by_the_message_count() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    server.app.send_messages(group, 5).unwrap();
    for (requested, expected) in [(2, 2), (0, 0), (5, 5), (9, 5)] {
        server.call_ok("set_unread_msg_num", unread(group, "peter", requested)).await;
        assert_eq!(server.app.unread_count(group, "peter").unwrap(), Some(expected));
    }
    server.call_ok("set_unread_msg_num", unread(group, "peter", 1)).await;
    let members = server.call_ok("get_group_member_info", json!({"GroupId": group})).await;
    assert_eq!(members["MemberList"][0]["MsgSeq"], 4);
    assert_eq!(members["MemberList"][1]["MsgSeq"], 0);
    server.call_error("set_unread_msg_num", unread(group, "nobody", 1), 10004).await;
    server.call_error("set_unread_msg_num", unread("nowhere", "peter", 1), 10010).await;
}

#[tokio::test]
async fn set_unread_succeeds_without_effect_where_unsupported() {
    let server = TestServer::new().await;
    for (group, group_type) in [("meeting", GroupType::ChatRoom), ("live", GroupType::AVChatRoom)] {
        server.app.create_group(group, group_type).unwrap();
        server.app.join(group, ["peter"]).unwrap();
        server.app.send_messages(group, 5).unwrap();
        let before = server.app.unread_count(group, "peter").unwrap();
        server.call_ok("set_unread_msg_num", unread(group, "peter", 1)).await;
        assert_eq!(server.app.unread_count(group, "peter").unwrap(), before);
    }
}
