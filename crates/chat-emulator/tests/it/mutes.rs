//! forbid_send_msg and get_group_muted_account.

use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, column};

fn mute(group: &str, users: &[&str], seconds: u32) -> Value {
    json!({"GroupId": group, "Members_Account": users, "MuteTime": seconds})
}

async fn muted(stage: &Stage, group: &str) -> Vec<(String, u64)> {
    let response = stage.done("get_group_muted_account", json!({"GroupId": group})).await;
    assert_eq!(response["GroupId"], group);
    let list = response["MutedAccountList"].as_array().unwrap().iter();
    list.map(|muted| {
        let account = muted["Member_Account"].as_str().unwrap().to_owned();
        (account, muted["MutedUntil"].as_u64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn a_mute_is_listed_with_its_end_and_ends_on_time() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::AVChatRoom);
    stage.done("forbid_send_msg", mute(group, &["peter", "leckie"], 60)).await;
    stage.done("forbid_send_msg", mute(group, &["tommy"], 90)).await;
    let ends = [("peter", 60), ("leckie", 60), ("tommy", 90)];
    assert_eq!(muted(&stage, group).await, ends.map(|(user, end)| (user.into(), NOW + end)));

    stage.clock.advance_seconds(59);
    assert!(stage.app.is_muted(group, "peter").unwrap());
    stage.clock.advance_seconds(1);
    assert!(!stage.app.is_muted(group, "peter").unwrap());
    assert_eq!(muted(&stage, group).await, [("tommy".into(), NOW + 90)]);
    stage.clock.advance_seconds(30);
    assert!(muted(&stage, group).await.is_empty());
}

#[tokio::test]
async fn a_mute_survives_leaving_and_coming_back() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.join(group, ["peter"]).unwrap();
    stage.done("forbid_send_msg", mute(group, &["peter"], 60)).await;
    stage.app.leave(group, "peter").unwrap();
    assert!(stage.app.is_muted(group, "peter").unwrap());
    stage.app.join(group, ["peter"]).unwrap();
    assert!(stage.app.is_muted(group, "peter").unwrap());

    let body = json!({"GroupId": group, "MemberToDel_Account": ["peter"]});
    stage.done("delete_group_member", body).await;
    stage
        .done(
            "add_group_member",
            json!({"GroupId": group, "MemberList": [{"Member_Account": "peter"}]}),
        )
        .await;
    assert!(stage.app.is_muted(group, "peter").unwrap());
}

#[tokio::test]
async fn a_mute_time_of_0_unmutes() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.done("forbid_send_msg", mute(group, &["peter", "leckie"], u32::MAX)).await;
    stage.done("forbid_send_msg", mute(group, &["peter", "never muted"], 0)).await;
    assert_eq!(muted(&stage, group).await, [("leckie".into(), 4_294_967_295)]);
}

#[tokio::test]
async fn the_largest_mute_time_mutes_for_good_and_the_one_below_it_ends() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.done("forbid_send_msg", mute(group, &["peter"], 4_294_967_295)).await;
    stage.done("forbid_send_msg", mute(group, &["leckie"], 4_294_967_294)).await;
    assert_eq!(
        muted(&stage, group).await,
        [("peter".into(), 4_294_967_295), ("leckie".into(), NOW + 4_294_967_294)]
    );
    stage.clock.advance_seconds(4_294_967_295);
    assert!(stage.app.is_muted(group, "peter").unwrap());
    assert!(!stage.app.is_muted(group, "leckie").unwrap());
}

#[tokio::test]
async fn a_repeated_mute_restarts_the_period_and_may_shorten_it() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::ChatRoom);
    stage.done("forbid_send_msg", mute(group, &["peter"], 60)).await;
    stage.clock.advance_seconds(40);
    stage.done("forbid_send_msg", mute(group, &["peter"], 60)).await;
    assert_eq!(muted(&stage, group).await, [("peter".into(), NOW + 100)]);
    stage.done("forbid_send_msg", mute(group, &["peter"], 10)).await;
    stage.clock.advance_seconds(10);
    assert!(muted(&stage, group).await.is_empty());
}

#[tokio::test]
async fn accounts_that_nobody_knows_can_be_muted() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.done("forbid_send_msg", mute(group, &["a stranger"], 60)).await;
    stage.app.join(group, ["a stranger"]).unwrap();
    assert!(stage.app.is_muted(group, "a stranger").unwrap());
    assert_eq!(stage.app.muted_count(group).unwrap(), 1);
}

#[tokio::test]
async fn a_private_group_cannot_mute_and_lists_nobody() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Private);
    stage.refused("forbid_send_msg", mute(group, &["peter"], 60), 10007).await;
    assert!(muted(&stage, group).await.is_empty());
}

#[tokio::test]
async fn a_mute_in_a_topic_is_in_that_topic_alone() {
    let stage = Stage::new().await;
    let (group, topic) = stage.stage_topic().await;
    let other = "@TGS#_town@TOPIC#_news";
    stage.app.create_topic(group, other).unwrap();
    let body =
        json!({"GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 60});
    stage.done("forbid_send_msg", body).await;
    assert!(stage.app.is_muted_in_topic(group, topic, "peter").unwrap());
    assert!(!stage.app.is_muted_in_topic(group, other, "peter").unwrap());
    assert!(!stage.app.is_muted(group, "peter").unwrap());
    assert!(muted(&stage, group).await.is_empty());

    let list = |topic: &str| json!({"GroupId": group, "TopicId": topic});
    let response = stage.done("get_group_muted_account", list(topic)).await;
    assert_eq!(column(&response["MutedAccountList"], "Member_Account"), ["peter"]);
    let response = stage.done("get_group_muted_account", list(other)).await;
    assert_eq!(response["MutedAccountList"], json!([]));

    let body =
        json!({"GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 0});
    stage.done("forbid_send_msg", body).await;
    assert!(!stage.app.is_muted_in_topic(group, topic, "peter").unwrap());
}

#[tokio::test]
async fn a_topic_is_only_for_communities_that_have_it() {
    let stage = Stage::new().await;
    let group = stage.stage_group(GroupType::Public);
    stage.app.create_group("@TGS#_plain", GroupType::Community).unwrap();
    let (community, _) = stage.stage_topic().await;
    for group in [group, "@TGS#_plain", community] {
        let topic = format!("{group}@TOPIC#_unknown");
        let body = json!({"GroupId": group, "TopicId": topic, "Members_Account": ["peter"], "MuteTime": 60});
        let info = stage.refused("forbid_send_msg", body, 10004).await;
        assert!(info.contains("TopicId"), "{info}");
        let body = json!({"GroupId": group, "TopicId": topic});
        stage.refused("get_group_muted_account", body, 10004).await;
    }
}

#[tokio::test]
async fn mutes_go_with_their_group() {
    let stage = Stage::new().await;
    let body = json!({"Type": "Public", "Name": "n", "GroupId": "fans"});
    stage.done("create_group", &body).await;
    stage.done("forbid_send_msg", mute("fans", &["peter"], u32::MAX)).await;
    stage.done("destroy_group", json!({"GroupId": "fans"})).await;
    stage.done("create_group", &body).await;
    assert!(muted(&stage, "fans").await.is_empty());
}
