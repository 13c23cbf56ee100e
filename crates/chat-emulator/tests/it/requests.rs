//! The log of requests, and responses that come late.

use std::time::{Duration, Instant};

use chat_types::{Endpoint as _, ErrorCode, GroupType, group::ForbidSendMsg};
use hyper::Method;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::{
    http::Connection,
    stage::{NOW, Stage},
};

fn mute(group: &str, account: &str) -> Value {
    json!({"GroupId": group, "Members_Account": [account], "MuteTime": 60})
}

#[tokio::test]
async fn requests_are_kept_as_they_came_with_the_code_of_their_response() {
    let stage = Stage::with(NOW, |builder| builder.keep_requests(10)).await;
    let group = stage.stage_group(GroupType::Public);
    let body = r#"{"GroupId": "@TGS#2C5SZEAEF",  "Members_Account": ["ü"], "MuteTime": 60}"#;
    stage.done("forbid_send_msg", body).await;
    stage.refused("forbid_send_msg", mute("nowhere", "a"), 10010).await;
    stage.refused("destroy_group", "no json", 10011).await;
    stage.group("no_such_command", "{}").await;

    let requests = stage.emulator.requests();
    let codes: Vec<_> = requests.iter().map(|request| request.code.get()).collect();
    assert_eq!(codes, [0, 10010, 10011], "what is no endpoint is counted and not kept");
    assert_eq!(requests[0].body, body, "byte by byte");
    assert_eq!(requests[0].json().unwrap()["GroupId"], group);
    assert_eq!(requests[0].code, ErrorCode::OK);
    assert!(requests[0].is_of(ForbidSendMsg::SPEC) && !requests[2].is_of(ForbidSendMsg::SPEC));
    assert_eq!(
        (requests[2].service, requests[2].command),
        ("group_open_http_svc", "destroy_group")
    );
    assert_eq!(requests[2].json(), None);
    assert!(format!("{:?}", requests[2]).contains("no json"));
    assert_eq!(stage.emulator.dropped_requests(), 0);
}

#[tokio::test]
async fn the_log_keeps_the_newest_and_tells_how_many_it_dropped() {
    let stage = Stage::with(NOW, |builder| builder.keep_requests(3)).await;
    let group = stage.stage_group(GroupType::Public);
    for number in 0..8 {
        stage.done("forbid_send_msg", mute(group, &format!("user{number}"))).await;
    }
    let kept: Vec<_> = stage
        .emulator
        .requests()
        .iter()
        .map(|request| request.json().unwrap()["Members_Account"][0].clone())
        .collect();
    assert_eq!(kept, ["user5", "user6", "user7"]);
    assert_eq!(stage.emulator.dropped_requests(), 5);
    assert_eq!(stage.emulator.calls().total(), 8);
}

#[tokio::test]
async fn nothing_is_kept_unless_asked_for() {
    let stage = Stage::new().await;
    stage.done("get_appid_group_list", "{}").await;
    assert!(stage.emulator.requests().is_empty());
    assert_eq!(stage.emulator.dropped_requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_order_of_the_log_is_the_order_of_the_calls() {
    // Of calls that come at the same time, the last one in the log decides what the group is.
    let stage = Stage::with(NOW, |builder| builder.keep_requests(1_000)).await;
    let group = stage.stage_group(GroupType::Public);
    let path = format!("/v4/group_open_http_svc/forbid_send_msg?{}", stage.query());
    let mut callers = tokio::task::JoinSet::new();
    for caller in 0..8 {
        let mut connection = Connection::open(&stage.emulator).await;
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
    let requests = stage.emulator.requests();
    assert_eq!(requests.len(), 400);
    let last = requests.last().unwrap().json().unwrap();
    assert_eq!(stage.app.is_muted(group, "a").unwrap(), last["MuteTime"] == 60);
}

#[tokio::test]
async fn a_late_answer_is_to_a_call_that_was_carried_out_at_once() {
    let an_hour = Duration::from_secs(3_600);
    let stage = Stage::with(NOW, |builder| builder.latency(an_hour)).await;
    let group = stage.stage_group(GroupType::Public);
    let path = format!("/v4/group_open_http_svc/forbid_send_msg?{}", stage.query());
    let mut callers = tokio::task::JoinSet::new();
    for account in ["a", "b"] {
        let mut connection = Connection::open(&stage.emulator).await;
        let (path, body) = (path.clone(), mute(group, account).to_string());
        callers.spawn(async move { connection.send(Method::POST, &path, body).await });
    }
    let both = async {
        while stage.app.muted_count(group).unwrap() < 2 {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(20), both).await.expect("nobody waits for the other's answer");
    assert!(callers.try_join_next().is_none(), "no response has come");
    assert_eq!(stage.emulator.calls().total(), 2);
}

#[tokio::test]
async fn no_answer_comes_sooner_than_the_latency() {
    let latency = Duration::from_millis(30);
    let stage = Stage::with(NOW, |builder| builder.latency(latency)).await;
    for _ in 0..2 {
        let start = Instant::now();
        stage.done("get_appid_group_list", "{}").await;
        assert!(start.elapsed() >= latency);
    }
}
