//! What users do with messages, in the control API.

use chat_types::message::{MsgElement, MsgKey, TextElement};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    clients::{client, done},
    error::ControlError,
    route::Route,
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_and_wait(
            "send_message",
            "/apps/{sdkappid}/clients/{account}/send_message",
            "Sends a one-to-one message as a user.",
            |call, SendMessage { to, text, body }: SendMessage| {
                let (client, body) = (client(call)?, elements(text, body)?);
                Ok(async move {
                    let sent = client.send(&to, body).await?;
                    Ok(SentMessage { msg_key: sent.msg_key.to_string(), time: sent.msg_time.get() })
                })
            },
        ),
        Route::post_and_wait(
            "send_group_message",
            "/apps/{sdkappid}/clients/{account}/send_group_message",
            "Sends a message in a group as a user.",
            |call, SendGroupMessage { group, topic, text, body }: SendGroupMessage| {
                let (client, body) = (client(call)?, elements(text, body)?);
                Ok(async move {
                    let sent = client.send_to_group(&group, topic.as_deref(), body).await?;
                    Ok(SentInGroup { msg_seq: sent.msg_seq, time: sent.msg_time.get() })
                })
            },
        ),
        Route::post_and_wait(
            "recall_message",
            "/apps/{sdkappid}/clients/{account}/recall_message",
            "Recalls a one-to-one message that the user sent.",
            |call, RecallMessage { to, msg_key }: RecallMessage| {
                let client = client(call)?;
                Ok(async move { done(client.recall(&to, MsgKey::from(msg_key)).await) })
            },
        ),
        Route::post_and_wait(
            "recall_group_message",
            "/apps/{sdkappid}/clients/{account}/recall_group_message",
            "Recalls a message of a group as a user.",
            |call, RecallGroupMessage { group, topic, msg_seq }: RecallGroupMessage| {
                let client = client(call)?;
                Ok(
                    async move { done(client.recall_in_group(&group, topic.as_deref(), msg_seq).await) },
                )
            },
        ),
        Route::post_and_wait(
            "mark_as_read",
            "/apps/{sdkappid}/clients/{account}/mark_as_read",
            "Reads all messages of another user as a user.",
            |call, MarkAsRead { peer }: MarkAsRead| {
                let client = client(call)?;
                Ok(async move { done(client.mark_as_read(&peer).await) })
            },
        ),
        Route::post_and_wait(
            "mark_group_as_read",
            "/apps/{sdkappid}/clients/{account}/mark_group_as_read",
            "Reads the messages of a group as a user.",
            |call, MarkGroupAsRead { group, up_to }: MarkGroupAsRead| {
                let client = client(call)?;
                Ok(async move { done(client.mark_group_as_read(&group, up_to).await) })
            },
        ),
        Route::post_and_wait(
            "send_read_receipts",
            "/apps/{sdkappid}/clients/{account}/send_read_receipts",
            "Sends read receipts for messages of another user as a user.",
            |call, ReadReceipts { peer, msg_keys }: ReadReceipts| {
                let client = client(call)?;
                let keys: Vec<_> = msg_keys.into_iter().map(MsgKey::from).collect();
                Ok(async move { done(client.send_read_receipts(&peer, keys).await) })
            },
        ),
        Route::post_and_wait(
            "send_group_read_receipts",
            "/apps/{sdkappid}/clients/{account}/send_group_read_receipts",
            "Sends read receipts for messages of a group as a user.",
            |call, GroupReadReceipts { group, msg_seqs }: GroupReadReceipts| {
                let client = client(call)?;
                Ok(async move { done(client.send_group_read_receipts(&group, msg_seqs).await) })
            },
        ),
    ]
}

/// A message to another user. It has either a text or a body.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SendMessage {
    /// The UserID of the receiver.
    to: String,
    /// The text of the message.
    text: Option<String>,
    /// The elements of the message, as in the `MsgBody` of `sendmsg`.
    body: Option<Vec<Value>>,
}

/// A message to a group. It has either a text or a body.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct SendGroupMessage {
    /// The ID of the group.
    group: String,
    /// The ID of a topic of the group.
    topic: Option<String>,
    /// The text of the message.
    text: Option<String>,
    /// The elements of the message, as in the `MsgBody` of `send_group_msg`.
    body: Option<Vec<Value>>,
}

/// A one-to-one message to recall.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct RecallMessage {
    /// The UserID of the receiver.
    to: String,
    /// The key of the message.
    msg_key: String,
}

/// A group message to recall.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct RecallGroupMessage {
    /// The ID of the group.
    group: String,
    /// The ID of a topic of the group.
    topic: Option<String>,
    /// The number of the message.
    msg_seq: u64,
}

/// A conversation to read.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct MarkAsRead {
    /// The UserID of the other user.
    peer: String,
}

/// A group to read.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct MarkGroupAsRead {
    /// The ID of the group.
    group: String,
    /// The number of the last message to read; the newest if it is missing.
    up_to: Option<u64>,
}

/// Messages of another user that were read.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct ReadReceipts {
    /// The UserID of the other user.
    peer: String,
    /// The keys of the messages.
    msg_keys: Vec<String>,
}

/// Messages of a group that were read.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct GroupReadReceipts {
    /// The ID of the group.
    group: String,
    /// The numbers of the messages.
    msg_seqs: Vec<u64>,
}

/// A one-to-one message that was sent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SentMessage {
    /// The key of the message, with which it can be recalled.
    msg_key: String,
    /// When it was sent, in seconds since the Unix epoch.
    time: u64,
}

/// A group message that was sent.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SentInGroup {
    /// The number of the message in the group.
    msg_seq: u64,
    /// When it was sent, in seconds since the Unix epoch.
    time: u64,
}

fn elements(
    text: Option<String>,
    body: Option<Vec<Value>>,
) -> Result<Vec<MsgElement>, ControlError> {
    let elements = match (text, body) {
        (Some(text), None) => return Ok(vec![MsgElement::Text(TextElement::new(text))]),
        (None, Some(elements)) => Value::from(elements),
        _ => return Err(ControlError::invalid("body: give either text or body")),
    };
    serde_path_to_error::deserialize(elements)
        .map_err(|error| ControlError::invalid(format!("body{}: {}", error.path(), error.inner())))
}
