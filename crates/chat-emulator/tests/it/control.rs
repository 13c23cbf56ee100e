//! Tests of the control API, as a client in any language uses it.

use chat_emulator::{Clock as _, Emulator};
use chat_types::{Endpoint as _, GroupType, group::GetAppidGroupList};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    http::Connection,
    test_server::{NOW, TestServer},
};

/// Calls the control API and returns status and body.
pub(crate) async fn control(
    emulator: &Emulator,
    method: Method,
    path: &str,
    body: Value,
) -> (StatusCode, Value) {
    let mut connection = Connection::open(emulator).await;
    let headers = [("Host", "127.0.0.1"), ("Content-Type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let path = format!("/_control{path}");
    let (status, body) = connection.send_with(method, &path, &headers, body).await;
    (
        status,
        serde_json::from_slice(&body)
            .unwrap_or_else(|_| Value::from(String::from_utf8(body.to_vec()).unwrap())),
    )
}

/// As [`control`], for a call that succeeds.
pub(crate) async fn control_ok(
    emulator: &Emulator,
    method: Method,
    path: &str,
    body: Value,
) -> Value {
    let (status, response) = control(emulator, method, path, body).await;
    assert_eq!(status, StatusCode::OK, "{path}: {response}");
    response
}

/// As [`control`], for a call that fails with this status. Returns the message.
pub(crate) async fn control_error(
    emulator: &Emulator,
    method: Method,
    path: &str,
    body: Value,
    expected: StatusCode,
) -> String {
    let (status, response) = control(emulator, method, path, body).await;
    assert_eq!(status, expected, "{path}: {response}");
    response["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn clock_moves_signatures_and_the_date_but_not_quotas() {
    let server = TestServer::with(NOW, |builder| builder.quotas(Default::default())).await;
    let emulator = &server.emulator;
    let frozen = control_ok(emulator, Method::POST, "/clock/freeze", Value::Null).await;
    assert_eq!(frozen, json!({"unix_millis": NOW * 1_000, "unix_seconds": NOW, "frozen": true}));
    server.call_ok("get_appid_group_list", "{}").await;
    server.call_error("get_appid_group_list", "{}", 60007).await;
    server.clock.advance_seconds(1);
    server.call_ok("get_appid_group_list", "{}").await;
    assert_eq!(emulator.clock().now().get(), NOW, "the quota follows the clock of the builder");

    let day = json!({"seconds": 86_400});
    control_ok(emulator, Method::POST, "/clock/advance", day).await;
    server.call_error("get_appid_group_list", "{}", 70001).await;
    let set = json!({"unix_seconds": NOW - 1, "frozen": false});
    let running = control_ok(emulator, Method::PUT, "/clock", set).await;
    assert_eq!(running["frozen"], false);
    server.call_error("get_appid_group_list", "{}", 70009).await;
    server.clock.advance_seconds(1);
    server.call_ok("get_appid_group_list", "{}").await;
    let clock = control_ok(emulator, Method::GET, "/clock", Value::Null).await;
    assert_eq!(clock["unix_seconds"], NOW);
    let error =
        control_error(emulator, Method::POST, "/clock/advance", json!({}), StatusCode::BAD_REQUEST)
            .await;
    assert!(error.contains("seconds"), "{error}");
}

#[tokio::test]
async fn mute_ends_when_the_clock_is_advanced() {
    let server = TestServer::new().await;
    let group = server.create_group(GroupType::Public);
    let mute = json!({"GroupId": group, "Members_Account": ["a"], "MuteTime": 60});
    server.call_ok("forbid_send_msg", mute).await;
    let path = "/clock/advance";
    control_ok(&server.emulator, Method::POST, path, json!({"seconds": 59, "millis": 999})).await;
    assert!(server.app.is_muted(group, "a").unwrap());
    control_ok(&server.emulator, Method::POST, path, json!({"millis": 1})).await;
    assert!(!server.app.is_muted(group, "a").unwrap());
}

#[tokio::test]
async fn request_log_is_filtered_and_cleared() {
    let server = TestServer::with(NOW, |builder| builder.keep_requests(10)).await;
    let emulator = &server.emulator;
    server.call_ok("get_appid_group_list", r#"{"Limit": 7}"#).await;
    server.call("destroy_group", "not json").await;
    server.call_error("destroy_group", json!({"GroupId": "nowhere"}), 10010).await;
    let list = async |query: &str| {
        let path = format!("/requests{query}");
        let found = control_ok(emulator, Method::GET, &path, Value::Null).await;
        assert_eq!(found["dropped"], 0);
        found["requests"].as_array().unwrap().clone()
    };
    assert_eq!(
        list("?endpoint=get_appid_group_list&bodies=true").await,
        [json!({
            "number": 1, "service": "group_open_http_svc", "command": "get_appid_group_list",
            "sdkappid": Emulator::DEFAULT_APP, "time": NOW, "code": 0, "info": "",
            "body": {"Limit": 7},
        })]
    );
    let numbers = async |query: &str| -> Vec<u64> {
        list(query).await.iter().map(|request| request["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers("").await, [1, 2, 3]);
    assert_eq!(numbers("?endpoint=group_open_http_svc/destroy_group").await, [2, 3]);
    assert_eq!(numbers("?endpoint=openim/destroy_group").await, [] as [u64; 0]);
    assert_eq!(numbers("?code=10010").await, [3]);
    assert_eq!(numbers("?after=1&limit=1").await, [3]);
    assert_eq!(numbers("?sdkappid=1").await, [] as [u64; 0]);
    let failed = &list("?after=1&bodies=true").await;
    assert_eq!(failed[0]["body"], "not json");
    assert!(failed[1]["info"].as_str().unwrap().contains("nowhere"));
    assert_eq!(list("?limit=1").await[0].get("body"), None, "bodies are returned on demand");

    for query in ["?limit=x", "?limit=1&limit=2", "?unknown=1", "?bodies=1"] {
        let path = format!("/requests{query}");
        control_error(emulator, Method::GET, &path, Value::Null, StatusCode::BAD_REQUEST).await;
    }
    control_ok(emulator, Method::DELETE, "/requests", Value::Null).await;
    assert_eq!(numbers("").await, [] as [u64; 0]);
    server.call_ok("get_appid_group_list", "{}").await;
    assert_eq!(numbers("").await, [4]);
}

#[tokio::test]
async fn reset_empties_apps_log_and_counters() {
    let server = TestServer::with(NOW, |builder| builder.keep_requests(10)).await;
    let (emulator, app) = (&server.emulator, &server.app);
    server.import_accounts(&["a", "b"]).await;
    let group = server.create_group(GroupType::Public);
    emulator.clock().freeze();
    let reset_app = format!("/apps/{}/reset", app.sdk_app_id());
    control_ok(emulator, Method::POST, &reset_app, Value::Null).await;
    assert_eq!(app.account_count(), 1, "the admin remains");
    assert!(app.member_count(group).is_err());
    assert_eq!(emulator.calls().total(), 1, "counters are not of one app");

    server.import_accounts(&["a"]).await;
    control_ok(emulator, Method::POST, "/reset", json!({})).await;
    assert_eq!(app.account_count(), 1);
    assert_eq!((emulator.calls().total(), emulator.requests().len()), (0, 0));
    assert!(!emulator.clock().is_frozen());
    server.call_ok("get_appid_group_list", "{}").await;

    let unknown =
        control_error(emulator, Method::POST, "/apps/7/reset", json!({}), StatusCode::NOT_FOUND)
            .await;
    assert!(unknown.contains("unknown app 7"), "{unknown}");
}

#[tokio::test]
async fn metrics_have_calls_by_endpoint_and_code() {
    let server = TestServer::new().await;
    server.call_ok("get_appid_group_list", "{}").await;
    server.call_error("destroy_group", json!({"GroupId": "nowhere"}), 10010).await;
    server.call("no_such_command", "{}").await;
    let metrics = control_ok(&server.emulator, Method::GET, "/metrics", Value::Null).await;
    let metrics = metrics.as_str().unwrap();
    let command = GetAppidGroupList::SPEC.command;
    for line in [
        &format!(
            "chat_emulator_calls_total{{service=\"group_open_http_svc\",command=\"{command}\",code=\"0\"}} 1"
        ),
        "chat_emulator_calls_total{service=\"group_open_http_svc\",command=\"destroy_group\",code=\"10010\"} 1",
        "chat_emulator_unknown_endpoint_calls_total 1",
        "chat_emulator_connections 2",
        "chat_emulator_connections_total 2",
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} in\n{metrics}");
    }
}

#[tokio::test]
async fn api_describes_itself() {
    let server = TestServer::new().await;
    let emulator = &server.emulator;
    let health = control_ok(emulator, Method::GET, "/health", Value::Null).await;
    assert_eq!(health, json!({"status": "ok"}));
    let (status, _) = control(emulator, Method::HEAD, "/health", Value::Null).await;
    assert_eq!(status, StatusCode::OK);
    let description = control_ok(emulator, Method::GET, "/", Value::Null).await;
    assert_eq!(description["url"], emulator.url());
    assert_eq!(description["apps"], json!([Emulator::DEFAULT_APP]));
    assert_eq!(description["admins"], json!([Emulator::DEFAULT_ADMIN]));
    let openapi = control_ok(emulator, Method::GET, "/openapi.json", Value::Null).await;
    for operation in description["operations"].as_array().unwrap() {
        let (path, method) = (operation["path"].as_str().unwrap(), operation["method"].as_str());
        let described = &openapi["paths"][path][method.unwrap().to_lowercase()];
        assert_eq!(described["operationId"], operation["id"]);
    }
}

#[tokio::test]
async fn invalid_requests_say_what_is_wrong() {
    let server = TestServer::new().await;
    let emulator = &server.emulator;
    for (method, path, body, status, expected) in [
        (Method::GET, "/nowhere", json!(null), StatusCode::NOT_FOUND, "/_control/openapi.json"),
        (Method::DELETE, "/clock", json!(null), StatusCode::METHOD_NOT_ALLOWED, "GET, PUT"),
        (Method::PUT, "/clock", json!({}), StatusCode::BAD_REQUEST, "unix_seconds"),
        (
            Method::PUT,
            "/clock",
            json!({"unix_seconds": "x"}),
            StatusCode::BAD_REQUEST,
            "unix_seconds: ",
        ),
        (Method::POST, "/reset", json!({"x": 1}), StatusCode::BAD_REQUEST, "unknown field `x`"),
        (Method::POST, "/apps/x/reset", json!({}), StatusCode::BAD_REQUEST, "expected digits"),
    ] {
        let message = control_error(emulator, method, path, body, status).await;
        assert!(message.contains(expected), "{message}");
    }
}

#[tokio::test]
async fn web_pages_are_refused() {
    let server = TestServer::with(NOW, |builder| builder.control_host("Emulator.Test")).await;
    let mut connection = Connection::open(&server.emulator).await;
    for (headers, expected) in [
        (vec![("Host", "localhost")], StatusCode::OK),
        (vec![("Host", "emulator.test:1234")], StatusCode::OK),
        (vec![("Host", "evil.example")], StatusCode::FORBIDDEN),
        (vec![("Host", "localhost"), ("Origin", "https://evil.example")], StatusCode::FORBIDDEN),
    ] {
        let (status, _) = connection.send_with(Method::GET, "/_control/clock", &headers, "").await;
        assert_eq!(status, expected, "{headers:?}");
    }
    let headers = [("Host", "localhost"), ("Content-Type", "text/plain")];
    let (status, _) = connection.send_with(Method::POST, "/_control/reset", &headers, "{}").await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn control_is_disabled_beyond_this_machine() {
    let is_enabled = async |listen: &'static str, control: Option<bool>| {
        let server = TestServer::with(NOW, |builder| {
            let builder = builder.listen(listen);
            control.into_iter().fold(builder, chat_emulator::EmulatorBuilder::control)
        })
        .await;
        let (status, body) = control_of(&server).await;
        assert_eq!(status, StatusCode::OK);
        body["ErrorCode"].is_null()
    };
    assert!(is_enabled("127.0.0.1:0", None).await);
    assert!(!is_enabled("127.0.0.1:0", Some(false)).await);
    assert!(!is_enabled("0.0.0.0:0", None).await);
    assert!(is_enabled("0.0.0.0:0", Some(true)).await);
}

async fn control_of(server: &TestServer) -> (StatusCode, Value) {
    control(&server.emulator, Method::GET, "/health", Value::Null).await
}
