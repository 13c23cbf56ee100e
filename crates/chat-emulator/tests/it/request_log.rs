//! Tests of the request log and of the latency.

use std::time::{Duration, Instant};

use chat_types::{Endpoint as _, ErrorCode, GroupType, group::ForbidSendMsg};
use hyper::Method;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    http::Connection,
    test_server::{NOW, TestServer},
};

fn mute(group: &str, account: &str) -> Value {
    json!({"GroupId": group, "Members_Account": [account], "MuteTime": 60})
}

#[tokio::test]
async fn request_is_kept_with_the_code_of_its_response() {
    let server = TestServer::with(NOW, |builder| builder.keep_requests(10)).await;
    let group = server.create_group(GroupType::Public);
    let body = r#"{"GroupId": "@TGS#2C5SZEAEF",  "Members_Account": ["ü"], "MuteTime": 60}"#;
    server.call_ok("forbid_send_msg", body).await;
    server.call_error("forbid_send_msg", mute("nowhere", "a"), 10010).await;
    server.call_error("destroy_group", "not json", 10011).await;
    server.call("no_such_command", "{}").await;

    let requests = server.emulator.requests();
    let codes: Vec<_> = requests.iter().map(|request| request.code.get()).collect();
    assert_eq!(codes, [0, 10010, 10011], "unknown endpoints are counted but not kept");
    assert_eq!(requests[0].body, body, "every byte is kept");
    assert_eq!(requests[0].json().unwrap()["GroupId"], group);
    assert_eq!(requests[0].code, ErrorCode::OK);
    assert!(requests[0].is_of(ForbidSendMsg::SPEC) && !requests[2].is_of(ForbidSendMsg::SPEC));
    assert_eq!(
        (requests[2].service, requests[2].command),
        ("group_open_http_svc", "destroy_group")
    );
    assert_eq!(requests[2].json(), None);
    assert!(format!("{:?}", requests[2]).contains("not json"));
    assert_eq!(server.emulator.dropped_requests(), 0);
}

#[tokio::test]
async fn log_keeps_the_newest_and_counts_dropped_requests() {
    let server = TestServer::with(NOW, |builder| builder.keep_requests(3)).await;
    let group = server.create_group(GroupType::Public);
    for number in 0..8 {
        server.call_ok("forbid_send_msg", mute(group, &format!("user{number}"))).await;
    }
    let kept: Vec<_> = server
        .emulator
        .requests()
        .iter()
        .map(|request| request.json().unwrap()["Members_Account"][0].clone())
        .collect();
    assert_eq!(kept, ["user5", "user6", "user7"]);
    assert_eq!(server.emulator.dropped_requests(), 5);
    assert_eq!(server.emulator.calls().total(), 8);
}

#[tokio::test]
async fn requests_are_not_kept_by_default() {
    let server = TestServer::new().await;
    server.call_ok("get_appid_group_list", "{}").await;
    assert!(server.emulator.requests().is_empty());
    assert_eq!(server.emulator.dropped_requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn log_order_is_the_order_in_which_calls_took_effect() {
    // Of concurrent calls, the last one in the log must be the one that took effect last.
    let server = TestServer::with(NOW, |builder| builder.keep_requests(1_000)).await;
    let group = server.create_group(GroupType::Public);
    let path = format!("/v4/group_open_http_svc/forbid_send_msg?{}", server.query());
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..8 {
        let mut connection = Connection::open(&server.emulator).await;
        let path = path.clone();
        callers.spawn(async move {
            for _ in 0..50 {
                let seconds = if caller % 2 == 0 { 60 } else { 0 };
                let body = json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": seconds});
                connection.send(Method::POST, &path, body.to_string()).await;
            }
        });
    }
    callers.join_all().await;
    let requests = server.emulator.requests();
    assert_eq!(requests.len(), 400);
    let last = requests.last().unwrap().json().unwrap();
    assert_eq!(server.app.is_muted(group, "a").unwrap(), last["MuteTime"] == 60);
}

#[tokio::test]
async fn latency_delays_the_response_but_not_the_effect() {
    let an_hour = Duration::from_secs(3_600);
    let server = TestServer::with(NOW, |builder| builder.latency(an_hour)).await;
    let group = server.create_group(GroupType::Public);
    let path = format!("/v4/group_open_http_svc/forbid_send_msg?{}", server.query());
    let mut callers = tokio::task::JoinSet::new();
    for account in ["a", "b"] {
        let mut connection = Connection::open(&server.emulator).await;
        let (path, body) = (path.clone(), mute(group, account).to_string());
        callers.spawn(async move { connection.send(Method::POST, &path, body).await });
    }
    let both = async {
        while server.app.muted_count(group).unwrap() < 2 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(20), both).await.expect("the calls do not wait for each other");
    assert!(callers.try_join_next().is_none(), "no response was sent");
    assert_eq!(server.emulator.calls().total(), 2);
}

#[tokio::test]
async fn response_takes_at_least_the_latency() {
    let latency = Duration::from_millis(30);
    let server = TestServer::with(NOW, |builder| builder.latency(latency)).await;
    for _ in 0..2 {
        let start = Instant::now();
        server.call_ok("get_appid_group_list", "{}").await;
        assert!(start.elapsed() >= latency);
    }
}
