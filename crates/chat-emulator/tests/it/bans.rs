//! ban_group_member, unban_group_member and get_group_ban_member.

use chat_emulator::LastPage;
use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column, users};

fn ban(group: &str, users: &[impl AsRef<str>], seconds: u32) -> Value {
    let users: Vec<_> = users.iter().map(AsRef::as_ref).collect();
    json!({"GroupId": group, "Members_Account": users, "Duration": seconds})
}

/// Reads the whole list; returns the accounts and how many pages there were.
async fn banned(stage: &Stage, group: &str, limit: Option<u32>) -> (Vec<String>, usize) {
    let (mut accounts, mut pages, mut offset) = (Vec::new(), 0, json!(0));
    loop {
        let mut body = json!({"GroupId": group, "Offset": offset});
        if let Some(limit) = limit {
            body["Limit"] = json!(limit);
        }
        let response = stage.done("get_group_ban_member", body).await;
        let page = column(&response["BannedAccountList"], "Member_Account");
        accounts.extend(page.into_iter().map(|account| account.as_str().unwrap().to_owned()));
        pages += 1;
        offset = response["NextOffset"].clone();
        if offset == 0 {
            return (accounts, pages);
        }
    }
}

#[tokio::test]
async fn a_ban_removes_a_member_and_keeps_them_out_until_it_ends() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    stage.app.join(group, ["peter", "leckie"]).unwrap();
    stage.done("ban_group_member", ban(group, &["peter"], 60)).await;
    assert_eq!(stage.app.member_count(group).unwrap(), 1);
    assert_eq!(stage.app.join(group, ["peter"]).unwrap(), 0);

    stage.clock.advance_seconds(59);
    assert_eq!(stage.app.join(group, ["peter"]).unwrap(), 0);
    assert_eq!(stage.app.banned_count(group).unwrap(), 1);
    stage.clock.advance_seconds(1);
    assert_eq!(stage.app.banned_count(group).unwrap(), 0);
    assert_eq!(stage.app.join(group, ["peter"]).unwrap(), 1);
}

#[tokio::test]
async fn lifting_a_ban_puts_nobody_back() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    stage.app.join(group, ["peter"]).unwrap();
    stage.done("ban_group_member", ban(group, &["peter"], 60)).await;
    let unban = json!({"GroupId": group, "Members_Account": ["peter", "never banned"]});
    stage.done("unban_group_member", unban).await;
    assert!(!stage.app.is_member(group, "peter").unwrap());
    assert_eq!(banned(&stage, group, None).await.0, Vec::<String>::new());
    assert_eq!(stage.app.join(group, ["peter"]).unwrap(), 1);
}

#[tokio::test]
async fn a_repeated_ban_restarts_the_period() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    stage.done("ban_group_member", ban(group, &["peter", "leckie"], 60)).await;
    stage.clock.advance_seconds(40);
    stage.done("ban_group_member", ban(group, &["peter"], 60)).await;
    let response = stage.done("get_group_ban_member", json!({"GroupId": group, "Offset": 0})).await;
    assert_eq!(
        response["BannedAccountList"],
        json!([
            {"Member_Account": "peter", "BannedUntil": NOW + 100},
            {"Member_Account": "leckie", "BannedUntil": NOW + 60},
        ])
    );
}

#[tokio::test]
async fn the_longest_ban_is_a_number_of_seconds_like_any_other_and_0_keeps_nobody_out() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    stage.app.join(group, ["leckie"]).unwrap();
    stage.done("ban_group_member", ban(group, &["peter"], u32::MAX)).await;
    stage.done("ban_group_member", ban(group, &["leckie"], 0)).await;
    assert!(!stage.app.is_member(group, "leckie").unwrap());
    let response = stage.done("get_group_ban_member", json!({"GroupId": group, "Offset": 0})).await;
    let expected = json!([{"Member_Account": "peter", "BannedUntil": NOW + 4_294_967_295}]);
    assert_eq!(response["BannedAccountList"], expected);
}

#[tokio::test]
async fn the_list_is_read_page_by_page_until_the_next_offset_is_0() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    let everybody = users(240);
    for twenty in everybody.chunks(20) {
        stage.done("ban_group_member", ban(group, twenty, 60)).await;
    }
    assert_eq!(banned(&stage, group, Some(100)).await, (everybody.clone(), 3));
    assert_eq!(
        banned(&stage, group, Some(80)).await,
        (everybody.clone(), 3),
        "240 are 3 full pages"
    );
    // Without a limit, and with 0, a page has 100.
    assert_eq!(banned(&stage, group, None).await, (everybody.clone(), 3));
    assert_eq!(banned(&stage, group, Some(0)).await, (everybody, 3));

    let body =
        |limit: u32, offset: u64| json!({"GroupId": group, "Limit": limit, "Offset": offset});
    stage.refused("get_group_ban_member", body(101, 0), 10004).await;
    let beyond = stage.done("get_group_ban_member", body(100, u64::MAX)).await;
    assert_eq!((&beyond["BannedAccountList"], &beyond["NextOffset"]), (&json!([]), &json!(0)));
    stage.refused("get_group_ban_member", json!({"GroupId": group}), 10004).await;
}

#[tokio::test]
async fn as_in_the_sample_an_empty_page_can_come_last() {
    let set_up =
        |builder: chat_emulator::EmulatorBuilder| builder.last_page(LastPage::FollowedByEmpty);
    let stage = Stage::with(NOW, set_up).await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    let everybody = users(20);
    stage.done("ban_group_member", ban(group, &everybody, 60)).await;
    assert_eq!(banned(&stage, group, Some(20)).await, (everybody.clone(), 2));
    assert_eq!(banned(&stage, group, Some(15)).await, (everybody, 3));
}
