//! Calls that succeed, and what they look like to the server.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use chat_transport::ErrorKind;
use chat_types::{Endpoint, group::GetGroupBanMember, spec::EndpointSpec};

use crate::{
    server::{Server, json},
    support::{APP, OK, builders, clients, is_empty, request},
};

const SPEC: &EndpointSpec = GetGroupBanMember::SPEC;

#[tokio::test]
async fn call_is_a_signed_post_with_json() {
    let server = Server::start(|_| json(OK)).await;
    for (index, (name, builder)) in builders(&server).into_iter().enumerate() {
        let client = builder.random(|| 4_294_967_295).build().unwrap();
        let response = client.call(&request()).await.unwrap();
        assert!(is_empty(&response.body), "{name}");
        assert_eq!(response.raw, OK);

        let seen = server.seen().remove(index);
        assert_eq!(seen.method, "POST");
        assert_eq!(seen.path(), "/v4/group_open_http_svc/get_group_ban_member");
        let names: Vec<_> = seen.target.split(['?', '&']).skip(1).collect();
        let names: Vec<_> = names.iter().map(|pair| pair.split('=').next().unwrap()).collect();
        assert_eq!(names, ["sdkappid", "identifier", "usersig", "random", "contenttype"]);
        assert_eq!(seen.query("sdkappid"), APP.to_string());
        assert_eq!(seen.query("identifier"), "administrator");
        assert_eq!(seen.query("random"), "4294967295");
        assert_eq!(seen.query("contenttype"), "json");
        assert_eq!(seen.header("content-type"), Some("application/json"));
        assert_eq!(seen.header("content-length"), Some(&*seen.body.len().to_string()));
        let agent = seen.header("user-agent").unwrap();
        assert!(agent.starts_with("chat-transport/"), "{agent}");
        assert_eq!(seen.header("referer"), None);
        assert_eq!(seen.body, r#"{"GroupId":"@TGS#group","Offset":0}"#);
    }
}

#[tokio::test]
async fn any_identifier_reaches_the_service_unchanged() {
    let server = Server::start(|_| json(OK)).await;
    for (identifier, written) in [
        ("admin@x.y-z_~", "admin%40x.y-z_~"),
        ("a b&c=d?e#f/g%h+i", "a%20b%26c%3Dd%3Fe%23f%2Fg%25h%2Bi"),
        ("@RBT#001", "%40RBT%23001"),
        ("管理员", "%E7%AE%A1%E7%90%86%E5%91%98"),
    ] {
        for (name, builder) in builders(&server) {
            let client = builder.identifier(identifier).build().unwrap();
            client.call(&request()).await.unwrap();
            assert_eq!(server.seen().last().unwrap().query("identifier"), written, "{name}");
            assert_eq!(client.identifier(), identifier);
        }
    }
}

#[tokio::test]
async fn success_depends_on_the_error_code_only() {
    for body in [
        r#"{"ActionStatus":"FAIL","ErrorCode":0,"ErrorInfo":"ignored","NextOffset":0}"#,
        r#"{"ErrorCode":"0","NextOffset":0}"#,
        r#"{"NextOffset":0,"ErrorCode":0,"Further":{"ErrorCode":7}}"#,
    ] {
        let server = Server::start(|_| json(body)).await;
        for (_, client) in clients(&server) {
            client.call(&request()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn consecutive_calls_share_a_connection() {
    let server = Server::start(|_| json(OK)).await;
    for (index, (name, client)) in clients(&server).into_iter().enumerate() {
        for _ in 0..10 {
            client.clone().call(&request()).await.unwrap();
        }
        assert_eq!(server.connections(), index + 1, "{name}");
    }
}

#[tokio::test]
async fn invalid_request_is_not_sent() {
    let server = Server::start(|_| json(OK)).await;
    for (_, client) in clients(&server) {
        let invalid = request().limit(101);
        let error = client.call(&invalid).await.unwrap_err();
        let ErrorKind::InvalidRequest(violation) = error.kind() else { panic!("{error:?}") };
        assert_eq!(violation.path.as_str(), "Limit");
        assert!(error.is_unsent() && !error.is_retryable());
        assert_eq!(error.to_string(), violation.to_string());

        let error = client.call_json(SPEC, "{}").await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidRequest(_)), "{error:?}");
        let error = client.call_json(SPEC, "not json").await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidRequest(_)), "{error:?}");
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn checks_can_be_disabled() {
    let server = Server::start(|_| json(OK)).await;
    for (_, builder) in builders(&server) {
        let unchecked = builder.checks(false).build().unwrap();
        unchecked.call(&request().limit(101)).await.unwrap();
        unchecked.call_json(SPEC, "not json").await.unwrap();
        unchecked.call_json(SPEC, "").await.unwrap();
        assert!(unchecked.with_checks(true).call_json(SPEC, "{}").await.is_err());
        assert!(unchecked.with_checks(true).with_checks(false).call_json(SPEC, "{}").await.is_ok());
    }
}

#[tokio::test]
async fn custom_json_is_sent_and_returned_unchanged() {
    let response = r#" { "ErrorCode" : 0, "Whatever": [1.50, "\u00e9"] } "#;
    let server = Server::start(move |_| json(response)).await;
    for (name, client) in clients(&server) {
        let sent = r#"{ "GroupId": "@TGS#group", "Offset": 0, "Unknown": 1e2 }"#;
        let raw = client.call_json(SPEC, sent).await.unwrap().raw;
        assert_eq!(raw, response, "{name}");
        assert_eq!(server.seen().last().unwrap().body, sent);
    }
}

#[tokio::test]
async fn large_response_is_returned_completely() {
    let long = "x".repeat(3_000_000);
    let body = format!(r#"{{"ErrorCode":0,"NextOffset":7,"Long":"{long}"}}"#);
    let server = Server::start({
        let body = body.clone();
        move |_| json(&body)
    })
    .await;
    for (_, client) in clients(&server) {
        let response = client.call(&request()).await.unwrap();
        assert_eq!(response.raw, body);
        assert_eq!(response.into_body().next_offset, 7);
    }
}

#[tokio::test]
async fn stats_count_calls_and_failures() {
    let calls = AtomicU32::new(0);
    let server = Server::start(move |_| match calls.fetch_add(1, Ordering::SeqCst) % 3 {
        0 => json(OK),
        1 => json(r#"{"ErrorCode":60007,"ErrorInfo":"too many"}"#),
        _ => json("<html>"),
    })
    .await;
    for (_, client) in clients(&server) {
        for _ in 0..3 {
            let _ = client.with_timeout(Duration::from_secs(5)).call(&request()).await;
        }
        let _ = client.call_json(SPEC, "{}").await;
        let stats = client.stats();
        assert_eq!((stats.calls, stats.failures, stats.rate_limited), (4, 3, 1), "{stats:?}");
        assert!(stats.quota_wait < Duration::from_secs(1));
    }
}
