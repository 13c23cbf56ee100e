//! Tests of ban_group_member, unban_group_member and get_group_ban_member.

use chat_emulator::LastPage;
use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column, users};

fn ban(group: &str, users: &[impl AsRef<str>], seconds: u32) -> Value {
    let users: Vec<_> = users.iter().map(AsRef::as_ref).collect();
    json!({"GroupId": group, "Members_Account": users, "Duration": seconds})
}

/// Reads the whole list. Returns the accounts and the number of pages.
async fn banned(server: &TestServer, group: &str, limit: Option<u32>) -> (Vec<String>, usize) {
    let (mut accounts, mut pages, mut offset) = (Vec::new(), 0, json!(0));
    loop {
        let mut body = json!({"GroupId": group, "Offset": offset});
        if let Some(limit) = limit {
            body["Limit"] = json!(limit);
        }
        let response = server.call_ok("get_group_ban_member", body).await;
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
async fn ban_removes_a_member_until_it_ends() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    server.call_ok("ban_group_member", ban(group, &["peter"], 60)).await;
    assert_eq!(server.app.member_count(group).unwrap(), 1);
    assert_eq!(server.app.join(group, ["peter"]).unwrap(), 0);

    server.clock.advance_seconds(59);
    assert_eq!(server.app.join(group, ["peter"]).unwrap(), 0);
    assert_eq!(server.app.banned_count(group).unwrap(), 1);
    server.clock.advance_seconds(1);
    assert_eq!(server.app.banned_count(group).unwrap(), 0);
    assert_eq!(server.app.join(group, ["peter"]).unwrap(), 1);
}

#[tokio::test]
async fn unban_does_not_restore_membership() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    server.app.join(group, ["peter"]).unwrap();
    server.call_ok("ban_group_member", ban(group, &["peter"], 60)).await;
    let unban = json!({"GroupId": group, "Members_Account": ["peter", "never banned"]});
    server.call_ok("unban_group_member", unban).await;
    assert!(!server.app.is_member(group, "peter").unwrap());
    assert_eq!(banned(&server, group, None).await.0, Vec::<String>::new());
    assert_eq!(server.app.join(group, ["peter"]).unwrap(), 1);
}

#[tokio::test]
async fn repeated_ban_restarts_the_period() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    server.call_ok("ban_group_member", ban(group, &["peter", "leckie"], 60)).await;
    server.clock.advance_seconds(40);
    server.call_ok("ban_group_member", ban(group, &["peter"], 60)).await;
    let response =
        server.call_ok("get_group_ban_member", json!({"GroupId": group, "Offset": 0})).await;
    assert_eq!(
        response["BannedAccountList"],
        json!([
            {"Member_Account": "peter", "BannedUntil": NOW + 100},
            {"Member_Account": "leckie", "BannedUntil": NOW + 60},
        ])
    );
}

#[tokio::test]
async fn ban_duration_max_ends_and_0_only_removes() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    server.app.join(group, ["leckie"]).unwrap();
    server.call_ok("ban_group_member", ban(group, &["peter"], u32::MAX)).await;
    server.call_ok("ban_group_member", ban(group, &["leckie"], 0)).await;
    assert!(!server.app.is_member(group, "leckie").unwrap());
    let response =
        server.call_ok("get_group_ban_member", json!({"GroupId": group, "Offset": 0})).await;
    let expected = json!([{"Member_Account": "peter", "BannedUntil": NOW + 4_294_967_295}]);
    assert_eq!(response["BannedAccountList"], expected);
}

#[tokio::test]
async fn ban_list_is_paged_until_next_offset_is_0() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    let all_users = users(240);
    for twenty in all_users.chunks(20) {
        server.call_ok("ban_group_member", ban(group, twenty, 60)).await;
    }
    assert_eq!(banned(&server, group, Some(100)).await, (all_users.clone(), 3));
    assert_eq!(
        banned(&server, group, Some(80)).await,
        (all_users.clone(), 3),
        "240 entries are 3 full pages"
    );
    // Without a limit, and with the limit 0, a page has 100 entries.
    assert_eq!(banned(&server, group, None).await, (all_users.clone(), 3));
    assert_eq!(banned(&server, group, Some(0)).await, (all_users, 3));

    let body =
        |limit: u32, offset: u64| json!({"GroupId": group, "Limit": limit, "Offset": offset});
    server.call_error("get_group_ban_member", body(101, 0), 10004).await;
    let beyond = server.call_ok("get_group_ban_member", body(100, u64::MAX)).await;
    assert_eq!((&beyond["BannedAccountList"], &beyond["NextOffset"]), (&json!([]), &json!(0)));
    server.call_error("get_group_ban_member", json!({"GroupId": group}), 10004).await;
}

#[tokio::test]
async fn ban_list_can_end_with_an_empty_page() {
    let configure =
        |builder: chat_emulator::EmulatorBuilder| builder.last_page(LastPage::FollowedByEmpty);
    let server = TestServer::with(NOW, configure).await;
    let group = server.create_group(GroupType::AVChatRoom);
    let all_users = users(20);
    server.call_ok("ban_group_member", ban(group, &all_users, 60)).await;
    assert_eq!(banned(&server, group, Some(20)).await, (all_users.clone(), 2));
    assert_eq!(banned(&server, group, Some(15)).await, (all_users, 3));
}

#[tokio::test]
async fn bans_in_other_groups_are_a_switch_of_the_console() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter", "leckie"]).unwrap();
    server.call_error("ban_group_member", ban(group, &["peter"], 60), 10007).await;
    server.app.set_newer_group_types(true);
    server.call_ok("ban_group_member", ban(group, &["peter"], 60)).await;
    assert_eq!(banned(&server, group, None).await.0, ["peter"]);
    assert_eq!(server.app.join(group, ["peter"]).unwrap(), 0);
    let unban = json!({"GroupId": group, "Members_Account": ["peter"]});
    server.call_ok("unban_group_member", unban).await;
    assert_eq!(server.app.join(group, ["peter"]).unwrap(), 1);
    server.app.set_newer_group_types(false);
    server.call_error("ban_group_member", ban(group, &["peter"], 60), 10007).await;
}
