//! What users do with clients, in the control API.

use chat_types::{
    account::LoginPlatform,
    message::{MsgElement, TextElement},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    call::{Call, Nothing},
    error::ControlError,
    route::Route,
};
use crate::{ClientError, JoinOutcome, UserClient};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(
            "log_in",
            "/apps/{sdkappid}/clients/{account}/log_in",
            "Logs a client of a user in. Registers the account if it does not exist.",
            |call, LogIn { platform }: LogIn| {
                let platform = LoginPlatform::from(platform.as_deref().unwrap_or("Android"));
                Ok(Instance { instid: client(call)?.log_in(platform)? })
            },
        ),
        Route::post(
            "log_out",
            "/apps/{sdkappid}/clients/{account}/log_out",
            "Logs clients of a user out: the one on a platform, or all.",
            |call, LogOut { platform }: LogOut| {
                let client = client(call)?;
                let logged_out = match platform {
                    Some(platform) => client.log_out(&LoginPlatform::from(platform.as_str()))?,
                    None => client.log_out_everywhere()?,
                };
                Ok(LoggedOut { logged_out })
            },
        ),
        Route::post(
            "send_message",
            "/apps/{sdkappid}/clients/{account}/send_message",
            "Sends a one-to-one message as a user.",
            |call, SendMessage { to, text, body }: SendMessage| {
                let sent = client(call)?.send(&to, elements(text, body)?)?;
                Ok(SentMessage { msg_key: sent.msg_key.to_string(), time: sent.msg_time.get() })
            },
        ),
        Route::post(
            "send_group_message",
            "/apps/{sdkappid}/clients/{account}/send_group_message",
            "Sends a message in a group as a user.",
            |call, SendGroupMessage { group, topic, text, body }: SendGroupMessage| {
                let body = elements(text, body)?;
                let sent = client(call)?.send_to_group(&group, topic.as_deref(), body)?;
                Ok(SentInGroup { msg_seq: sent.msg_seq, time: sent.msg_time.get() })
            },
        ),
        Route::post(
            "join_group",
            "/apps/{sdkappid}/clients/{account}/join_group",
            "Joins a group as a user, or asks to join it.",
            |call, Group { group }: Group| {
                let joined = client(call)?.join_group(&group)? == JoinOutcome::Joined;
                Ok(Joined { joined })
            },
        ),
        Route::post(
            "leave_group",
            "/apps/{sdkappid}/clients/{account}/leave_group",
            "Leaves a group as a user.",
            |call, Group { group }: Group| {
                client(call)?.leave_group(&group)?;
                Ok(Nothing {})
            },
        ),
        Route::post(
            "mark_as_read",
            "/apps/{sdkappid}/clients/{account}/mark_as_read",
            "Reads all messages of another user as a user.",
            |call, MarkAsRead { peer }: MarkAsRead| {
                client(call)?.mark_as_read(&peer)?;
                Ok(Nothing {})
            },
        ),
        Route::post(
            "mark_group_as_read",
            "/apps/{sdkappid}/clients/{account}/mark_group_as_read",
            "Reads the messages of a group as a user.",
            |call, MarkGroupAsRead { group, up_to }: MarkGroupAsRead| {
                client(call)?.mark_group_as_read(&group, up_to)?;
                Ok(Nothing {})
            },
        ),
    ]
}

/// The client that logs in.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// The platform, such as `iPhone`, `Android` or `Web`. Defaults to `Android`.
    platform: Option<String>,
}

/// The client that logs out.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LogOut {
    /// The platform; all if it is missing.
    platform: Option<String>,
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

/// A group to join or to leave.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Group {
    /// The ID of the group.
    group: String,
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

/// A client that has logged in.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Instance {
    /// The ID of the instance.
    instid: u64,
}

/// Whether clients have logged out.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LoggedOut {
    /// Whether a client was logged in.
    logged_out: bool,
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

/// Whether the user has joined.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Joined {
    /// `false` if the owner or an admin of the group must approve.
    joined: bool,
}

fn client(call: &Call<'_>) -> Result<UserClient, ControlError> {
    Ok(call.app()?.client(call.decoded_parameter("account")?))
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

impl From<ClientError> for ControlError {
    fn from(error: ClientError) -> Self {
        Self::refused(error.to_string(), error.code())
    }
}
