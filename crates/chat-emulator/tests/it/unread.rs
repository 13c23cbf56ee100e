//! set_unread_msg_num.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::Stage;

fn unread(group: &str, account: &str, count: u32) -> Value {
    json!({"GroupId": group, "Member_Account": account, "UnreadMsgNum": count})
}

#[tokio::test]
async fn an_unread_count_is_set_for_one_member_and_cut_to_what_there_is() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.join(group, ["peter", "leckie"]).unwrap();
    stage.app.send_messages(group, 5).unwrap();
    for (asked, expected) in [(2, 2), (0, 0), (5, 5), (9, 5)] {
        stage.done("set_unread_msg_num", unread(group, "peter", asked)).await;
        assert_eq!(stage.app.unread_count(group, "peter").unwrap(), Some(expected));
    }
    stage.done("set_unread_msg_num", unread(group, "peter", 1)).await;
    let members = stage.done("get_group_member_info", json!({"GroupId": group})).await;
    assert_eq!(members["MemberList"][0]["MsgSeq"], 4);
    assert_eq!(members["MemberList"][1]["MsgSeq"], 0);
    stage.refused("set_unread_msg_num", unread(group, "nobody", 1), 10004).await;
    stage.refused("set_unread_msg_num", unread("nowhere", "peter", 1), 10010).await;
}

#[tokio::test]
async fn groups_without_unread_counts_answer_success_and_change_nothing() {
    let stage = Stage::new().await;
    for (group, group_type) in [("meeting", GroupType::ChatRoom), ("live", GroupType::AVChatRoom)] {
        stage.app.create_group(group, group_type).unwrap();
        stage.app.join(group, ["peter"]).unwrap();
        stage.app.send_messages(group, 5).unwrap();
        let before = stage.app.unread_count(group, "peter").unwrap();
        stage.done("set_unread_msg_num", unread(group, "peter", 1)).await;
        assert_eq!(stage.app.unread_count(group, "peter").unwrap(), before);
    }
}
