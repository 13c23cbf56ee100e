//! What goes back: one JSON object, whose first fields say whether the call succeeded.

use chat_types::{ErrorCode, UserId, spec::EndpointSpec};
use serde::Serialize;

/// Why a call is not answered with success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: ErrorCode,
    /// For the developer who reads the response: what was wrong, and where.
    pub(crate) info: String,
}

impl Refusal {
    pub(crate) fn new(code: ErrorCode, info: impl Into<String>) -> Self {
        Self { code, info: info.into() }
    }

    /// A value that the group service does not take.
    pub(crate) fn parameter(info: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_PARAMETER, info)
    }

    pub(crate) fn no_group(id: &str) -> Self {
        Self::new(ErrorCode::GROUP_NOT_FOUND, format!("there is no group {id:?}, or no longer"))
    }

    /// An account that does not exist, as the group service says it.
    pub(crate) fn no_account(field: &str, account: Option<&UserId>) -> Self {
        let account = account.map(UserId::as_str).unwrap_or_default();
        let info = format!("{field}: there is no account {account:?}; import it first");
        Self::new(ErrorCode::GROUP_ACCOUNT_NOT_FOUND, info)
    }

    pub(crate) fn too_large() -> Self {
        Self::new(ErrorCode::ANSWER_TOO_LARGE, "the response would exceed 1 MB; ask for less")
    }

    /// The response's body.
    pub(crate) fn into_body(self) -> Vec<u8> {
        let response = Answer {
            action_status: "FAIL",
            error_info: &self.info,
            error_code: self.code,
            content: Nothing {},
        };
        serde_json::to_vec(&response).unwrap_or_default()
    }
}

/// How a call went that was not refused.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Status {
    Ok,
    /// Done for some items and not for others.
    SomeError,
}

/// The body of a successful response.
pub(crate) fn success<T: Serialize>(
    spec: &EndpointSpec,
    status: Status,
    content: T,
) -> Result<Vec<u8>, Refusal> {
    let action_status = match status {
        Status::Ok => "OK",
        Status::SomeError => "SomeError",
    };
    let response = Answer { action_status, error_info: "", error_code: ErrorCode::OK, content };
    let body = serde_json::to_vec(&response).map_err(|error| {
        Refusal::new(ErrorCode::GROUP_INTERNAL_ERROR, format!("a defect of the emulator: {error}"))
    })?;
    if body.len() > MAX_ANSWER_BYTES && spec.documents(ErrorCode::ANSWER_TOO_LARGE) {
        return Err(Refusal::too_large());
    }
    Ok(body)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a, T> {
    action_status: &'static str,
    error_info: &'a str,
    error_code: ErrorCode,
    #[serde(flatten)]
    content: T,
}

#[derive(Serialize)]
struct Nothing {}

/// The documented 1 MB, for endpoints whose page has the code for more.
pub(crate) const MAX_ANSWER_BYTES: usize = 1 << 20;
