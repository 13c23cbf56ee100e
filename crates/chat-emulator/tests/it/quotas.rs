//! How often may be called.

use chat_emulator::{QuotaMode, SecretKey};
use chat_types::{Endpoint as _, GroupType, group::ForbidSendMsg, group::GetAppidGroupList};
use serde_json::json;

use crate::stage::{NOW, Stage, assert_refused};

#[tokio::test]
async fn the_201st_call_within_a_second_is_refused_and_changes_nothing() {
    let stage = Stage::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let group = stage.stage_group(GroupType::Public);
    let mute = |user: &str| json!({"GroupId": group, "Members_Account": [user], "MuteTime": 60});
    for _ in 0..200 {
        stage.done("forbid_send_msg", mute("peter")).await;
    }
    let info = stage.refused("forbid_send_msg", mute("leckie"), 60007).await;
    assert!(info.contains("200"), "{info}");
    assert!(!stage.app.is_muted(group, "leckie").unwrap());
    // Other endpoints have limits of their own.
    stage.done("get_group_muted_account", json!({"GroupId": group})).await;

    stage.clock.advance_millis(999);
    stage.refused("forbid_send_msg", mute("leckie"), 60007).await;
    stage.clock.advance_millis(1);
    stage.done("forbid_send_msg", mute("leckie")).await;

    let calls = stage.emulator.calls().of(ForbidSendMsg::SPEC);
    assert_eq!((calls.received, calls.succeeded, calls.refused_by_quota()), (203, 201, 2));
}

#[tokio::test]
async fn listing_all_groups_is_allowed_once_a_second() {
    let stage = Stage::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    stage.done("get_appid_group_list", "{}").await;
    stage.refused("get_appid_group_list", "{}", 60007).await;
    stage.clock.advance_millis(1_000);
    stage.done("get_appid_group_list", "{}").await;
    assert_eq!(stage.emulator.calls().of(GetAppidGroupList::SPEC).refused_by_quota(), 1);
}

#[tokio::test]
async fn a_refused_body_counts_and_a_refused_signature_does_not() {
    let stage = Stage::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", stage.query());
    let (_, response) =
        stage.send(hyper::Method::POST, &path.replace("random=", "rondom="), "{}").await;
    assert_refused(&response, 60025);
    stage.refused("get_appid_group_list", "not json", 10011).await;
    stage.refused("get_appid_group_list", "{}", 60007).await;
}

#[tokio::test]
async fn limits_can_be_scaled_and_switched_off() {
    let stage = Stage::with(NOW, |builder| builder.quotas(QuotaMode::Scaled(3.0))).await;
    for _ in 0..3 {
        stage.done("get_appid_group_list", "{}").await;
    }
    stage.refused("get_appid_group_list", "{}", 60007).await;

    let stage = Stage::with(NOW, |builder| builder.quotas(QuotaMode::Off)).await;
    for _ in 0..10 {
        stage.done("get_appid_group_list", "{}").await;
    }
}

#[tokio::test]
async fn each_app_has_limits_of_its_own() {
    let stage = Stage::with(NOW, |builder| {
        let key = || SecretKey::new("one key").unwrap();
        builder.quotas(QuotaMode::Documented).app(1, key()).app(2, key())
    })
    .await;
    stage.done("get_appid_group_list", "{}").await;
    stage.refused("get_appid_group_list", "{}", 60007).await;

    let other = stage.emulator.app(2).unwrap().user_sig("administrator").unwrap();
    let path = format!(
        "/v4/group_open_http_svc/get_appid_group_list?sdkappid=2&identifier=administrator&usersig={}\
         &random=1&contenttype=json",
        other.as_str()
    );
    let (_, response) = stage.send(hyper::Method::POST, &path, "{}").await;
    assert_eq!(response["ErrorCode"], 0);
}
