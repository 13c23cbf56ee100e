//! Tests of the quotas.

use chat_emulator::{QuotaMode, SecretKey};
use chat_types::{Endpoint as _, GroupType, group::ForbidSendMsg, group::GetAppidGroupList};
use serde_json::json;

use crate::test_server::{NOW, TestServer, assert_error};

#[tokio::test]
async fn call_201_within_a_second_fails_without_effect() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let group = server.create_group(GroupType::Public);
    let mute = |user: &str| json!({"GroupId": group, "Members_Account": [user], "MuteTime": 60});
    for _ in 0..200 {
        server.call_ok("forbid_send_msg", mute("peter")).await;
    }
    let info = server.call_error("forbid_send_msg", mute("leckie"), 60007).await;
    assert!(info.contains("200"), "{info}");
    assert!(!server.app.is_muted(group, "leckie").unwrap());
    // Other endpoints have their own limits.
    server.call_ok("get_group_muted_account", json!({"GroupId": group})).await;

    server.clock.advance_millis(999);
    server.call_error("forbid_send_msg", mute("leckie"), 60007).await;
    server.clock.advance_millis(1);
    server.call_ok("forbid_send_msg", mute("leckie")).await;

    let calls = server.emulator.calls().of(ForbidSendMsg::SPEC);
    assert_eq!((calls.received, calls.succeeded, calls.refused_by_quota()), (203, 201, 2));
}

#[tokio::test]
async fn group_list_is_limited_to_one_call_per_second() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    server.call_ok("get_appid_group_list", "{}").await;
    server.call_error("get_appid_group_list", "{}", 60007).await;
    server.clock.advance_millis(1_000);
    server.call_ok("get_appid_group_list", "{}").await;
    assert_eq!(server.emulator.calls().of(GetAppidGroupList::SPEC).refused_by_quota(), 1);
}

#[tokio::test]
async fn invalid_body_counts_and_invalid_signature_does_not() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let path = format!("/v4/group_open_http_svc/get_appid_group_list?{}", server.query());
    let (_, response) =
        server.send(hyper::Method::POST, &path.replace("contenttype=", "type="), "{}").await;
    assert_error(&response, 60025);
    server.call_error("get_appid_group_list", "not json", 10011).await;
    server.call_error("get_appid_group_list", "{}", 60007).await;
}

#[tokio::test]
async fn quota_can_be_scaled_and_switched_off() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Scaled(3.0))).await;
    for _ in 0..3 {
        server.call_ok("get_appid_group_list", "{}").await;
    }
    server.call_error("get_appid_group_list", "{}", 60007).await;

    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Off)).await;
    for _ in 0..10 {
        server.call_ok("get_appid_group_list", "{}").await;
    }
}

#[tokio::test]
async fn each_app_has_its_own_quota() {
    let server = TestServer::with(NOW, |builder| {
        let key = || SecretKey::new("one key").unwrap();
        builder.quotas(QuotaMode::Documented).app(1, key()).app(2, key())
    })
    .await;
    server.call_ok("get_appid_group_list", "{}").await;
    server.call_error("get_appid_group_list", "{}", 60007).await;

    let other = server.emulator.app(2).unwrap().user_sig("administrator").unwrap();
    let path = format!(
        "/v4/group_open_http_svc/get_appid_group_list?sdkappid=2&identifier=administrator&usersig={}\
         &random=1&contenttype=json",
        other.as_str()
    );
    let (_, response) = server.send(hyper::Method::POST, &path, "{}").await;
    assert_eq!(response["ErrorCode"], 0);
}
