use super::{Confidence, FieldSpec};
use crate::{DOCUMENTATION_URL, webhook::WEBHOOKS};

/// One webhook.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookSpec {
    /// Its name on the wire, such as `Group.CallbackAfterSendMsg`.
    pub command: &'static str,
    /// Module below [`webhook`](crate::webhook) that holds the types.
    pub module: &'static str,
    /// Name of the body's type.
    pub name: &'static str,
    /// What it tells or asks, in a few words.
    pub title: &'static str,
    /// What it tells or asks, in one to three sentences.
    pub summary: &'static str,
    /// Number of its public documentation page.
    pub doc_page: Option<u32>,
    /// Whether the response decides.
    pub phase: WebhookPhase,
    /// Edition or console switch that it needs.
    pub requirement: Option<&'static str>,
    /// Parameters of the URL beside those of every webhook.
    pub query: &'static [&'static str],
    /// Fields of the body.
    pub body: &'static [FieldSpec],
    /// What can be answered.
    pub response: &'static WebhookResponseSpec,
    /// When it comes and what follows from it, one documented statement each.
    pub behavior: &'static [&'static str],
    /// What a receiver would trip over.
    pub quirks: &'static [&'static str],
    /// How well the facts are confirmed.
    pub confidence: Confidence,
    /// What could not be confirmed.
    pub unverified: &'static [&'static str],
}

impl WebhookSpec {
    /// The webhook of this command.
    ///
    /// ```
    /// use chat_types::spec::WebhookSpec;
    ///
    /// let webhook = WebhookSpec::find("State.StateChange");
    /// assert_eq!(webhook.map(|webhook| webhook.module), Some("state"));
    /// ```
    pub fn find(command: &str) -> Option<&'static Self> {
        WEBHOOKS
            .binary_search_by(|spec| spec.command.cmp(command))
            .ok()
            .and_then(|index| WEBHOOKS.get(index))
            .copied()
    }

    /// Address of its public documentation page.
    pub fn documentation_url(&self) -> Option<String> {
        self.doc_page.map(|page| format!("{DOCUMENTATION_URL}{page}"))
    }
}

/// Whether a webhook comes before something happens or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookPhase {
    /// Before: the response decides.
    Before,
    /// After: the response changes nothing.
    After,
}

/// What can be answered to a webhook.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookResponseSpec {
    /// The codes, each with what it does.
    pub codes: &'static [WebhookResponseVariant],
    /// Fields beside `ActionStatus`, `ErrorCode` and `ErrorInfo`.
    pub fields: &'static [FieldSpec],
}

/// A code that can be answered, or a range of them.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookResponseVariant {
    /// Variant of the response's type.
    pub name: &'static str,
    /// The smallest code.
    pub first: i64,
    /// The largest code; the smallest again where it is one.
    pub last: i64,
    /// Whether the other fields of the response count with it.
    pub changes: bool,
    /// What it does.
    pub doc: &'static str,
}
