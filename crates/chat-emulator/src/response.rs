//! Response bodies: one JSON object, whose first fields say whether the call succeeded.

use std::collections::BTreeMap;

use chat_types::{ErrorCode, UserId, limits::MAX_RESPONSE_BYTES, spec::EndpointSpec};
use serde::Serialize;
use serde_json::Value;

/// The error response of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ApiError {
    pub(crate) code: ErrorCode,
    /// For the developer who reads the response: what was wrong, and where.
    pub(crate) info: String,
    /// A field that the response has although the call failed.
    pub(crate) field: Option<(&'static str, Value)>,
}

impl ApiError {
    pub(crate) fn new(code: ErrorCode, info: impl Into<String>) -> Self {
        Self { code, info: info.into(), field: None }
    }

    /// Adds a field that the response has although the call failed.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.field = Some((name, value.into()));
        self
    }

    /// A value that the group service does not accept.
    pub(crate) fn invalid_parameter(info: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_PARAMETER, info)
    }

    /// A group that does not exist, or was disbanded.
    pub(crate) fn group_not_found(id: &str) -> Self {
        let info = format!("group {id:?} does not exist or was disbanded");
        Self::new(ErrorCode::GROUP_NOT_FOUND, info)
    }

    /// An account that does not exist. Each service has its own code for it.
    pub(crate) fn account_not_found(field: &str, account: &UserId, code: ErrorCode) -> Self {
        let info = format!("{field}: account {account:?} does not exist; import it first");
        Self::new(code, info)
    }

    /// A response of more than [`MAX_RESPONSE_BYTES`].
    pub(crate) fn response_too_large() -> Self {
        let info = format!(
            "the response would exceed {MAX_RESPONSE_BYTES} bytes; request fewer items or fields"
        );
        Self::new(ErrorCode::RESPONSE_TOO_LARGE, info)
    }

    /// A bug of the emulator itself.
    pub(crate) fn internal(what: impl std::fmt::Display) -> Self {
        Self::new(ErrorCode::GROUP_INTERNAL_ERROR, format!("bug in the emulator: {what}"))
    }

    /// Returns the body of the response of an endpoint.
    pub(crate) fn into_body(self, spec: Option<&EndpointSpec>) -> Vec<u8> {
        let fields: BTreeMap<_, _> = self.field.into_iter().collect();
        let action_status = has_action_status(spec).then_some("FAIL");
        body(action_status, &self.info, self.code, &fields).unwrap_or_default()
    }
}

/// The `ActionStatus` of a call that did not fail.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ActionStatus {
    Ok,
    /// Done for some items but not for others.
    SomeError,
}

/// Returns the body of a successful response.
///
/// # Errors
/// When the body is too large, and the page of the endpoint lists the code for that.
pub(crate) fn success<T: Serialize>(
    spec: &EndpointSpec,
    status: ActionStatus,
    info: &str,
    fields: T,
) -> Result<Vec<u8>, ApiError> {
    let action_status = match status {
        ActionStatus::Ok => "OK",
        ActionStatus::SomeError => "SomeError",
    };
    let action_status = has_action_status(Some(spec)).then_some(action_status);
    let body = body(action_status, info, ErrorCode::OK, &fields).map_err(ApiError::internal)?;
    if body.len() > MAX_RESPONSE_BYTES && spec.documents(ErrorCode::RESPONSE_TOO_LARGE) {
        return Err(ApiError::response_too_large());
    }
    Ok(body)
}

fn has_action_status(spec: Option<&EndpointSpec>) -> bool {
    spec.is_none_or(|spec| !spec.without_action_status)
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    action_status: Option<&'static str>,
    error_info: &'a str,
    error_code: ErrorCode,
}

/// Returns the fields of the envelope and those of the response as one object. serde's `flatten`
/// would do the same at twice the cost.
fn body<T: Serialize>(
    action_status: Option<&'static str>,
    error_info: &str,
    error_code: ErrorCode,
    fields: &T,
) -> serde_json::Result<Vec<u8>> {
    let mut body = serde_json::to_vec(&Envelope { action_status, error_info, error_code })?;
    body.pop();
    let end = body.len();
    serde_json::to_writer(&mut body, fields)?;
    match body.get_mut(end..) {
        Some([b'{', b'}']) => drop(body.remove(end)),
        Some([brace @ b'{', ..]) => *brace = b',',
        _ => return Err(serde::ser::Error::custom("the fields of a response are not an object")),
    }
    Ok(body)
}
