//! The documented example of a webhook.

use std::collections::HashMap;

use chat_types::{schemas, spec::WebhookSpec, webhook::WEBHOOKS};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use crate::{error::Error, similar::similar_names};

/// Finds a webhook by its name, with or without `webhook/`.
pub(super) fn find(name: &str) -> Result<&'static WebhookSpec, Error> {
    let command = name.strip_prefix("webhook/").unwrap_or(name);
    WebhookSpec::find(command).ok_or_else(|| {
        let names = WEBHOOKS.iter().map(|spec| (spec.command, spec.command));
        let error = Error::usage(format!("unknown webhook {command:?}"));
        match similar_names(names, command).as_slice() {
            [] => error.with_hint("`chatctl schema` lists them"),
            similar => error.with_hint(format!("similar ones: {}", similar.join(", "))),
        }
    })
}

/// Returns the documented example of the body of a webhook.
pub(super) fn body(spec: &WebhookSpec) -> Result<Value, Error> {
    #[derive(Deserialize)]
    struct Document<'a> {
        #[serde(borrow)]
        webhooks: HashMap<&'a str, &'a RawValue>,
    }
    let missing = || Error::input(format!("{} has no example; give --body", spec.command));
    let document: Document<'_> =
        serde_json::from_str(schemas::openapi_3_1()).map_err(|_| missing())?;
    let webhook = document.webhooks.get(spec.command).ok_or_else(missing)?;
    let webhook: Value = serde_json::from_str(webhook.get()).map_err(|_| missing())?;
    let example = webhook.pointer("/post/requestBody/content/application~1json/example");
    example.cloned().ok_or_else(missing)
}

/// Sets a value by its path, such as `Info.To_Account` or `MsgBody.0.MsgContent.Text`.
pub(super) fn set(body: &mut Value, path: &str, value: Value) -> Result<(), String> {
    let mut here = body;
    for key in path.split('.') {
        here = match here {
            Value::Object(members) => members.entry(key).or_insert(Value::Null),
            Value::Array(items) => {
                let count = items.len();
                let index = key.parse().ok().filter(|index: &usize| *index < count);
                let index = index.ok_or_else(|| {
                    format!("{path}: {key:?} is not an index of the {count} items")
                })?;
                &mut items[index]
            }
            other => {
                if other.is_null() {
                    *other = Value::Object(serde_json::Map::new());
                }
                match other {
                    Value::Object(members) => members.entry(key).or_insert(Value::Null),
                    _ => {
                        return Err(format!(
                            "{path}: {key:?} is within a value that is not an object"
                        ));
                    }
                }
            }
        };
    }
    *here = value;
    Ok(())
}
