//! Plays all scenarios against the emulator. Webhooks go over a real socket to the receiver of
//! chat-webhook, whose typed handlers get them and respond.

use std::{collections::BTreeMap, convert::Infallible, fmt::Write as _, time::Duration};

use chat_emulator::{EmulatorBuilder, QuotaMode, WebhookConfig, WebhookToken};
use chat_scenarios::{Scenario, Target, families, play};
use chat_types::clock::Clock as _;
use serde_json::Value;

use crate::{
    test_server::{NOW, TestServer},
    typed_receiver::TypedReceiver,
};

/// An emulator, and the app's server.
pub(crate) struct Played {
    pub(crate) server: TestServer,
    /// `None` if the scenario is not about webhooks.
    webhooks: Option<TypedReceiver>,
}

impl Played {
    /// Starts both with the settings that a scenario needs, and others.
    pub(crate) async fn start(
        scenario: &Scenario,
        configure: impl FnOnce(EmulatorBuilder) -> EmulatorBuilder,
    ) -> Self {
        let quotas = if scenario.quotas { QuotaMode::Documented } else { QuotaMode::Off };
        let server = TestServer::with(NOW, |builder| configure(builder.quotas(quotas))).await;
        let mut webhooks = None;
        if scenario.needs_webhooks() {
            let token = WebhookToken::new("xxxxyyyy").unwrap();
            let (app, clock) = (server.app.sdk_app_id(), server.clock.clone());
            let receiver = TypedReceiver::start(app, token.clone(), clock).await;
            let config = WebhookConfig::new(&receiver.url).unwrap().token(token);
            server.app.set_webhooks(config.enable_all());
            webhooks = Some(receiver);
        }
        Self { server, webhooks }
    }
}

impl Target for Played {
    type Error = Infallible;

    async fn call(&mut self, endpoint: &str, request: &Value) -> Result<Value, Infallible> {
        Ok(self.server.post(endpoint, request).await)
    }

    async fn act(
        &mut self,
        account: &str,
        action: &str,
        request: &Value,
    ) -> Result<Value, Infallible> {
        Ok(self.server.act(account, action, request.clone()).await)
    }

    fn now(&self) -> u64 {
        self.server.clock.now().get()
    }

    async fn advance(&mut self, time: Duration) {
        self.server.advance_seconds(time.as_secs());
    }

    async fn join(&mut self, group: &str, accounts: &[String]) {
        self.server.app.join(group, accounts).unwrap();
    }

    async fn leave(&mut self, group: &str, accounts: &[String]) {
        for account in accounts {
            self.server.app.leave(group, account).unwrap();
        }
    }

    fn set_webhook_responses(&mut self, responses: &BTreeMap<String, Value>) {
        if let Some(webhooks) = &self.webhooks {
            webhooks.set_responses(responses);
        }
    }

    async fn take_webhooks(&mut self) -> Vec<Value> {
        self.server.app.webhooks_sent().await;
        self.webhooks.as_ref().map(TypedReceiver::take).unwrap_or_default()
    }
}

#[tokio::test]
async fn every_scenario_plays() {
    let mut failures = String::new();
    for family in families().unwrap() {
        for scenario in &family.scenarios {
            let mut played = Played::start(scenario, |builder| builder).await;
            if let Err(failure) = play(scenario, "", &mut played).await {
                writeln!(failures, "{}, {:?}: {failure}", family.name, scenario.name).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
