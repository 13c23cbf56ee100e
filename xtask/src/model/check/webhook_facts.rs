//! What webhooks say about endpoints and about each other.

use std::collections::BTreeSet;

use crate::spec::{
    Diagnostics, Spec,
    format::{CLIENT_PREFIX, NO_SWITCH},
};

/// Checks that the causes of webhooks are endpoints or actions of clients, and that the webhooks whose console switch is
/// shared exist and have their own.
pub(in crate::model) fn webhook_facts(spec: &Spec, found: &mut Diagnostics) {
    let endpoints = spec
        .endpoints
        .iter()
        .map(|file| format!("{}/{}", file.content.service.as_ref(), file.content.command.as_ref()));
    let actions = spec.webhook.content.client_actions.keys();
    let actions = actions.map(|action| format!("{CLIENT_PREFIX}{}", action.as_ref()));
    let causes: BTreeSet<String> = endpoints.chain(actions).collect();
    let with_own_switch: BTreeSet<&str> = spec
        .webhooks
        .iter()
        .filter(|file| file.content.switch.is_none())
        .map(|file| file.content.command.as_ref().as_str())
        .collect();
    for file in &spec.webhooks {
        for cause in &file.content.caused_by {
            if !causes.contains(cause.as_ref()) {
                let title = format!("unknown cause {:?}", cause.as_ref());
                let help = format!(
                    "write service/command of an endpoint in spec/endpoints, or {CLIENT_PREFIX} and one \
                     of the [client_actions] of spec/webhook.toml"
                );
                let what = "neither an endpoint nor an action of clients";
                found.error(&file.source, cause.span(), title, what, Some(help));
            }
        }
        let shared = file.content.switch.iter().filter(|switch| switch.as_ref() != NO_SWITCH);
        for switch in shared {
            if !with_own_switch.contains(switch.as_ref().as_str()) {
                let title = format!("unknown console switch {:?}", switch.as_ref());
                let help = Some(format!(
                    "name a webhook that has its own switch, or {NO_SWITCH:?} if none is needed"
                ));
                found.error(
                    &file.source,
                    switch.span(),
                    title,
                    "not a webhook with a switch",
                    help,
                );
            }
        }
    }
}
