//! Tests with large numbers of accounts, which would take too long if anything were quadratic.

use chat_types::GroupType;
use serde_json::json;

use crate::test_server::{TestServer, column, users};

#[tokio::test]
async fn hundred_thousand_viewers_are_muted_in_200_calls() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    let viewers = users(100_000);
    assert_eq!(server.app.join(group, &viewers).unwrap(), 100_000);
    for five_hundred in viewers.chunks(500) {
        let body = json!({"GroupId": group, "Members_Account": five_hundred, "MuteTime": 600});
        server.call_ok("forbid_send_msg", body).await;
    }
    assert_eq!(server.app.muted_count(group).unwrap(), 100_000);
    let response = server.call_ok("get_group_muted_account", json!({"GroupId": group})).await;
    assert_eq!(response["MutedAccountList"].as_array().unwrap().len(), 100_000);
}

#[tokio::test]
async fn ban_list_is_read_after_every_other_block_is_lifted() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    let viewers = users(20_000);
    for twenty in viewers.chunks(20) {
        let body = json!({"GroupId": group, "Members_Account": twenty, "Duration": 600});
        server.call_ok("ban_group_member", body).await;
    }
    for twenty in viewers.chunks(20).step_by(2) {
        let body = json!({"GroupId": group, "Members_Account": twenty});
        server.call_ok("unban_group_member", body).await;
    }
    let (mut found, mut offset) = (0, json!(0));
    loop {
        let body = json!({"GroupId": group, "Limit": 100, "Offset": offset});
        let response = server.call_ok("get_group_ban_member", body).await;
        found += column(&response["BannedAccountList"], "Member_Account").len();
        offset = response["NextOffset"].clone();
        if offset == 0 {
            break;
        }
    }
    assert_eq!(found, 10_000);
}
