//! The log of webhooks: what was sent, what came back, and how long it took.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use chat_types::{UnixMillis, webhook::WebhookParameters};
use serde_json::Value;
use thiserror::Error;

/// One call of the app's server; see [`App::webhooks`](crate::App::webhooks).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SentWebhook {
    /// The number of the call, in the order in which calls ended; the first has 1.
    pub number: u64,
    /// The name of the webhook, such as `Group.CallbackAfterSendMsg`.
    pub command: &'static str,
    /// The parameters of the URL, without the signature.
    pub parameters: WebhookParameters,
    /// The body, byte by byte.
    pub body: Bytes,
    /// 1, or higher if the webhook is repeated because earlier calls failed.
    pub attempt: u32,
    /// When it was sent, by the clock of the emulator.
    pub sent: UnixMillis,
    /// How long the call took.
    pub duration: Duration,
    /// The body of the response, or why the call failed.
    pub outcome: Result<Bytes, WebhookFailure>,
}

impl SentWebhook {
    /// Parses the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Why a call of the app's server failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WebhookFailure {
    /// There was no response within 2 seconds.
    #[error("no response within 2 seconds")]
    Timeout,
    /// The connection failed.
    #[error("connection failed: {reason}")]
    #[non_exhaustive]
    Connection {
        /// How.
        reason: String,
    },
    /// The HTTP status is not 200.
    #[error("HTTP status {status} instead of 200")]
    #[non_exhaustive]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The body is not a response of the webhook.
    #[error("invalid response: {reason}")]
    #[non_exhaustive]
    InvalidResponse {
        /// What is wrong with it.
        reason: String,
    },
}

/// The newest webhooks.
#[derive(Debug, Default)]
pub(super) struct WebhookLog {
    kept: VecDeque<SentWebhook>,
    ended: u64,
}

impl WebhookLog {
    /// Adds a call, and gives it its number.
    pub(super) fn add(&mut self, mut sent: SentWebhook) {
        self.ended += 1;
        sent.number = self.ended;
        if self.kept.len() == MAX_KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(sent);
    }

    /// Forgets the calls so far. Numbers go on.
    pub(super) fn clear(&mut self) {
        self.kept.clear();
    }

    /// Returns the number of calls that ended so far.
    pub(super) fn ended(&self) -> u64 {
        self.ended
    }

    pub(super) fn kept(&self) -> Vec<SentWebhook> {
        self.kept.iter().cloned().collect()
    }
}

const MAX_KEPT: usize = 1_000;
