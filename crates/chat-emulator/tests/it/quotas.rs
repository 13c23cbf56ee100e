//! Tests of the quotas.

use chat_emulator::{QuotaMode, SecretKey};
use chat_types::{
    Edition, Endpoint as _, GroupType, group::ForbidSendMsg, group::GetAppidGroupList,
};
use serde_json::json;

use crate::test_server::{NOW, TestServer, assert_error, assert_ok};

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
    let (_, response) = server
        .send(hyper::Method::POST, &path.replace("contenttype=json", "contenttype=xml"), "{}")
        .await;
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

fn broadcast(random: u32) -> serde_json::Value {
    json!({
        "Random": random,
        "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
    })
}

#[tokio::test]
async fn broadcasts_per_second_follow_the_edition() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    server.call_ok("send_broadcast_msg", broadcast(1)).await;
    server.call_error("send_broadcast_msg", broadcast(2), 60007).await;
    server.app.set_edition(Edition::ProPlus);
    for random in 2..7 {
        server.call_ok("send_broadcast_msg", broadcast(random)).await;
    }
    server.call_error("send_broadcast_msg", broadcast(7), 60007).await;
}

#[tokio::test]
async fn trial_sends_a_thousand_messages_a_day() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Scaled(0.01))).await;
    server.import_accounts(&["peter"]).await;
    let message = |random: u32| {
        json!({
            "To_Account": "peter",
            "MsgRandom": random,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
        })
    };
    server.app.set_edition(Edition::Trial);
    for random in 0..10 {
        assert_ok(&server.post("openim/sendmsg", message(random)).await);
        server.clock.advance_seconds(1);
    }
    assert_error(&server.post("openim/sendmsg", message(10)).await, 60007);
    // Until the UserSig of the test expires, which is a day after the first message.
    server.clock.advance_seconds(86_389);
    assert_error(&server.post("openim/sendmsg", message(11)).await, 60007);
    server.app.set_edition(Edition::Pro);
    assert_ok(&server.post("openim/sendmsg", message(12)).await);
}

#[tokio::test]
async fn receivers_of_messages_are_counted_per_minute() {
    let server = TestServer::with(NOW, |builder| builder.quotas(QuotaMode::Documented)).await;
    let receivers = |count: usize| {
        let users: Vec<String> = (0..count).map(|number| format!("user{number}")).collect();
        json!({
            "To_Account": users,
            "MsgRandom": 7,
            "MsgBody": [{"MsgType": "TIMTextElem", "MsgContent": {"Text": "hello"}}],
        })
    };
    let send = async |count| server.post("openim/batchsendmsg", receivers(count)).await;
    for _ in 0..23 {
        assert_error(&send(500).await, 90012);
    }
    assert_error(&send(499).await, 90012);
    let refused = send(2).await;
    assert_error(&refused, 60007);
    let info = refused["ErrorInfo"].as_str().unwrap();
    assert!(info.contains("12000 items in calls of openim/batchsendmsg within 60 s"), "{info}");
    assert_error(&send(1).await, 90012);
    assert_error(&send(1).await, 60007);
    server.clock.advance_seconds(60);
    assert_error(&send(500).await, 90012);
}
