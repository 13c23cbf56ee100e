//! Tests of forbid_send_msg and get_group_muted_account.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::{NOW, TestServer, column};

fn mute(group: &str, users: &[&str], seconds: u32) -> Value {
    json!({"GroupId": group, "Members_Account": users, "MuteTime": seconds})
}

async fn muted(server: &TestServer, group: &str) -> Vec<(String, u64)> {
    let response = server.call_ok("get_group_muted_account", json!({"GroupId": group})).await;
    assert_eq!(response["GroupId"], group);
    let list = response["MutedAccountList"].as_array().unwrap().iter();
    list.map(|muted| {
        let account = muted["Member_Account"].as_str().unwrap().to_owned();
        (account, muted["MutedUntil"].as_u64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn mute_is_listed_with_its_end_and_ends_on_time() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::AVChatRoom);
    server.call_ok("forbid_send_msg", mute(group, &["peter", "leckie"], 60)).await;
    server.call_ok("forbid_send_msg", mute(group, &["tommy"], 90)).await;
    let ends = [("peter", 60), ("leckie", 60), ("tommy", 90)];
    assert_eq!(muted(&server, group).await, ends.map(|(user, end)| (user.into(), NOW + end)));

    server.clock.advance_seconds(59);
    assert!(server.app.is_muted(group, "peter").unwrap());
    server.clock.advance_seconds(1);
    assert!(!server.app.is_muted(group, "peter").unwrap());
    assert_eq!(muted(&server, group).await, [("tommy".into(), NOW + 90)]);
    server.clock.advance_seconds(30);
    assert!(muted(&server, group).await.is_empty());
}

#[tokio::test]
async fn mute_survives_leaving_and_rejoining() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.join(group, ["peter"]).unwrap();
    server.call_ok("forbid_send_msg", mute(group, &["peter"], 60)).await;
    server.app.leave(group, "peter").unwrap();
    assert!(server.app.is_muted(group, "peter").unwrap());
    server.app.join(group, ["peter"]).unwrap();
    assert!(server.app.is_muted(group, "peter").unwrap());

    let body = json!({"GroupId": group, "MemberToDel_Account": ["peter"]});
    server.call_ok("delete_group_member", body).await;
    server
        .call_ok(
            "add_group_member",
            json!({"GroupId": group, "MemberList": [{"Member_Account": "peter"}]}),
        )
        .await;
    assert!(server.app.is_muted(group, "peter").unwrap());
}

#[tokio::test]
async fn mute_time_0_unmutes() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.call_ok("forbid_send_msg", mute(group, &["peter", "leckie"], u32::MAX)).await;
    server.call_ok("forbid_send_msg", mute(group, &["peter", "never muted"], 0)).await;
    assert_eq!(muted(&server, group).await, [("leckie".into(), 4_294_967_295)]);
}

#[tokio::test]
async fn only_the_largest_mute_time_never_ends() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.call_ok("forbid_send_msg", mute(group, &["peter"], 4_294_967_295)).await;
    server.call_ok("forbid_send_msg", mute(group, &["leckie"], 4_294_967_294)).await;
    assert_eq!(
        muted(&server, group).await,
        [("peter".into(), 4_294_967_295), ("leckie".into(), NOW + 4_294_967_294)]
    );
    server.clock.advance_seconds(4_294_967_295);
    assert!(server.app.is_muted(group, "peter").unwrap());
    assert!(!server.app.is_muted(group, "leckie").unwrap());
}

#[tokio::test]
async fn repeated_mute_restarts_the_period() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::ChatRoom);
    server.call_ok("forbid_send_msg", mute(group, &["peter"], 60)).await;
    server.clock.advance_seconds(40);
    server.call_ok("forbid_send_msg", mute(group, &["peter"], 60)).await;
    assert_eq!(muted(&server, group).await, [("peter".into(), NOW + 100)]);
    server.call_ok("forbid_send_msg", mute(group, &["peter"], 10)).await;
    server.clock.advance_seconds(10);
    assert!(muted(&server, group).await.is_empty());
}

#[tokio::test]
async fn unknown_account_can_be_muted() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.call_ok("forbid_send_msg", mute(group, &["unknown"], 60)).await;
    server.app.join(group, ["unknown"]).unwrap();
    assert!(server.app.is_muted(group, "unknown").unwrap());
    assert_eq!(server.app.muted_count(group).unwrap(), 1);
}

#[tokio::test]
async fn private_group_does_not_support_muting() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Private);
    server.call_error("forbid_send_msg", mute(group, &["peter"], 60), 10007).await;
    assert!(muted(&server, group).await.is_empty());
}

#[tokio::test]
async fn mute_in_a_topic_applies_to_that_topic_only() {
    let server = TestServer::new().await;
    let (group, topic) = server.create_topic().await;
    let other = "@TGS#_town@TOPIC#_news";
    server.app.create_topic(group, other).unwrap();
    let body =
        json!({"GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", body).await;
    assert!(server.app.is_muted_in_topic(group, topic, "peter").unwrap());
    assert!(!server.app.is_muted_in_topic(group, other, "peter").unwrap());
    assert!(!server.app.is_muted(group, "peter").unwrap());
    assert!(muted(&server, group).await.is_empty());

    let list = |topic: &str| json!({"GroupId": group, "TopicId": topic});
    let response = server.call_ok("get_group_muted_account", list(topic)).await;
    assert_eq!(column(&response["MutedAccountList"], "Member_Account"), ["peter"]);
    let response = server.call_ok("get_group_muted_account", list(other)).await;
    assert_eq!(response["MutedAccountList"], json!([]));

    let body =
        json!({"GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 0});
    server.call_ok("forbid_send_msg", body).await;
    assert!(!server.app.is_muted_in_topic(group, topic, "peter").unwrap());
}

#[tokio::test]
async fn topic_must_exist_in_the_community() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    server.app.create_group("@TGS#_plain", GroupType::Community).unwrap();
    let (community, _) = server.create_topic().await;
    for group in [group, "@TGS#_plain", community] {
        let topic = format!("{group}@TOPIC#_unknown");
        let body = json!({"GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 60});
        let info = server.call_error("forbid_send_msg", body, 10004).await;
        assert!(info.contains("TopicId"), "{info}");
        let body = json!({"GroupId": group, "TopicId": topic});
        server.call_error("get_group_muted_account", body, 10004).await;
    }
}

#[tokio::test]
async fn mutes_end_with_their_group() {
    let server = TestServer::new().await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "fans"});
    server.call_ok("create_group", &body).await;
    server.call_ok("forbid_send_msg", mute("fans", &["peter"], u32::MAX)).await;
    server.call_ok("destroy_group", json!({"GroupId": "fans"})).await;
    server.call_ok("create_group", &body).await;
    assert!(muted(&server, "fans").await.is_empty());
}
