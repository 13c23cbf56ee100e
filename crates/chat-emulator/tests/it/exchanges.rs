//! The samples of the documentation: sent as they stand there, answered as they stand there.

use chat_emulator::LastPage;
use chat_types::GroupType;
use serde_json::{Value, json};

use crate::stage::Stage;

/// Plays every exchange of a page, and compares each field of the sample with the response.
async fn play(stage: &Stage, file: &str) {
    let file: Value = serde_json::from_str(file).unwrap();
    let path = file["path"].as_str().unwrap();
    for exchange in file["exchanges"].as_array().unwrap() {
        let response = stage.post(path, &exchange["request"]).await;
        let slips = exchange["slips"].as_array().cloned().unwrap_or_default();
        for (name, expected) in exchange["answer"].as_object().unwrap() {
            if !slips.contains(&json!(name)) {
                assert_eq!(&response[name], expected, "{name} of {response}");
            }
        }
    }
}

#[tokio::test]
async fn the_samples_of_muting() {
    let stage = Stage::new().await;
    stage.app.create_group("@TGS#2C5SZEAEF", GroupType::Public).unwrap();
    play(&stage, include_str!("exchanges/forbid_send_msg.json")).await;
    assert!(!stage.app.is_muted("@TGS#2C5SZEAEF", "peter").unwrap(), "the second one unmutes");
}

#[tokio::test]
async fn the_samples_of_removing_members() {
    let stage = Stage::new().await;
    stage.app.create_group("@TGS#2J4SZEAEL", GroupType::Public).unwrap();
    stage.app.join("@TGS#2J4SZEAEL", ["tommy", "jared", "anna"]).unwrap();
    play(&stage, include_str!("exchanges/delete_group_member.json")).await;
    assert_eq!(stage.app.member_count("@TGS#2J4SZEAEL").unwrap(), 1);
}

#[tokio::test]
async fn the_sample_of_the_muted_members() {
    let stage = Stage::at(1_458_115_189 - 60).await;
    stage.app.create_group("@TGS#1KGZ2RAEU", GroupType::Public).unwrap();
    let mute =
        json!({"GroupId": "@TGS#1KGZ2RAEU", "Members_Account": ["tommy", "peter"], "MuteTime": 60});
    stage.done("forbid_send_msg", mute).await;
    play(&stage, include_str!("exchanges/get_group_muted_account.json")).await;
}

#[tokio::test]
async fn the_sample_of_the_banned_members() {
    let set_up =
        |builder: chat_emulator::EmulatorBuilder| builder.last_page(LastPage::FollowedByEmpty);
    let stage = Stage::with(1_660_875_916 - 3_600, set_up).await;
    stage.app.create_group("@TGS#aJRGC4MH6", GroupType::AVChatRoom).unwrap();
    let ban = json!({"GroupId": "@TGS#aJRGC4MH6", "Members_Account": ["tommy", "jared"], "Duration": 3600});
    stage.done("ban_group_member", ban).await;
    play(&stage, include_str!("exchanges/get_group_ban_member.json")).await;

    let last = json!({"GroupId": "@TGS#aJRGC4MH6", "Limit": 20, "Offset": 2});
    let last = stage.done("get_group_ban_member", last).await;
    assert_eq!(last["BannedAccountList"], json!([]));
    assert_eq!(last["NextOffset"], 0);
}
