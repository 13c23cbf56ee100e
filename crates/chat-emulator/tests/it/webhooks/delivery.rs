//! Webhooks after an event: they have the order of the changes, and delay no response.

use std::time::Duration;

use chat_emulator::{QuotaMode, WebhookConfig, WebhookFailure};
use serde_json::json;

use super::{AFTER, connected, create};
use crate::{
    test_server::{NOW, TestServer, assert_ok},
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
        assert_eq!(server.app.webhooks().len(), expected, "after {} groups", number + 1);
        server.clock.advance_millis(500);
    }
    let [alarm] = &webhooks.take()[..] else { panic!("expected one alarm") };
    assert_eq!((&alarm.body["QuotaUsed"], &alarm.body["Quota"]), (&json!(71), &json!(100)));
}
