//! Calls of endpoints that the catalog lacks.

use std::time::Duration;

use chat_transport::{Client, ErrorKind, Quota, RetryPolicy};
use chat_types::{ErrorCode, spec::UnlistedEndpoint};
use futures_util::future::join_all;
use tokio::time::Instant;

use crate::{
    quota::Instant200,
    server::{Reply, Seen, Server, json},
    support::{APP, OK, builders, clients, key},
};

fn unlisted(command: &str) -> UnlistedEndpoint {
    UnlistedEndpoint::new("group_open_http_svc", command)
}

#[tokio::test]
async fn unlisted_endpoint_is_called_like_any_other() {
    let server = Server::start(|_| json(r#"{"ErrorCode":0,"Badges":["gold"]}"#)).await;
    let endpoint = unlisted("transport_like_others").spec().unwrap();
    for (name, client) in clients(&server) {
        let response = client.call_json(endpoint, r#"{"GroupId":"g","New":1}"#).await.unwrap();
        assert_eq!(response.raw, r#"{"ErrorCode":0,"Badges":["gold"]}"#, "{name}");
        let seen = server.seen().pop().unwrap();
        assert_eq!(seen.path(), "/v4/group_open_http_svc/transport_like_others");
        assert_eq!(seen.query("sdkappid"), APP.to_string());
        assert!(!seen.query("usersig").is_empty() && !seen.query("random").is_empty());
        assert_eq!(seen.body, r#"{"GroupId":"g","New":1}"#);
        assert_eq!((client.stats().calls, client.stats().retries), (1, 0), "{name}");
    }
}

#[tokio::test]
async fn refusal_is_explained_by_the_general_tables() {
    let server = Server::start(|_| json(r#"{"ErrorCode":10003,"ErrorInfo":"no such"}"#)).await;
    let endpoint = unlisted("transport_unknown").spec().unwrap();
    for (_, client) in clients(&server) {
        let error = client.call_json(endpoint, "{}").await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::from(10003)));
        assert_eq!(error.endpoint().command, "transport_unknown");
        let text = error.to_string();
        assert!(text.starts_with("group_open_http_svc/transport_unknown: refused"), "{text}");
        assert!(text.contains("Unknown command") && text.contains("check the service"), "{text}");
    }
}

#[tokio::test]
async fn request_that_is_not_a_json_object_is_not_sent() {
    let server = Server::start(|_| json(OK)).await;
    let endpoint = unlisted("transport_not_json").spec().unwrap();
    for (_, client) in clients(&server) {
        for request in ["", "[]", "not json", "{}{}"] {
            let error = client.call_json(endpoint, request).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidRequest(_)), "{request}: {error:?}");
        }
    }
    assert_eq!(server.connections(), 0);
}

/// Returns how many requests of one call arrive at a server that always fails.
async fn requests(endpoint: UnlistedEndpoint, reply: Reply) -> usize {
    let server = Server::start(move |_: &Seen| reply.clone()).await;
    let (_, builder) = builders(&server).swap_remove(0);
    let policy = RetryPolicy::standard().base_delay(Duration::from_millis(2));
    let client = builder.retry(policy).build().unwrap();
    client.call_json(endpoint.spec().unwrap(), "{}").await.unwrap_err();
    server.seen().len()
}

#[tokio::test]
async fn call_that_may_have_taken_effect_is_retried_only_if_that_is_stated_to_be_safe() {
    let lost = || Reply::Status(502, String::new());
    assert_eq!(requests(unlisted("transport_unsafe"), lost()).await, 1);
    assert!(requests(unlisted("transport_safe").safe_to_repeat(), lost()).await > 1);
    // A refusal because of too many calls comes before any effect.
    let busy = json(r#"{"ErrorCode":60007,"ErrorInfo":"slow down"}"#);
    let policy_waits = requests(unlisted("transport_limited"), busy).await;
    assert!(policy_waits > 1, "{policy_waits}");
}

/// Returns how long this number of concurrent calls take.
async fn burst(client: &Client, endpoint: &UnlistedEndpoint, calls: usize) -> Duration {
    let endpoint = endpoint.spec().unwrap();
    let start = Instant::now();
    for outcome in join_all((0..calls).map(|_| client.call_json(endpoint, "{}"))).await {
        outcome.unwrap();
    }
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn calls_keep_to_the_stated_quota() {
    let client = |quota| {
        let builder = Client::builder(APP, key()).endpoint("http://127.0.0.1:1");
        let builder = builder.backend(Instant200::default()).quota(quota);
        builder.timeout(Duration::from_secs(60)).build().unwrap()
    };
    let documented = client(Quota::documented());
    let limited = unlisted("transport_quota").calls_per_second(20);
    assert_eq!(burst(&documented, &limited, 41).await.as_millis() / 1_000, 2);
    assert_eq!(documented.min_duration(limited.spec().unwrap(), 41), Duration::from_secs(2));
    assert_eq!(burst(&documented, &unlisted("transport_no_quota"), 1_000).await, Duration::ZERO);
    // A quota of the client replaces the stated one, as for a listed endpoint.
    let replaced = Quota::builder().calls_per_second(limited.spec().unwrap(), 40).build().unwrap();
    assert_eq!(burst(&client(replaced), &limited, 41).await.as_millis() / 1_000, 1);
}
