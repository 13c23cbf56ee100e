//! Webhooks before an event: the emulator waits for the response and obeys it.

use std::time::Duration;

use chat_emulator::{WebhookConfig, WebhookFailure};
use serde_json::json;

use super::{AFTER, BEFORE, connected, create, names};
use crate::{
    test_server::{assert_error, assert_ok},
    webhook_receiver::Reply,
};

#[tokio::test]
async fn refusal_has_the_documented_code_or_that_of_the_response() {
    let (server, webhooks) = connected(WebhookConfig::enable_all).await;
    webhooks.reply_json(BEFORE, &json!({"ActionStatus": "OK", "ErrorCode": 1, "ErrorInfo": ""}));
    assert_error(&create(&server, "club").await, 10016);
    webhooks.reply_json(BEFORE, &json!({"ErrorCode": 10150, "ErrorInfo": "no clubs here"}));
    let info = assert_error(&create(&server, "club").await, 10150);
    assert_eq!(info, "no clubs here");
    assert_eq!(names(&server, &webhooks).await, [BEFORE, BEFORE], "nothing was created");
    webhooks.allow_all();
    assert_ok(&create(&server, "club").await);
}

#[tokio::test]
async fn failed_call_allows_unless_configured_otherwise() {
    let failures = [
        Reply { status: 500, ..Reply::json(&json!({"ErrorCode": 1})) },
        Reply { body: "not JSON".to_owned(), ..Reply::json(&json!({})) },
        Reply::json(&json!({"ErrorCode": 7})),
        Reply::json(&json!({"ActionStatus": "OK"})),
    ];
    for refuse in [false, true] {
        let (server, webhooks) =
            connected(|config| config.enable_all().refuse_if_failed(refuse)).await;
        for (number, failure) in failures.iter().enumerate() {
            webhooks.reply(BEFORE, failure.clone());
            let response = create(&server, &format!("club{number}")).await;
            let expected = if refuse { 10016 } else { 0 };
            assert_eq!(response["ErrorCode"], expected, "{failure:?}");
        }
        server.app.webhooks_sent().await;
        let log = server.app.webhooks();
        let questions: Vec<_> = log.iter().filter(|sent| sent.command == BEFORE).collect();
        assert_eq!(questions.len(), failures.len(), "questions are never repeated");
        assert!(questions.iter().all(|sent| sent.outcome.is_err()));
    }
}

#[tokio::test]
async fn late_response_counts_as_failed() {
    let (server, webhooks) = connected(|config| config.enable(BEFORE).unwrap()).await;
    let late = Reply::json(&json!({"ErrorCode": 1}));
    webhooks.reply(BEFORE, Reply { delay: Duration::from_secs(20), ..late });
    assert_ok(&create(&server, "club").await);
    let log = server.app.webhooks();
    assert_eq!(log[0].outcome, Err(WebhookFailure::Timeout));
    assert!((2.0..4.0).contains(&log[0].duration.as_secs_f64()), "{:?}", log[0].duration);
}

#[tokio::test]
async fn other_calls_are_handled_while_a_webhook_is_asked() {
    let (server, webhooks) = connected(WebhookConfig::enable_all).await;
    let slow = Reply::json(&json!({"ErrorCode": 0, "ErrorInfo": ""}));
    webhooks.reply(BEFORE, Reply { delay: Duration::from_millis(500), ..slow });
    let query = server.query();
    let path = format!("/v4/group_open_http_svc/create_group?{query}");
    let body = r#"{"Type": "Public", "Name": "club", "GroupId": "club"}"#;
    let slow = server.send(hyper::Method::POST, &path, body);
    let meanwhile = async {
        while webhooks.take().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        webhooks.allow_all();
        // The question was asked about an ID that is free, and the ID is taken when the response comes.
        server.app.set_webhooks(None);
        create(&server, "club").await
    };
    let ((_, first), second) = tokio::join!(slow, meanwhile);
    assert_ok(&second);
    assert_error(&first, 10025);
    assert!(!names(&server, &webhooks).await.contains(&AFTER.to_owned()), "it created nothing");
}
