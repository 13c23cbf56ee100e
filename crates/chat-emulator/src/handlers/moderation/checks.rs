//! What the commands for words have in common.

use chat_types::ErrorCode;

use crate::{response::ApiError, router::Context};

/// Checks the SDKAppID that a request repeats.
pub(super) fn check_app(context: &Context<'_>, sdk_app_id: u32) -> Result<(), ApiError> {
    if sdk_app_id == context.app.sdk_app_id {
        return Ok(());
    }
    Err(invalid("SdkAppId: must be the SDKAppID of the URL"))
}

/// An invalid parameter of a command for words.
pub(super) fn invalid(info: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::MODERATION_INVALID_PARAMETER, info)
}
