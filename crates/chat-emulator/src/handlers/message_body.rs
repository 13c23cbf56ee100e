//! Message bodies, senders and repeats, for all endpoints that send or import messages.

use std::sync::Arc;

use chat_types::{
    ErrorCode, UserId, limits::MAX_MESSAGE_BYTES, message::MsgElement, spec::EndpointSpec,
};

use crate::{response::ApiError, router::Context};

/// Why a `MsgBody` is invalid. Each endpoint has its own codes for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InvalidBody {
    Empty,
    TooLong { max: usize },
}

/// Encodes a `MsgBody` as it is stored and compared: as JSON.
pub(super) fn encode(body: &[MsgElement]) -> Result<Box<[u8]>, InvalidBody> {
    encode_within(body, MAX_MESSAGE_BYTES)
}

/// As [`encode`], with another maximum length.
pub(super) fn encode_within(body: &[MsgElement], max: usize) -> Result<Box<[u8]>, InvalidBody> {
    if body.is_empty() {
        return Err(InvalidBody::Empty);
    }
    let json = serde_json::to_vec(body).map_err(|_| InvalidBody::Empty)?;
    if json.len() > max {
        return Err(InvalidBody::TooLong { max });
    }
    Ok(json.into())
}

/// Decodes a stored `MsgBody`.
pub(super) fn decode(content: &[u8]) -> Result<Vec<MsgElement>, ApiError> {
    serde_json::from_slice(content).map_err(ApiError::internal)
}

/// Returns the sender: the account in `From_Account`, or the calling admin.
///
/// # Errors
/// With this code, when the account in `From_Account` does not exist.
pub(super) fn sender(
    context: &Context<'_>,
    from: Option<&UserId>,
    unknown: ErrorCode,
) -> Result<Arc<str>, ApiError> {
    match from {
        Some(sender) => context.account("From_Account", sender, unknown),
        // The admin has authenticated, so it may send even if its account was deleted.
        None => Ok(context.app.accounts.shared_id(context.caller)),
    }
}

/// Returns for how many seconds the service recognizes a repeat of a message.
pub(super) fn repeat_window(spec: &EndpointSpec) -> u64 {
    spec.repeat.window_seconds().map_or(0, u64::from)
}

impl InvalidBody {
    /// Returns the text for `ErrorInfo`.
    pub(super) fn info(self) -> String {
        match self {
            Self::Empty => String::from("MsgBody must have at least one element"),
            Self::TooLong { max } => format!("MsgBody is longer than {max} bytes"),
        }
    }
}
