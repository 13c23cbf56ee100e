//! Plans of faults, byte by byte.

use std::time::Duration;

use chat_emulator::{
    CallNumbers, Disconnect, Emulator, Fault, FaultPlan, FaultRule, ManualClock, Moment, QuotaMode,
};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{
    control::{control_error, control_ok},
    test_server::TestServer,
};

/// A plan with every kind of fault, selected by chance.
fn mixed_plan(seed: u64) -> FaultPlan {
    let faults = [
        Fault::Latency { millis: 1, jitter_millis: 3 },
        Fault::http(502),
        Fault::Truncate { keep_bytes: 30, announced: true },
        Fault::Truncate { keep_bytes: 30, announced: false },
        Fault::disconnect(Moment::RequestHead, Disconnect::Close),
        Fault::disconnect(Moment::Applied, Disconnect::Reset),
        Fault::disconnect(Moment::ResponseBody, Disconnect::Close),
        Fault::Stall { when: Moment::ResponseHead, millis: 20 },
        Fault::Trickle { chunk_bytes: 20, pause_millis: 1 },
        Fault::Oversize { bytes: 40_000, announced: false },
        Fault::Error { code: 10004, info: None, applied: true },
        Fault::TooManyCalls {},
    ];
    faults.into_iter().fold(FaultPlan::new().seed(seed), |plan, fault| {
        plan.rule(FaultRule::new("group_open_http_svc/*", fault).probability(0.15))
    })
}

/// Sends a request on a new connection and reads until it is closed.
async fn exchange(emulator: &Emulator, request: &str) -> (Vec<u8>, Option<std::io::ErrorKind>) {
    let mut stream = TcpStream::connect(emulator.local_addr()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let end = timeout(Duration::from_secs(10), stream.read_to_end(&mut received)).await.unwrap();
    (received, end.err().map(|error| error.kind()))
}

fn request(query: &str, command: &str, body: &str) -> String {
    format!(
        "POST /v4/group_open_http_svc/{command}?{query} HTTP/1.1\r\nHost: emulator\r\n\
         Connection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn play(seed: u64) -> Vec<(Vec<u8>, Option<std::io::ErrorKind>)> {
    let server = TestServer::with(1_700_000_000, |builder| builder.faults(mixed_plan(seed))).await;
    let create = request(server.query(), "create_group", r#"{"Type":"Public","Name":"lobby"}"#);
    let list = request(server.query(), "get_appid_group_list", "{}");
    let mut exchanges = Vec::new();
    for number in 0..60 {
        let request = if number % 3 == 0 { &create } else { &list };
        exchanges.push(exchange(&server.emulator, request).await);
    }
    exchanges
}

#[tokio::test]
async fn same_plan_and_same_calls_have_the_same_bytes() {
    let (one, same, other) = (play(1).await, play(1).await, play(2).await);
    for (number, (one, same)) in one.iter().zip(&same).enumerate() {
        assert_eq!(one, same, "call {number}");
    }
    assert_ne!(one, other);
    let resets = one.iter().filter(|(_, end)| end.is_some()).count();
    assert!(resets > 0, "some connections were reset");
}

#[tokio::test]
async fn rules_of_a_running_emulator_are_set_shown_and_cleared() {
    let server = TestServer::new().await;
    let rule = FaultRule::new("group_open_http_svc/create_group", Fault::http(503));
    let plan = FaultPlan::new().rule(rule.calls(CallNumbers::Range { from: 2, to: Some(2) }));
    server.emulator.set_faults(plan.clone()).unwrap();
    let create = request(server.query(), "create_group", r#"{"Type":"Public","Name":"lobby"}"#);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        let (response, _) = exchange(&server.emulator, &create).await;
        statuses.push(String::from_utf8(response).unwrap()[9..12].to_owned());
    }
    assert_eq!(statuses, ["200", "503", "200"]);
    let status = server.emulator.faults();
    assert_eq!((&status.plan, status.rules[0].calls, status.rules[0].faults), (&plan, 3, 1));
    assert_eq!(server.emulator.calls().total(), 2, "one call was kept from the service");

    let invalid = FaultPlan::new().rule(FaultRule::new("openim", Fault::http(503)));
    let error = server.emulator.set_faults(invalid).unwrap_err();
    assert!(error.to_string().contains("rules[0].endpoint"), "{error}");
    assert_eq!(server.emulator.faults(), status, "the plan continues");
    server.emulator.clear_faults();
    assert_eq!(server.emulator.faults().rules, []);
}

#[tokio::test]
async fn invalid_plan_stops_the_start() {
    let plan = FaultPlan::new().rule(FaultRule::new("*", Fault::http(0)));
    let error = Emulator::builder().faults(plan).start().await.unwrap_err();
    assert!(error.to_string().contains("rules[0].fault.status"), "{error}");
}

#[tokio::test]
async fn limit_of_a_rule_follows_the_manual_clock() {
    let clock = ManualClock::at(1_700_000_000);
    let limit = FaultRule::new("*", Fault::CallsPerSecond { max: 2 });
    let mut server = TestServer::with(1_700_000_000, |builder| {
        builder.clock(clock.clone()).faults(FaultPlan::new().rule(limit)).quotas(QuotaMode::Off)
    })
    .await;
    server.clock = clock;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(server.call("get_appid_group_list", "{}").await["ErrorCode"].clone());
    }
    server.clock.advance_seconds(1);
    codes.push(server.call("get_appid_group_list", "{}").await["ErrorCode"].clone());
    assert_eq!(codes, [0, 0, 60007, 0]);
}

#[tokio::test]
async fn control_api_sets_shows_and_clears_a_plan() {
    let server = TestServer::new().await;
    let emulator = &server.emulator;
    let plan = json!({"rules": [{"endpoint": "*", "fault": {"error": {"code": 10002}}}]});
    let set = control_ok(emulator, Method::PUT, "/faults", plan).await;
    assert_eq!(set["rules"], json!([{"calls": 0, "faults": 0}]));
    server.call_error("get_appid_group_list", "{}", 10002).await;
    let shown = control_ok(emulator, Method::GET, "/faults", Value::Null).await;
    assert_eq!(shown["rules"], json!([{"calls": 1, "faults": 1}]));
    let wrong = json!({"rules": [{"endpoint": "x/y", "fault": {"error": {"code": 10002}}}]});
    let bad_request = StatusCode::BAD_REQUEST;
    let message = control_error(emulator, Method::PUT, "/faults", wrong, bad_request).await;
    assert!(message.contains("rules[0].endpoint"), "{message}");
    control_ok(emulator, Method::DELETE, "/faults", Value::Null).await;
    server.call_ok("get_appid_group_list", "{}").await;
}
