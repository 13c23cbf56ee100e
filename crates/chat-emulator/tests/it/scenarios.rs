//! Plays all scenarios against the emulator.

use std::{convert::Infallible, fmt::Write as _, time::Duration};

use chat_emulator::QuotaMode;
use chat_scenarios::{Target, families, play};
use chat_types::clock::Clock as _;
use serde_json::Value;

use crate::test_server::{NOW, TestServer};

impl Target for TestServer {
    type Error = Infallible;

    async fn call(&mut self, endpoint: &str, request: &Value) -> Result<Value, Infallible> {
        Ok(self.post(endpoint, request).await)
    }

    fn now(&self) -> u64 {
        self.clock.now().get()
    }

    async fn advance(&mut self, time: Duration) {
        self.advance_seconds(time.as_secs());
    }

    async fn join(&mut self, group: &str, accounts: &[String]) {
        self.app.join(group, accounts).unwrap();
    }

    async fn leave(&mut self, group: &str, accounts: &[String]) {
        for account in accounts {
            self.app.leave(group, account).unwrap();
        }
    }
}

#[tokio::test]
async fn every_scenario_plays() {
    let mut failures = String::new();
    for family in families().unwrap() {
        for scenario in &family.scenarios {
            let quotas = if scenario.quotas { QuotaMode::Documented } else { QuotaMode::Off };
            let mut server = TestServer::with(NOW, |builder| builder.quotas(quotas)).await;
            if let Err(failure) = play(scenario, "", &mut server).await {
                writeln!(failures, "{}, {:?}: {failure}", family.name, scenario.name).unwrap();
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}
