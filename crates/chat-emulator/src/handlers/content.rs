//! What the messages of all endpoints have in common.

use std::sync::Arc;

use chat_types::{ErrorCode, MAX_MESSAGE_BYTES, UserId, message::MsgElement};

use crate::{response::Refusal, router::Turn};

/// Why a MsgBody is not taken. Each endpoint has codes of its own for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadContent {
    Empty,
    TooLong,
}

/// MsgBody as it is kept and compared: as JSON.
pub(super) fn content(body: &[MsgElement]) -> Result<Box<[u8]>, BadContent> {
    if body.is_empty() {
        return Err(BadContent::Empty);
    }
    let json = serde_json::to_vec(body).map_err(|_| BadContent::Empty)?;
    if json.len() > MAX_MESSAGE_BYTES {
        return Err(BadContent::TooLong);
    }
    Ok(json.into())
}

/// The elements of a kept MsgBody.
pub(super) fn elements(content: &[u8]) -> Result<Vec<MsgElement>, Refusal> {
    serde_json::from_slice(content).map_err(|error| {
        let info = format!("a defect of the emulator: {error}");
        Refusal::new(ErrorCode::GROUP_INTERNAL_ERROR, info)
    })
}

/// Who sends: the account that is named, or the admin who calls. `None` when it does not exist.
pub(super) fn sender(turn: &Turn<'_>, from: Option<&UserId>) -> Option<Arc<str>> {
    let sender = from.map_or(turn.caller, UserId::as_str);
    // An admin was let in by its signature, which is how an account logs in.
    let exists = from.is_none() || turn.app.accounts.contains(sender);
    exists.then(|| turn.app.accounts.name(sender))
}

impl BadContent {
    /// For the developer who reads the response.
    pub(super) fn info(self) -> String {
        match self {
            Self::Empty => String::from("MsgBody must have at least one element"),
            Self::TooLong => format!("MsgBody has more than {MAX_MESSAGE_BYTES} bytes"),
        }
    }
}
