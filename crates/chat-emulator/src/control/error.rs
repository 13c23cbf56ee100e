//! The error responses of the control API.

use std::fmt;

use chat_types::ErrorCode;
use hyper::{Method, StatusCode};
use serde::Serialize;

/// An error response.
#[derive(Debug)]
pub(crate) struct ControlError {
    pub(crate) status: StatusCode,
    kind: &'static str,
    message: String,
    /// The code with which the service refuses the same.
    code: Option<ErrorCode>,
    /// The methods that the path allows.
    pub(crate) allow: Option<String>,
}

/// The body of an error response.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Error"))]
pub(crate) struct ErrorBody {
    error: ErrorDetails,
}

/// What went wrong.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ErrorDetails {
    /// `invalid_request`, `forbidden`, `not_found`, `method_not_allowed`, `refused` or `internal`.
    kind: &'static str,
    /// What was wrong, where, and what to do next.
    message: String,
    /// The error code with which the service refuses the same, if `kind` is `refused`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<i64>"))]
    code: Option<ErrorCode>,
}

impl ControlError {
    fn new(status: StatusCode, kind: &'static str, message: String) -> Self {
        Self { status, kind, message, code: None, allow: None }
    }

    /// A request that is malformed or does not follow the description.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", message.into())
    }

    /// A request that may come from a web page.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message.into())
    }

    /// Something that does not exist.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message.into())
    }

    /// Something that the service refuses, with its code if a code is documented.
    pub(crate) fn refused(message: impl Into<String>, code: Option<ErrorCode>) -> Self {
        let error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", message.into());
        Self { code, ..error }
    }

    /// A method that the path does not have.
    pub(crate) fn method_not_allowed(allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        let message = format!("the path allows {allowed} only");
        let error = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", message);
        Self { allow: Some(allowed), ..error }
    }

    /// A POST without the content type that web pages cannot send unasked.
    pub(crate) fn unsupported_content_type() -> Self {
        let message = format!("a {} needs the header Content-Type: application/json", Method::POST);
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "invalid_request", message)
    }

    /// A bug of the emulator.
    pub(crate) fn internal(what: impl fmt::Display) -> Self {
        let message = format!("bug in the emulator: {what}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    }

    pub(crate) fn to_body(&self) -> Vec<u8> {
        let Self { kind, code, .. } = *self;
        let error = ErrorDetails { kind, message: self.message.clone(), code };
        serde_json::to_vec(&ErrorBody { error }).unwrap_or_default()
    }
}
