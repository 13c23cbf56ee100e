//! As many as the main job has, in a time that shows that nothing is quadratic.

use chat_types::GroupType;
use serde_json::json;

use crate::stage::{Stage, column, users};

#[tokio::test]
async fn a_hundred_thousand_viewers_join_and_are_muted_in_200_calls() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    let viewers = users(100_000);
    assert_eq!(stage.app.join(group, &viewers).unwrap(), 100_000);
    for five_hundred in viewers.chunks(500) {
        let body = json!({"GroupId": group, "Members_Account": five_hundred, "MuteTime": 600});
        stage.done("forbid_send_msg", body).await;
    }
    assert_eq!(stage.app.muted_count(group).unwrap(), 100_000);
    let response = stage.done("get_group_muted_account", json!({"GroupId": group})).await;
    assert_eq!(response["MutedAccountList"].as_array().unwrap().len(), 100_000);
}

#[tokio::test]
async fn twenty_thousand_bans_are_read_while_others_are_lifted() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    let viewers = users(20_000);
    for twenty in viewers.chunks(20) {
        let body = json!({"GroupId": group, "Members_Account": twenty, "Duration": 600});
        stage.done("ban_group_member", body).await;
    }
    for twenty in viewers.chunks(20).step_by(2) {
        let body = json!({"GroupId": group, "Members_Account": twenty});
        stage.done("unban_group_member", body).await;
    }
    let (mut found, mut offset) = (0, json!(0));
    loop {
        let body = json!({"GroupId": group, "Limit": 100, "Offset": offset});
        let response = stage.done("get_group_ban_member", body).await;
        found += column(&response["BannedAccountList"], "Member_Account").len();
        offset = response["NextOffset"].clone();
        if offset == 0 {
            break;
        }
    }
    assert_eq!(found, 10_000);
}
