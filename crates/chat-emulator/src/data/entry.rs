//! What a record of a log says: a line of JSON, and what it is about as it was received.

use std::borrow::Cow;

use chat_types::UnixSeconds;
use serde::{Deserialize, Serialize};

use crate::{LastPage, QuotaMode, webhooks::answer::Answer};

/// The first line of a record. The rest of the record is the body of the call, the
/// change or the action.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry<'a> {
    /// The settings by which the entries that follow were handled.
    Settings(Settings),
    #[serde(borrow)]
    Call(LoggedCall<'a>),
    #[serde(borrow)]
    Change(LoggedChange<'a>),
    #[serde(borrow)]
    Action(LoggedAction<'a>),
    Clock(LoggedClock),
}

/// The settings that decide what a call does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Settings {
    /// The version of the format.
    pub(crate) format: u32,
    pub(crate) quotas: QuotaMode,
    pub(crate) last_page: LastPage,
    pub(crate) admins: Vec<String>,
}

/// A call that reached its handler. Everything before was passed, such as the signature, the quota and
/// the documented rules, and is not checked again.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LoggedCall<'a> {
    pub(crate) app: u32,
    pub(crate) at: UnixSeconds,
    #[serde(borrow)]
    pub(crate) service: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) command: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) caller: Cow<'a, str>,
    /// The host and port by which the client reached the server.
    pub(crate) host: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) invalid_items: Vec<usize>,
    /// The answers to the webhooks that it asked, in order.
    #[serde(default, skip_serializing_if = "<[Answer]>::is_empty")]
    pub(crate) answers: Cow<'a, [Answer]>,
    /// The numbers that it drew before it asked a webhook.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) kept: Vec<u32>,
    /// The code of its response.
    pub(crate) code: i64,
}

/// A change that did not come from a call.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LoggedChange<'a> {
    pub(crate) app: u32,
    pub(crate) at: UnixSeconds,
    #[serde(borrow)]
    pub(crate) kind: Cow<'a, str>,
}

/// What a user did with a client.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct LoggedAction<'a> {
    pub(crate) app: u32,
    pub(crate) at: UnixSeconds,
    #[serde(borrow)]
    pub(crate) account: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) kind: Cow<'a, str>,
    /// The answers to the webhooks that it asked, in order.
    #[serde(default, skip_serializing_if = "<[Answer]>::is_empty")]
    pub(crate) answers: Cow<'a, [Answer]>,
    /// The numbers that it drew before it asked a webhook.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) kept: Vec<u32>,
}

/// The clock, after it was changed.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct LoggedClock {
    /// Added to the time of the clock of the builder while the clock runs, in milliseconds.
    pub(crate) offset: i64,
    /// The time in milliseconds that the clock shows while it is frozen.
    pub(crate) frozen_at: Option<u64>,
}

impl Settings {
    pub(crate) const FORMAT: u32 = 1;
}

impl Entry<'_> {
    /// Appends the first line, including its end.
    pub(super) fn write_line(&self, buffer: &mut Vec<u8>) -> serde_json::Result<()> {
        serde_json::to_writer(&mut *buffer, self)?;
        buffer.push(b'\n');
        Ok(())
    }
}

/// Splits a record into its first line and the rest.
pub(super) fn split(record: &[u8]) -> (&[u8], &[u8]) {
    let end = record.iter().position(|byte| *byte == b'\n').unwrap_or(record.len());
    let (line, rest) = record.split_at(end);
    (line, rest.get(1..).unwrap_or_default())
}
