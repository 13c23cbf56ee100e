//! One webhook: `spec/webhooks/<area>/<name>.toml`; and `spec/webhook.toml`.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    endpoint::Confidence,
    field::{Field, Struct},
    located::Located,
    page_date::PageDate,
};

/// One webhook: `spec/webhooks/<area>/<name>.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookFile {
    /// Its name on the wire, such as `Group.CallbackAfterSendMsg`. The part
    /// before the period is the folder in snake case, the part after it the file.
    pub(crate) command: Located<String>,
    /// What it reports or requests, in a few words and without a period.
    pub(crate) title: String,
    /// What it reports or requests, in one to three sentences.
    pub(crate) summary: String,
    /// Number of its public documentation page.
    pub(crate) doc_page: Option<u32>,
    /// When the page that the facts were read from was last changed: `2026-04` or `2026-04-17`.
    pub(crate) page_date: Option<PageDate>,
    /// Whether it is sent before or after the event.
    pub(crate) phase: Phase,
    /// Parameters of the URL, besides those of every webhook, from `spec/webhook.toml`.
    #[serde(default)]
    pub(crate) query: Vec<Located<String>>,
    /// Whether the body repeats the command as `CallbackCommand`.
    #[serde(default = "yes")]
    pub(crate) command_in_body: bool,
    /// Edition or console setting that it requires.
    pub(crate) requirement: Option<String>,
    /// The webhook whose console switch it shares, or `none` if it is sent as soon as the app has a
    /// URL. By default it has its own switch.
    pub(crate) switch: Option<Located<String>>,
    /// The endpoints whose calls can cause it, as `service/command`, and the actions of clients that can,
    /// as `client/action`.
    #[serde(default)]
    pub(crate) caused_by: Vec<Located<String>>,
    /// How well the facts are confirmed.
    pub(crate) confidence: Confidence,
    /// When it is sent and what follows, one documented statement each.
    #[serde(default)]
    pub(crate) behavior: Vec<String>,
    /// What may surprise a receiver.
    #[serde(default)]
    pub(crate) quirks: Vec<String>,
    /// What could not be confirmed.
    #[serde(default)]
    pub(crate) unverified: Vec<String>,
    /// A response type of `spec/webhook.toml`, if it has no response of its own.
    pub(crate) response_type: Option<Located<String>>,
    /// The field that says which group, room or account the event is about, such as `GroupId`, or
    /// `Info.To_Account` within an object.
    pub(crate) subject: Option<Located<String>>,
    /// What a repeat has in common with the first attempt.
    pub(crate) duplicate_key: DuplicateKey,
    /// Fields of the body, in the order of the documentation, without `CallbackCommand`.
    #[serde(default)]
    pub(crate) request: IndexMap<Located<String>, Field>,
    /// Fields of the response, without `ActionStatus`, `ErrorCode` and `ErrorInfo`.
    #[serde(default)]
    pub(crate) response: IndexMap<Located<String>, Field>,
    /// The possible responses, if there is no `response_type`.
    #[serde(default)]
    pub(crate) variants: IndexMap<Located<String>, ResponseVariant>,
    /// Objects that only this webhook uses.
    #[serde(default)]
    pub(crate) structs: IndexMap<Located<String>, Struct>,
}

/// The `switch` of a webhook that needs none.
pub(crate) const NO_SWITCH: &str = "none";

/// What the causes that are actions of clients start with.
pub(crate) const CLIENT_PREFIX: &str = "client/";

fn yes() -> bool {
    true
}

/// Whether a webhook is sent before or after the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Phase {
    /// Before: the response decides.
    Before,
    /// After: the response changes nothing.
    After,
}

/// What a repeat of a webhook has in common with the first attempt, and other events do not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DuplicateKey {
    /// Fields of the body that must be present, and equal.
    #[serde(default)]
    pub(crate) fields: Vec<Located<String>>,
    /// Fields of the body that must be equal, or absent in both.
    #[serde(default)]
    pub(crate) optional: Vec<Located<String>>,
    /// Parameters of the URL that must be present, and equal.
    #[serde(default)]
    pub(crate) parameters: Vec<Located<String>>,
    /// Whether the whole body must be equal: no field is documented to identify the event.
    #[serde(default)]
    pub(crate) body: bool,
    /// Why nothing identifies the event, if nothing does.
    pub(crate) note: Option<String>,
}

/// A possible response to a webhook: either `code`, or `from` and `to`. A response with a code of a
/// range has an `ErrorInfo` for the client.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseVariant {
    /// Its `ErrorCode`.
    pub(crate) code: Option<i64>,
    /// The smallest `ErrorCode` of a range.
    pub(crate) from: Option<i64>,
    /// The largest `ErrorCode` of a range.
    pub(crate) to: Option<i64>,
    /// Its effect.
    pub(crate) doc: String,
    /// Fields of the response that it uses.
    #[serde(default)]
    pub(crate) fields: Vec<Located<String>>,
}

/// What all webhooks share: `spec/webhook.toml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookSharedFile {
    /// Parameters of the URL.
    pub(crate) query: IndexMap<Located<String>, Field>,
    /// What clients do that can cause webhooks, each with its documentation.
    #[serde(default)]
    pub(crate) client_actions: IndexMap<Located<String>, String>,
    /// Response types that several webhooks share.
    pub(crate) response_types: IndexMap<Located<String>, ResponseType>,
}

/// A response that several webhooks share.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResponseType {
    /// What it is.
    pub(crate) doc: String,
    /// The possible responses.
    pub(crate) variants: IndexMap<Located<String>, ResponseVariant>,
}
