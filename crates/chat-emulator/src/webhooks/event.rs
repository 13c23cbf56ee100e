//! One webhook to send.

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use chat_types::{
    UnixMillis,
    spec::{FieldSpec, WebhookSpec},
    webhook::{OptPlatform, Webhook},
};
use serde::{Serialize, de::DeserializeOwned};

use super::config::WebhookConfig;

/// Who caused an event.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) client_ip: IpAddr,
    pub(crate) platform: OptPlatform,
}

/// One webhook to send, with the settings at the time of its event.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) spec: &'static WebhookSpec,
    pub(crate) body: Bytes,
    pub(crate) origin: Origin,
    pub(crate) config: Arc<WebhookConfig>,
    /// Returns what is wrong with the body of a response.
    pub(crate) check: fn(&[u8]) -> Result<(), String>,
}

/// When something happens, through whom, and which webhooks report it.
#[derive(Clone, Debug)]
pub(crate) struct Occasion {
    pub(crate) config: Arc<WebhookConfig>,
    pub(crate) origin: Origin,
    pub(crate) time: UnixMillis,
}

impl Occasion {
    /// Returns a question to the app's server. Its response must be one of the webhook.
    pub(crate) fn question<W>(&self, webhook: &W) -> Result<Event, serde_json::Error>
    where
        W: Webhook + Serialize,
        W::Response: DeserializeOwned,
    {
        let check = |response: &[u8]| match serde_json::from_slice::<W::Response>(response) {
            Ok(_) => Ok(()),
            Err(error) => Err(format!("not a response of {}: {error}", W::SPEC.command)),
        };
        self.event(webhook, check)
    }

    /// Returns a report to the app's server, which accepts any object as response.
    pub(crate) fn report<W: Webhook + Serialize>(
        &self,
        webhook: &W,
    ) -> Result<Event, serde_json::Error> {
        self.event(webhook, |response| {
            serde_json::from_slice::<serde_json::Map<_, _>>(response)
                .map(drop)
                .map_err(|error| format!("not a JSON object: {error}"))
        })
    }

    fn event<W: Webhook + Serialize>(
        &self,
        webhook: &W,
        check: fn(&[u8]) -> Result<(), String>,
    ) -> Result<Event, serde_json::Error> {
        Ok(Event {
            spec: W::SPEC,
            body: body(webhook, self.time)?.into(),
            origin: self.origin.clone(),
            config: Arc::clone(&self.config),
            check,
        })
    }
}

/// Returns the body of a webhook: with its name first and its time last, where the documentation has
/// them.
fn body<W: Webhook + Serialize>(webhook: &W, time: UnixMillis) -> serde_json::Result<Vec<u8>> {
    let fields = serde_json::to_vec(webhook)?;
    let inner = fields
        .strip_prefix(b"{")
        .and_then(|rest| rest.strip_suffix(b"}"))
        .ok_or_else(|| serde::ser::Error::custom("the body of a webhook is not an object"))?;
    let names_itself = W::SPEC.body.first().is_some_and(|field| field.name == COMMAND);
    if !names_itself {
        return Ok(fields);
    }
    let mut body = format!("{{\"{COMMAND}\":\"{}\"", W::SPEC.command).into_bytes();
    if !inner.is_empty() {
        body.push(b',');
        body.extend_from_slice(inner);
    }
    let is_time = |field: &FieldSpec| field.name == TIME && !field.unverified;
    if W::SPEC.body.iter().any(is_time) {
        body.extend_from_slice(format!(",\"{TIME}\":{}", time.get()).as_bytes());
    }
    body.push(b'}');
    Ok(body)
}

const COMMAND: &str = "CallbackCommand";

const TIME: &str = "EventTime";

#[cfg(test)]
mod tests {
    use chat_types::webhook::{group::CallbackAfterCreateGroup, push::OfflinePush, sns};

    use super::*;

    fn body_of<W: Webhook + Serialize>(webhook: &W) -> String {
        String::from_utf8(body(webhook, UnixMillis::new(7_000)).unwrap()).unwrap()
    }

    #[test]
    fn bodies_have_name_and_time_where_documented() {
        let mut created = CallbackAfterCreateGroup::default();
        created.name = Some("club".to_owned());
        let text = body_of(&created);
        assert!(
            text.starts_with(r#"{"CallbackCommand":"Group.CallbackAfterCreateGroup","GroupId":"#)
        );
        assert!(text.ends_with(r#","EventTime":7000}"#), "{text}");
        let added = body_of(&sns::CallbackFriendAdd::default());
        assert!(added.starts_with(r#"{"CallbackCommand":"Sns.CallbackFriendAdd","#), "{added}");
        assert!(!added.contains("EventTime"), "the page does not have it: {added}");
        let pushed = body_of(&OfflinePush::default());
        assert!(pushed.starts_with(r#"{"Events":"#), "{pushed}");
    }
}
