//! The documentation of webhooks.

use super::sections::{page, sections};
use crate::model::{
    DuplicateKey, WebhookFacts,
    docs::{Details, Docs, markdown},
};
use crate::spec::format::{CLIENT_PREFIX, Phase};

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
    first.extend(causes(&facts.caused_by));
    first.push(repeats(&facts.duplicate_key));
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

/// Which calls cause it, and which actions of clients.
fn causes(caused_by: &[String]) -> Option<String> {
    let of_clients = |cause: &&String| cause.starts_with(CLIENT_PREFIX);
    let calls = caused_by.iter().filter(|cause| !of_clients(cause));
    let calls: Vec<_> = calls.map(|call| format!("`{call}`")).collect();
    let actions: Vec<_> = caused_by
        .iter()
        .filter_map(|cause| cause.strip_prefix(CLIENT_PREFIX))
        .map(|action| action.replace('_', " "))
        .collect();
    match (calls.is_empty(), actions.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("Caused by calls of {}.", calls.join(", "))),
        (true, false) => Some(format!("Caused by clients that {}.", actions.join(", "))),
        (false, false) => {
            let (calls, actions) = (calls.join(", "), actions.join(", "));
            Some(format!("Caused by calls of {calls}, and by clients that {actions}."))
        }
    }
}

/// How a repeat is recognized.
fn repeats(key: &DuplicateKey) -> String {
    let DuplicateKey { fields, optional, parameters, whole_body, note } = key;
    if let Some(note) = note {
        return format!("A repeat cannot be recognized. {}", markdown(note));
    }
    let same: Vec<&str> =
        parameters.iter().chain(fields).chain(optional).map(String::as_str).collect();
    if *whole_body {
        format!(
            "A repeat is recognized by its whole body, if that has {}: no key is documented.",
            same.join(" and ")
        )
    } else {
        format!("A repeat has the same {}.", joined(&same))
    }
}

fn joined(names: &[&str]) -> String {
    match names {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}
