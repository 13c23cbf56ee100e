//! The samples of the documentation: each request is sent unchanged, and the response must match.

use chat_emulator::LastPage;
use chat_types::GroupType;
use serde_json::{Value, json};

use crate::test_server::TestServer;

/// Sends every request of a file, and compares each field of the sample with the response. Fields
/// in `errata` are mistakes of the page.
async fn replay(server: &TestServer, file: &str) {
    let file: Value = serde_json::from_str(file).unwrap();
    let path = file["path"].as_str().unwrap();
    for exchange in file["exchanges"].as_array().unwrap() {
        let response = server.post(path, &exchange["request"]).await;
        let errata = exchange["errata"].as_array().cloned().unwrap_or_default();
        for (name, expected) in exchange["response"].as_object().unwrap() {
            if !errata.contains(&json!(name)) {
                assert_eq!(&response[name], expected, "{name} of {response}");
            }
        }
    }
}

#[tokio::test]
async fn samples_of_muting() {
    let server = TestServer::new().await;
    server.app.create_group("@TGS#2C5SZEAEF", GroupType::Public).unwrap();
    replay(&server, include_str!("exchanges/forbid_send_msg.json")).await;
    assert!(!server.app.is_muted("@TGS#2C5SZEAEF", "peter").unwrap(), "the second request unmutes");
}

#[tokio::test]
async fn samples_of_removing_members() {
    let server = TestServer::new().await;
    server.app.create_group("@TGS#2J4SZEAEL", GroupType::Public).unwrap();
    server.app.join("@TGS#2J4SZEAEL", ["tommy", "jared", "anna"]).unwrap();
    replay(&server, include_str!("exchanges/delete_group_member.json")).await;
    assert_eq!(server.app.member_count("@TGS#2J4SZEAEL").unwrap(), 1);
}

#[tokio::test]
async fn sample_of_listing_muted_members() {
    let server = TestServer::at_time(1_458_115_189 - 60).await;
    server.app.create_group("@TGS#1KGZ2RAEU", GroupType::Public).unwrap();
    let mute =
        json!({"GroupId": "@TGS#1KGZ2RAEU", "Members_Account": ["tommy", "peter"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", mute).await;
    replay(&server, include_str!("exchanges/get_group_muted_account.json")).await;
}

#[tokio::test]
async fn sample_of_listing_banned_members() {
    let configure =
        |builder: chat_emulator::EmulatorBuilder| builder.last_page(LastPage::FollowedByEmpty);
    let server = TestServer::with(1_660_875_916 - 3_600, configure).await;
    server.app.create_group("@TGS#aJRGC4MH6", GroupType::AVChatRoom).unwrap();
    let ban = json!({"GroupId": "@TGS#aJRGC4MH6", "Members_Account": ["tommy", "jared"], "Duration": 3600});
    server.call_ok("ban_group_member", ban).await;
    replay(&server, include_str!("exchanges/get_group_ban_member.json")).await;

    let last = json!({"GroupId": "@TGS#aJRGC4MH6", "Limit": 20, "Offset": 2});
    let last = server.call_ok("get_group_ban_member", last).await;
    assert_eq!(last["BannedAccountList"], json!([]));
    assert_eq!(last["NextOffset"], 0);
}
