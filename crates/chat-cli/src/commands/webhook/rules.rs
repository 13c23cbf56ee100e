//! Rules that decide about webhooks, from a file.

use std::path::Path;

use chat_types::spec::{WebhookPhase, WebhookSpec};
use chat_webhook::{RawResponse, RawWebhook};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{delivery::effect, example};
use crate::{commands::args::read_payload, error::Error};

/// The rules of a file, the first of which decides that matches. Without one, events are allowed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rules {
    #[serde(default)]
    rules: Vec<Rule>,
}

/// Which webhooks, and the response to them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// All webhooks if absent.
    webhook: Option<String>,
    /// Values in the body by their paths.
    #[serde(default)]
    when: Map<String, Value>,
    #[serde(default)]
    allow: bool,
    refuse: Option<Refusal>,
    replace: Option<Map<String, Value>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    code: i64,
    #[serde(default)]
    text: String,
}

impl Rules {
    /// Reads and checks a file. Every response must be one of its webhook.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let text = String::from_utf8(read_payload(path)?)
            .map_err(|_| Error::input(format!("{shown} is not valid UTF-8")))?;
        let rules: Self = toml::from_str(&text)
            .map_err(|error| Error::input(format!("invalid rules in {shown}: {error}")))?;
        for (index, rule) in rules.rules.iter().enumerate() {
            rule.check().map_err(|why| {
                Error::input(format!("invalid rule {} in {shown}: {why}", index + 1))
            })?;
        }
        Ok(rules)
    }

    /// Returns the response to a webhook.
    pub(super) fn respond(&self, webhook: &RawWebhook) -> RawResponse {
        let command = &webhook.parameters.callback_command;
        if self.rules.is_empty() {
            return RawResponse::allowing(command);
        }
        let body = serde_json::from_slice(&webhook.body).unwrap_or_default();
        let rule = self.rules.iter().find(|rule| rule.matches(command, &body));
        rule.map_or_else(|| RawResponse::allowing(command), |rule| rule.response(command))
    }
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        let actions = [self.allow, self.refuse.is_some(), self.replace.is_some()];
        if actions.iter().filter(|is_set| **is_set).count() != 1 {
            return Err("give one of `allow = true`, `refuse` and `replace`".to_owned());
        }
        let Some(command) = &self.webhook else {
            let needs_webhook = self.refuse.is_some() || self.replace.is_some();
            return if needs_webhook {
                Err("`refuse` and `replace` need a `webhook`".to_owned())
            } else {
                Ok(())
            };
        };
        let spec: &WebhookSpec = example::find(command).map_err(|error| error.to_string())?;
        if self.replace.is_some() && spec.phase == WebhookPhase::After {
            return Err(format!("{command} reports an event: nothing can be replaced"));
        }
        let response = serde_json::to_vec(&self.response(command));
        let response = response.map_err(|error| error.to_string())?;
        effect(spec, &response).map(drop)
    }

    fn matches(&self, command: &str, body: &Value) -> bool {
        let is_named = self.webhook.as_ref().is_none_or(|name| name == command);
        is_named && self.when.iter().all(|(path, value)| at(body, path) == Some(value))
    }

    fn response(&self, command: &str) -> RawResponse {
        match (&self.refuse, &self.replace) {
            (Some(refusal), _) => RawResponse::new(refusal.code, refusal.text.clone()),
            (None, Some(fields)) => RawResponse::allowing(command).with_fields(fields.clone()),
            (None, None) => RawResponse::allowing(command),
        }
    }
}

/// Returns the value at a path, such as `MsgBody.0.MsgType`.
fn at<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(body, |value, key| match value {
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        other => other.get(key),
    })
}
