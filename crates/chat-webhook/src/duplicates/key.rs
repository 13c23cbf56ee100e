//! What identifies the event of a webhook.

use std::fmt;

use chat_types::{
    spec::{DuplicateKeySpec, WebhookSpec},
    webhook::WebhookParameters,
};
use sha2::{Digest as _, Sha256};

use crate::body_fields;

/// Identifies the event of a webhook: a SHA-256 over its name and the values that a repeat has in
/// common with the first attempt.
///
/// Which values these are is in [`WebhookSpec::duplicate_key`]. `Display` writes 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventKey([u8; 32]);

impl EventKey {
    /// Returns the key of a webhook; `None` if nothing identifies its event: the catalog does not have
    /// it, its specification has no key, or a value is missing.
    ///
    /// ```
    /// use chat_types::webhook::WebhookParameters;
    /// use chat_webhook::EventKey;
    ///
    /// let mut parameters = WebhookParameters::default();
    /// parameters.callback_command = "Group.CallbackAfterSendMsg".to_owned();
    /// let key = |body: &str| EventKey::of(&parameters, body.as_bytes());
    /// assert!(key(r#"{"GroupId": "g", "MsgSeq": 1}"#).is_some());
    /// assert_eq!(
    ///     key(r#"{"GroupId": "g", "MsgSeq": 1, "NickName": "Peter"}"#),
    ///     key(r#"{"MsgSeq": 1, "GroupId": "g"}"#),
    /// );
    /// assert_eq!(key(r#"{"GroupId": "g"}"#), None);
    /// ```
    pub fn of(parameters: &WebhookParameters, body: &[u8]) -> Option<Self> {
        let spec = WebhookSpec::find(&parameters.callback_command)?;
        let DuplicateKeySpec { fields, optional, parameters: names, whole_body, .. } =
            spec.duplicate_key;
        if !spec.duplicate_key.is_known() {
            return None;
        }
        let mut key = Parts(Sha256::new());
        key.add(spec.command.as_bytes());
        for name in names {
            key.add(parameter(parameters, name)?.as_bytes());
        }
        if !fields.is_empty() {
            for value in body_fields::find(body, fields)? {
                key.add(value?.to_string().as_bytes());
            }
        }
        if !optional.is_empty() {
            for value in body_fields::find(body, optional)? {
                // Differs from every JSON value.
                key.add(value.map(|value| value.to_string()).unwrap_or_default().as_bytes());
            }
        }
        if whole_body {
            key.add(body);
        }
        Some(Self(key.0.finalize().into()))
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Returns a parameter of the URL that can identify an event.
fn parameter<'a>(parameters: &'a WebhookParameters, name: &str) -> Option<&'a str> {
    match name {
        "RequestID" => parameters.request_id.as_deref(),
        _ => None,
    }
}

/// A hash over several values, each with its length.
struct Parts(Sha256);

impl Parts {
    fn add(&mut self, value: &[u8]) {
        self.0.update((value.len() as u64).to_le_bytes());
        self.0.update(value);
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EventKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(command: &str, request_id: Option<&str>, body: &str) -> Option<EventKey> {
        let mut parameters = WebhookParameters::default();
        parameters.callback_command = command.to_owned();
        parameters.request_id = request_id.map(str::to_owned);
        EventKey::of(&parameters, body.as_bytes())
    }

    #[test]
    fn message_is_identified_by_its_key() {
        let body = r#"{"From_Account":"a","To_Account":"b","MsgKey":"1_2_3","UnreadMsgNum":1}"#;
        let first = key("C2C.CallbackAfterSendMsg", None, body);
        assert!(first.is_some());
        let more_unread = body.replace("\"UnreadMsgNum\":1", "\"UnreadMsgNum\":2");
        assert_eq!(key("C2C.CallbackAfterSendMsg", None, &more_unread), first);
        assert_ne!(key("C2C.CallbackBeforeSendMsg", None, body), first, "another webhook");
        let other = body.replace("1_2_3", "1_2_4");
        assert_ne!(key("C2C.CallbackAfterSendMsg", None, &other), first);
        let without = body.replace("MsgKey", "Key");
        assert_eq!(key("C2C.CallbackAfterSendMsg", None, &without), None);
    }

    #[test]
    fn values_do_not_run_into_each_other() {
        let body = |from: &str, to: &str| {
            format!(r#"{{"From_Account":"{from}","To_Account":"{to}","MsgKey":"k"}}"#)
        };
        let key = |body: String| key("C2C.CallbackAfterSendMsg", None, &body);
        assert_ne!(key(body("ab", "c")), key(body("a", "bc")));
    }

    #[test]
    fn topic_and_group_have_sequence_numbers_of_their_own() {
        let in_group = r#"{"GroupId":"g","MsgSeq":1}"#;
        let in_topic = r#"{"GroupId":"g","MsgSeq":1,"TopicId":"t"}"#;
        let command = "Group.CallbackAfterSendMsg";
        assert_ne!(key(command, None, in_group), key(command, None, in_topic));
    }

    #[test]
    fn body_without_a_time_identifies_nothing() {
        let command = "Group.CallbackAfterNewMemberJoin";
        assert_eq!(key(command, None, r#"{"GroupId":"g"}"#), None);
        let timed = r#"{"GroupId":"g","EventTime":1}"#;
        assert!(key(command, None, timed).is_some());
        let other = r#"{"GroupId":"g","EventTime":1,"NewMemberList":[]}"#;
        assert_ne!(key(command, None, timed), key(command, None, other));
    }

    #[test]
    fn parameter_of_the_url_can_identify_an_event() {
        let command = "Desk.SessionEventNotify";
        assert_eq!(key(command, None, "{}"), None);
        assert!(key(command, Some("r1"), "not JSON").is_some());
        assert_ne!(key(command, Some("r1"), "{}"), key(command, Some("r2"), "{}"));
    }

    #[test]
    fn nothing_identifies_unknown_webhooks_and_damaged_bodies() {
        assert_eq!(key("Future.Event", Some("r1"), r#"{"EventTime":1}"#), None);
        for body in ["", "[]", "{", "7", r#"{"GroupId":"g","MsgSeq":1} x"#] {
            assert_eq!(key("Group.CallbackAfterSendMsg", None, body), None, "{body}");
        }
        assert_eq!(key("Alert.RequestOverLimit", None, r#"{"EventTime":1}"#), None);
    }
}
