//! One-to-one messages: `batchsendmsg`.

use std::sync::Arc;

use chat_types::{
    ErrorCode,
    message::{BatchSendMsg, BatchSendMsgResponse, FailedReceiver, MsgKey},
};

use super::message_body::{self, InvalidBody};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{AppState, direct_messages::MessageKey},
};

pub(super) fn register(router: &mut Router) {
    router.add(batchsendmsg);
}

fn batchsendmsg(
    context: &mut Context<'_>,
    request: &BatchSendMsg,
) -> Result<BatchSendMsgResponse, ApiError> {
    message_body::encode(&request.msg_body).map_err(|invalid| {
        let code = match invalid {
            InvalidBody::Empty => ErrorCode::MSG_BODY_INVALID,
            InvalidBody::TooLong => ErrorCode::MESSAGE_JSON_TOO_LONG,
        };
        ApiError::new(code, invalid.info())
    })?;
    let from = message_body::sender(context, request.from_account.as_ref()).ok_or_else(|| {
        let info = "From_Account: the account does not exist";
        ApiError::new(ErrorCode::FROM_ACCOUNT_INVALID, info)
    })?;
    let now = context.now;
    let AppState { accounts, direct_messages, .. } = &mut *context.app;
    let seq = request.msg_seq.unwrap_or_else(|| direct_messages.generate_seq());
    let mut response = BatchSendMsgResponse::default();
    for account in &request.to_account {
        if accounts.contains(account.as_str()) {
            let (from, to) = (Arc::clone(&from), accounts.shared_id(account.as_str()));
            let message = MessageKey { from, to, seq, random: request.msg_random };
            direct_messages.deliver(message, now);
            continue;
        }
        let mut failed = FailedReceiver::default();
        failed.to_account = account.clone();
        failed.error_code = ErrorCode::ACCOUNT_NOT_FOUND;
        response.error_list.push(failed);
    }
    let failed = response.error_list.len();
    if failed > 0 && failed == request.to_account.len() {
        let info = "To_Account: none of the receivers exists; no message was sent";
        return Err(ApiError::new(ErrorCode::RECEIVER_NOT_FOUND, info));
    }
    context.some_failed = failed > 0;
    let key = format!("{seq}_{}_{}", request.msg_random, now.get());
    response.msg_key = Some(MsgKey::from(key));
    Ok(response)
}
