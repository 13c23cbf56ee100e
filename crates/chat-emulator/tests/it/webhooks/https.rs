//! Webhooks over TLS.

use chat_emulator::{Emulator, Tls, WebhookConfig, WebhookConfigError, WebhookFailure};

use super::{AFTER, create};
use crate::test_server::TestServer;

#[tokio::test]
async fn webhooks_go_over_tls_to_a_server_whose_authority_is_trusted() {
    // Another emulator responds to everything with status 200 and a JSON object, as the app's server must.
    let app_server = Emulator::builder().tls(Tls::generated()).start().await.unwrap();
    let config = || {
        WebhookConfig::new(&format!("{}/webhooks", app_server.url()))
            .unwrap()
            .enable(AFTER)
            .unwrap()
    };
    let server = TestServer::new().await;
    server.app.set_webhooks(config());
    create(&server, "one").await;
    server.app.webhooks_sent().await;
    let authority = app_server.ca_certificate().unwrap();
    server.app.set_webhooks(config().ca_certificates(authority).unwrap());
    create(&server, "two").await;
    server.app.webhooks_sent().await;

    let log = server.app.webhooks();
    let outcomes: Vec<_> = log.iter().map(|sent| &sent.outcome).collect();
    let [Err(WebhookFailure::Connection { reason, .. }), Ok(response)] = &outcomes[..] else {
        panic!("{outcomes:?}");
    };
    assert!(reason.contains("certificate"), "{reason}");
    assert!(response.starts_with(b"{"), "{response:?}");
    assert_eq!(app_server.calls().total(), 1, "the connection that was refused made no call");
}

#[test]
fn authorities_must_be_certificates() {
    let config = WebhookConfig::new("https://example.com/").unwrap();
    for pem in ["", "-----BEGIN CERTIFICATE-----\nAAAA"] {
        let error = config.clone().ca_certificates(pem).unwrap_err();
        assert!(matches!(error, WebhookConfigError::Certificates { .. }), "{error}");
    }
}
