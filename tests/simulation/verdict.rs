//! Compares what jobs reported with what the service did.

use std::collections::BTreeMap;

use chat_admin::Outcome;
use chat_emulator::Emulator;
use chat_types::{Batched, ErrorCode, group::ForbidSendMsg, message::SendGroupSystemNotification};
use serde_json::Value;

use crate::scenario::JobKind;

/// The outcomes that a job reported at its end.
pub(crate) struct Reported {
    pub(crate) names: Vec<String>,
    pub(crate) outcomes: Vec<(String, Outcome)>,
}

/// What the service did.
pub(crate) struct Verdict {
    /// How often each account was in a call that succeeded.
    effects: BTreeMap<String, u32>,
    /// The refusals by command and code. All calls are valid, so only the quota can refuse one.
    refused: Vec<(&'static str, BTreeMap<ErrorCode, u64>)>,
}

impl Verdict {
    pub(crate) fn new(emulator: &Emulator) -> Self {
        let mut effects = BTreeMap::new();
        assert_eq!(emulator.dropped_requests(), 0);
        for request in emulator.requests() {
            if request.code != ErrorCode::OK {
                continue;
            }
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            for account in accounts(&body) {
                *effects.entry(account.to_owned()).or_default() += 1;
            }
        }
        let calls = emulator.calls();
        let refused = calls.iter().map(|(_, command, counts)| (command, counts.failed.clone()));
        Self { effects, refused: refused.filter(|(_, failed)| !failed.is_empty()).collect() }
    }

    /// Checks that every item was reported once and truly, and nothing was done twice that must not be.
    pub(crate) fn check(&mut self, kind: JobKind, reported: &Reported) {
        let mut outcomes: BTreeMap<&str, &Outcome> = BTreeMap::new();
        for (name, outcome) in &reported.outcomes {
            assert!(outcomes.insert(name, outcome).is_none(), "{name} was reported twice");
        }
        assert_eq!(outcomes.len(), reported.names.len(), "an item is missing, or one too many");
        for name in &reported.names {
            let effects = self.effects.remove(name).unwrap_or(0);
            match outcomes[name.as_str()] {
                Outcome::Done => assert!(effects > 0, "{name} is reported as done and was not"),
                Outcome::Failed(why) => {
                    assert_eq!(effects, 0, "{name} is reported as failed and was done: {why}");
                }
                _ => {}
            }
            if kind == JobKind::Notify {
                assert!(effects <= 1, "{name} was notified {effects} times");
            }
        }
    }

    /// Checks that the service refused no call as one too many.
    pub(crate) fn check_quota(&self) {
        assert!(self.refused.is_empty(), "calls over the quota: {:?}", self.refused);
    }
}

fn accounts(body: &Value) -> impl Iterator<Item = &str> {
    let fields = [ForbidSendMsg::BATCH.field, SendGroupSystemNotification::BATCH.field];
    let list = fields.iter().find_map(|field| body[*field].as_array()).unwrap();
    list.iter().map(|account| account.as_str().unwrap())
}
