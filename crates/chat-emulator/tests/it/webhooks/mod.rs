//! Webhooks: how they are sent, and what becomes of the responses. Which call causes which webhook is
//! in the scenarios.

mod delivery;
#[cfg(feature = "tls")]
mod https;
mod questions;

use chat_emulator::{WebhookConfig, WebhookToken};
use chat_types::clock::Clock as _;
use serde_json::{Value, json};

use crate::{
    test_server::{NOW, TestServer},
    webhook_receiver::WebhookServer,
};

const BEFORE: &str = "Group.CallbackBeforeCreateGroup";

const AFTER: &str = "Group.CallbackAfterCreateGroup";

/// An emulator that sends all webhooks to a server.
async fn connected(
    configure: impl FnOnce(WebhookConfig) -> WebhookConfig,
) -> (TestServer, WebhookServer) {
    let webhooks = WebhookServer::start().await;
    let config = configure(WebhookConfig::new(&webhooks.url).unwrap());
    let server = TestServer::with(NOW, |builder| builder.webhooks(config)).await;
    (server, webhooks)
}

/// Creates a group, and returns the response.
async fn create(server: &TestServer, id: &str) -> Value {
    let request = json!({"Type": "Public", "Name": "club", "GroupId": id});
    server.call("create_group", request).await
}

/// Returns the names of the webhooks that arrived, after all have been sent.
async fn names(server: &TestServer, webhooks: &WebhookServer) -> Vec<String> {
    server.app.webhooks_sent().await;
    webhooks.take().into_iter().map(|webhook| webhook.query["CallbackCommand"].clone()).collect()
}

#[tokio::test]
async fn creation_asks_and_reports() {
    let token = WebhookToken::new("xxxxyyyy").unwrap();
    let (server, webhooks) = connected(|config| config.token(token.clone()).enable_all()).await;
    server.import_accounts(&["peter", "leckie"]).await;
    let request = json!({
        "Type": "Public", "Name": "club", "GroupId": "club", "Owner_Account": "peter",
        "MemberList": [{"Member_Account": "leckie"}],
    });
    server.call_ok("create_group", request).await;
    server.app.webhooks_sent().await;
    let received = webhooks.take();
    let [before, after] = &received[..] else { panic!("{received:?}") };
    let event_time = server.clock.unix_millis();
    assert_eq!(
        before.body,
        json!({
            "CallbackCommand": BEFORE, "Operator_Account": "administrator", "Owner_Account": "peter",
            "Type": "Public", "Name": "club", "MemberList": [{"Member_Account": "leckie"}],
            "EventTime": event_time,
        })
    );
    assert_eq!(
        after.body,
        json!({
            "CallbackCommand": AFTER, "GroupId": "club", "Operator_Account": "administrator",
            "Owner_Account": "peter", "Type": "Public", "Name": "club",
            "MemberList": [{"Member_Account": "leckie"}], "UserDefinedDataList": [],
            "EventTime": event_time,
        })
    );
    let sign = token.sign(server.clock.now());
    let expected = [
        ("CallbackCommand", AFTER),
        ("ClientIP", "127.0.0.1"),
        ("OptPlatform", "RESTAPI"),
        ("RequestTime", "1700000000"),
        ("SdkAppid", "1400000000"),
        ("Sign", &sign),
        ("contenttype", "json"),
        ("tenant", "7"),
    ];
    let found: Vec<_> = after.query.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn only_enabled_webhooks_are_sent() {
    let (server, webhooks) = connected(|config| config.enable(AFTER).unwrap()).await;
    create(&server, "one").await;
    assert_eq!(names(&server, &webhooks).await, [AFTER]);
    let (server, webhooks) = connected(|config| config).await;
    create(&server, "one").await;
    assert!(names(&server, &webhooks).await.is_empty());
    server.app.set_webhooks(WebhookConfig::new(&webhooks.url).unwrap().enable_all());
    create(&server, "two").await;
    assert_eq!(names(&server, &webhooks).await, [BEFORE, AFTER]);
    server.app.set_webhooks(None);
    create(&server, "three").await;
    assert!(names(&server, &webhooks).await.is_empty());
}
