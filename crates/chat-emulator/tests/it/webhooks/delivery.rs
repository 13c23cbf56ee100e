//! Webhooks after an event: they have the order of the changes, and delay no response.

use std::time::Duration;

use chat_emulator::{QuotaMode, WebhookConfig, WebhookFailure};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::{AFTER, connected, create};
use crate::{
    control::{control_error, control_ok},
    test_server::{NOW, TestServer, assert_ok, column},
    webhook_receiver::{Reply, WebhookServer},
};

#[tokio::test]
async fn reports_have_the_order_of_the_changes() {
    let (server, webhooks) = connected(|config| config.enable(AFTER).unwrap()).await;
    let ids: Vec<_> = (0..50).map(|number| format!("club{number}")).collect();
    for id in &ids {
        assert_ok(&create(&server, id).await);
    }
    server.app.webhooks_sent().await;
    let received: Vec<_> =
        webhooks.take().into_iter().map(|it| it.body["GroupId"].clone()).collect();
    assert_eq!(received, ids);
}

#[tokio::test]
async fn slow_receiver_delays_no_response() {
    let (server, webhooks) = connected(|config| config.enable(AFTER).unwrap()).await;
    let reply = Reply::json(&json!({"ErrorCode": 0}));
    webhooks.reply(AFTER, Reply { delay: Duration::from_millis(300), ..reply });
    for id in ["one", "two", "three"] {
        assert_ok(&create(&server, id).await);
    }
    assert!(webhooks.take().len() < 3, "the calls are done before the last report is sent");
    server.app.webhooks_sent().await;
    assert_eq!(server.app.webhooks().len(), 3);
}

#[tokio::test]
async fn failed_reports_are_repeated_only_if_configured() {
    let (server, webhooks) = connected(|config| config.enable(AFTER).unwrap()).await;
    webhooks.reply(AFTER, Reply { status: 503, ..Reply::json(&json!({})) });
    create(&server, "one").await;
    server.app.webhooks_sent().await;
    let config = WebhookConfig::new(&webhooks.url).unwrap().enable(AFTER).unwrap().repeat(true);
    server.app.set_webhooks(config);
    create(&server, "two").await;
    server.app.webhooks_sent().await;
    let log = server.app.webhooks();
    let attempts: Vec<_> =
        log.iter().map(|sent| (sent.json()["GroupId"].clone(), sent.attempt)).collect();
    assert_eq!(
        attempts,
        [("one".into(), 1), ("two".into(), 1), ("two".into(), 2), ("two".into(), 3)]
    );
    assert!(log.iter().all(|sent| sent.outcome == log[0].outcome && sent.outcome.is_err()));
}

#[tokio::test]
async fn unreachable_receiver_is_in_the_log() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let config = WebhookConfig::new(&url).unwrap().enable_all();
    let server = TestServer::with(NOW, |builder| builder.webhooks(config)).await;
    assert_ok(&create(&server, "club").await);
    server.app.webhooks_sent().await;
    let log = server.app.webhooks();
    assert_eq!(log.len(), 2, "the question and the report");
    for sent in &log {
        assert!(matches!(sent.outcome, Err(WebhookFailure::Connection { .. })), "{sent:?}");
    }
}

#[tokio::test]
async fn queued_reports_are_sent_before_the_shutdown_ends() {
    let (server, webhooks) = connected(|config| config.enable(AFTER).unwrap()).await;
    let reply = Reply::json(&json!({"ErrorCode": 0}));
    webhooks.reply(AFTER, Reply { delay: Duration::from_millis(100), ..reply });
    for id in ["one", "two", "three"] {
        create(&server, id).await;
    }
    server.emulator.shutdown().await;
    assert_eq!(webhooks.take().len(), 3);
}

#[tokio::test]
async fn growth_beyond_70_percent_of_a_day_is_reported_once() {
    const ALARM: &str = "Group.CallbackOnDailyGroupQuotaAlarm";
    let webhooks = WebhookServer::start().await;
    let config = WebhookConfig::new(&webhooks.url).unwrap().enable(ALARM).unwrap();
    // 1% of the documented 10,000 groups per day and 200 calls per second.
    let server =
        TestServer::with(NOW, |builder| builder.webhooks(config).quotas(QuotaMode::Scaled(0.01)))
            .await;
    for number in 0..72 {
        assert_ok(&create(&server, &format!("club{number}")).await);
        let expected = if number < 70 { 0 } else { 1 };
        server.app.webhooks_sent().await;
        let alarms = server.app.webhooks().iter().filter(|sent| sent.command == ALARM).count();
        assert_eq!(alarms, expected, "after {} groups", number + 1);
        server.clock.advance_millis(500);
    }
    let mut received = webhooks.take();
    received.retain(|webhook| webhook.query["CallbackCommand"] == ALARM);
    let [alarm] = &received[..] else { panic!("expected one alarm") };
    assert_eq!((&alarm.body["QuotaUsed"], &alarm.body["Quota"]), (&json!(71), &json!(100)));
}

#[tokio::test]
async fn calls_near_their_limit_raise_an_alarm_once_per_second() {
    let webhooks = WebhookServer::start().await;
    // It needs no switch.
    let config = WebhookConfig::new(&webhooks.url).unwrap();
    // 5% of the documented 200 calls per second.
    let server =
        TestServer::with(NOW, |builder| builder.webhooks(config).quotas(QuotaMode::Scaled(0.05)))
            .await;
    for second in 0..2 {
        for number in 0..10 {
            assert_ok(&create(&server, &format!("club{second}{number}")).await);
        }
        server.call_error("create_group", json!({"Type": "Public", "Name": "club"}), 60007).await;
        server.clock.advance_millis(1_000);
    }
    server.app.webhooks_sent().await;
    let received = webhooks.take();
    let [first, second] = &received[..] else { panic!("{received:?}") };
    let expected = json!({
        "CallbackCommand": "Alert.RequestOverLimit", "ServiceName": "group_open_http_svc",
        "Command": "create_group", "Request": 9, "Limit": 10,
    });
    assert_eq!((&first.body, &second.body), (&expected, &expected));
    assert_eq!(first.query["OptPlatform"], "RESTAPI");
    assert!(!first.query.contains_key("ClientIP"), "the page does not have it");
}

#[tokio::test]
async fn control_api_sets_webhooks_and_reads_their_log() {
    let (server, webhooks) = (TestServer::new().await, WebhookServer::start().await);
    let emulator = &server.emulator;
    let path = |rest: &str| format!("/apps/{}/{rest}", server.app.sdk_app_id());
    let missing = StatusCode::NOT_FOUND;
    control_error(emulator, Method::GET, &path("webhook_settings"), Value::Null, missing).await;
    let settings = json!({
        "url": webhooks.url, "token": "xxxxyyyy", "enabled": [AFTER], "repeat": true,
    });
    control_ok(emulator, Method::PUT, &path("webhook_settings"), settings).await;
    let settings = control_ok(emulator, Method::GET, &path("webhook_settings"), Value::Null).await;
    let expected = json!({
        "url": webhooks.url, "enabled": [AFTER], "repeat": true, "refuse_if_failed": false,
    });
    assert_eq!(settings, expected, "the token stays secret");

    webhooks.reply(AFTER, Reply { status: 503, ..Reply::json(&json!({})) });
    create(&server, "one").await;
    control_ok(emulator, Method::POST, &path("webhooks/wait"), Value::Null).await;
    webhooks.allow_all();
    create(&server, "two").await;
    control_ok(emulator, Method::POST, &path("webhooks/wait"), Value::Null).await;
    let log = control_ok(emulator, Method::GET, &path("webhooks"), Value::Null).await;
    let sent = log["webhooks"].as_array().unwrap();
    assert_eq!((sent.len(), &log["ended"]), (4, &json!(4)));
    assert_eq!(column(&log["webhooks"], "attempt"), [1, 2, 3, 1]);
    assert_eq!(sent[2]["failure"], "HTTP status 503 instead of 200");
    assert_eq!(sent[3]["body"]["GroupId"], "two");
    assert_eq!(sent[3]["response"]["ErrorCode"], 0);
    assert_eq!((&sent[3]["platform"], &sent[3]["command"]), (&json!("RESTAPI"), &json!(AFTER)));
    assert!(sent[3]["duration_millis"].as_u64().unwrap() < 2_000 && sent[3]["failure"].is_null());
    let failed = path("webhooks?failed=true&after=1&limit=1");
    let log = control_ok(emulator, Method::GET, &failed, Value::Null).await;
    assert_eq!(column(&log["webhooks"], "number"), [3]);

    control_ok(emulator, Method::DELETE, &path("webhooks"), Value::Null).await;
    control_ok(emulator, Method::DELETE, &path("webhook_settings"), Value::Null).await;
    create(&server, "three").await;
    let log = control_ok(emulator, Method::GET, &path("webhooks"), Value::Null).await;
    assert_eq!(log, json!({"webhooks": [], "ended": 4}));
    let invalid = json!({"url": "nowhere", "enabled": ["Group.Typo"]});
    let (path, status) = (path("webhook_settings"), StatusCode::BAD_REQUEST);
    control_error(emulator, Method::PUT, &path, invalid, status).await;
}
