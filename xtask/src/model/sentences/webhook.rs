//! The documentation of webhooks.

use super::sections::{page, sections};
use crate::model::{
    WebhookFacts,
    docs::{Details, Docs, markdown},
};
use crate::spec::format::Phase;

/// The documentation of the type of a webhook's body.
pub(in crate::model) fn webhook(command: &str, payload: &str, facts: &WebhookFacts) -> Docs {
    let phase = match facts.phase {
        Phase::Before => "Sent before the event: the response decides what happens.",
        Phase::After => "Sent after the event: the response changes nothing.",
    };
    let mut first = vec![phase.to_owned()];
    if let Some(requires) = &facts.requirement {
        first.push(format!("Requires: {}", markdown(requires)));
    }
    if !facts.query.is_empty() {
        first.push(format!("The URL also has {}.", facts.query.join(" and ")));
    }
    Docs {
        target: command.to_owned(),
        summary: markdown(&facts.summary),
        facts: first,
        page: page(facts.doc_page.as_ref()),
        sections: sections(&facts.behavior, &facts.quirks, &facts.unverified),
        errors: Vec::new(),
        details: Details {
            anchor: format!("impl-Webhook-for-{payload}"),
            doc: format!("Notes on `{command}` from its documentation and from server code."),
        },
    }
}
