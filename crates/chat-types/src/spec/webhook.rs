//! The facts about one webhook, and the responses it accepts.

use super::{Confidence, FieldSpec};
use crate::DOCUMENTATION_URL;

/// The facts about one webhook.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookSpec {
    /// The name on the wire, such as `Group.CallbackAfterSendMsg`.
    pub command: &'static str,
    /// The module in [`webhook`](crate::webhook) that holds the types.
    pub module: &'static str,
    /// The name of the body's type.
    pub name: &'static str,
    /// What it reports or asks, in a few words.
    pub title: &'static str,
    /// What it reports or asks, in one to three sentences.
    pub summary: &'static str,
    /// The number of its public documentation page.
    pub doc_page: Option<u32>,
    /// The URL to which [`doc_page`](Self::doc_page) is appended.
    pub documentation_site: &'static str,
    /// Whether the response affects what happens.
    pub phase: WebhookPhase,
    /// The edition or console switch it requires.
    pub requirement: Option<&'static str>,
    /// The switch in the console that enables it.
    pub switch: WebhookSwitch,
    /// The endpoints whose calls can cause it, as `service/command`, and the actions of clients that can,
    /// as `client/action`, such as `client/send_message`. Clients may cause it in other ways as well.
    pub caused_by: &'static [&'static str],
    /// URL parameters besides those of every webhook.
    pub query: &'static [&'static str],
    /// The field of the body that names the group, room or account that the event is about, such as
    /// `GroupId`; with periods within objects. `None` if there is none, or several.
    pub subject: Option<&'static str>,
    /// What a repeat of this webhook has in common with the first attempt.
    pub duplicate_key: DuplicateKeySpec,
    /// The fields of the body.
    pub body: &'static [FieldSpec],
    /// The possible responses.
    pub response: &'static WebhookResponseSpec,
    /// When it is sent and what follows, one documented statement each.
    pub behavior: &'static [&'static str],
    /// Surprises for a receiver, one each.
    pub quirks: &'static [&'static str],
    /// How well these facts are confirmed.
    pub confidence: Confidence,
    /// What could not be confirmed.
    pub unverified: &'static [&'static str],
}

impl WebhookSpec {
    /// Returns the URL of its public documentation page.
    pub fn documentation_url(&self) -> Option<String> {
        self.doc_page.map(|page| format!("{}{page}", self.documentation_site))
    }

    /// No facts: the base of the generated tables.
    pub(crate) const EMPTY: Self = Self {
        command: "",
        module: "",
        name: "",
        title: "",
        summary: "",
        doc_page: None,
        documentation_site: DOCUMENTATION_URL,
        phase: WebhookPhase::After,
        requirement: None,
        switch: WebhookSwitch::Own,
        caused_by: &[],
        query: &[],
        subject: None,
        duplicate_key: DuplicateKeySpec::EMPTY,
        body: &[],
        response: &WebhookResponseSpec::EMPTY,
        behavior: &[],
        quirks: &[],
        confidence: Confidence::Low,
        unverified: &[],
    };
}

/// What a repeat of a webhook has in common with the first attempt, and other events do not.
///
/// Webhooks have no event ID. Where the documentation names what identifies the event, such as the key
/// of a message, that is the key. Elsewhere a repeat is recognized by its whole body, provided that
/// the body has a time: bodies without one can be equal although two things happened. If a value is
/// missing, the webhook cannot be recognized, and counts as new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DuplicateKeySpec {
    /// The fields of the body that must be present, and equal.
    pub fields: &'static [&'static str],
    /// The fields of the body that must be equal, or absent in both.
    pub optional: &'static [&'static str],
    /// The parameters of the URL that must be present, and equal.
    pub parameters: &'static [&'static str],
    /// Whether the whole body must be equal, because no field is documented to identify the event.
    pub whole_body: bool,
    /// Why nothing identifies the event, if nothing does.
    pub note: Option<&'static str>,
}

impl DuplicateKeySpec {
    /// Returns whether a repeat can be recognized.
    pub const fn is_known(&self) -> bool {
        !self.fields.is_empty() || !self.parameters.is_empty()
    }

    /// No facts: the base of the generated tables.
    pub(crate) const EMPTY: Self =
        Self { fields: &[], optional: &[], parameters: &[], whole_body: false, note: None };
}

/// Whether a webhook is sent before or after the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookPhase {
    /// Before the event: the response decides whether it happens.
    Before,
    /// After the event: the response changes nothing.
    After,
}

/// The switch in the console that enables a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookSwitch {
    /// Its own.
    Own,
    /// That of another webhook.
    SharedWith(&'static str),
    /// None: the webhook is sent as soon as the app has a URL.
    Unneeded,
}

/// The possible responses to a webhook.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookResponseSpec {
    /// The possible codes and their effects.
    pub codes: &'static [WebhookResponseVariant],
    /// Fields besides `ActionStatus`, `ErrorCode`, and `ErrorInfo`.
    pub fields: &'static [FieldSpec],
}

impl WebhookResponseSpec {
    /// No facts: the base of the generated tables.
    pub(crate) const EMPTY: Self = Self { codes: &[], fields: &[] };
}

/// A response code or a range of codes, and its effect.
#[derive(Debug)]
#[non_exhaustive]
pub struct WebhookResponseVariant {
    /// The variant of the response type.
    pub name: &'static str,
    /// The smallest code.
    pub first: i64,
    /// The largest code; equal to `first` for a single code.
    pub last: i64,
    /// Whether the service reads the other response fields with this code.
    pub changes: bool,
    /// The effect.
    pub doc: &'static str,
}

impl WebhookResponseVariant {
    pub(crate) const fn code(name: &'static str, code: i64, doc: &'static str) -> Self {
        Self::range(name, code, code, doc)
    }

    pub(crate) const fn range(
        name: &'static str,
        first: i64,
        last: i64,
        doc: &'static str,
    ) -> Self {
        Self { name, first, last, changes: false, doc }
    }

    pub(crate) const fn with_changes(self) -> Self {
        Self { changes: true, ..self }
    }
}
