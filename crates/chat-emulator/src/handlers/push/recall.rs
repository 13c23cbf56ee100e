//! Recalling pushes: `revoke`.

use chat_types::{
    ErrorCode,
    push::{RevokePush, RevokePushResponse},
};

use super::sending::to_json;
use crate::{
    pushes::sending::RecallError,
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(revoke);
}

fn revoke(context: &mut Context<'_>, request: &RevokePush) -> Result<RevokePushResponse, ApiError> {
    let replacement = request.offline_push_info.as_ref().map(to_json).transpose()?;
    let (id, now) = (&request.task_id, context.now);
    context.app.recall_push(id, replacement, now).map_err(|error| {
        let (code, info) = match error {
            RecallError::Unknown => {
                (ErrorCode::PUSH_TASK_NOT_FOUND, "TaskId: the push does not exist")
            }
            RecallError::AlreadyRecalled => {
                (ErrorCode::PUSH_ALREADY_WITHDRAWN, "TaskId: the push was already recalled")
            }
            RecallError::TooLate => {
                (ErrorCode::PUSH_WITHDRAWAL_TOO_LATE, "TaskId: the push is older than 24 hours")
            }
            RecallError::NeedsReplacement => (
                ErrorCode::MESSAGE_BODY_NOT_JSON,
                "OfflinePushInfo: required, because the push has no message to remove",
            ),
        };
        ApiError::new(code, info)
    })?;
    Ok(RevokePushResponse::default())
}
