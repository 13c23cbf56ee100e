use std::sync::Arc;

use chat_types::{
    ErrorCode,
    message::{BatchSendMsg, BatchSendMsgResponse, FailedReceiver, MsgKey},
};

use super::content::{self, BadContent, content};
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::{AppState, direct_messages::Sent},
};

pub(super) fn register(router: &mut Router) {
    router.on(batchsendmsg);
}

fn batchsendmsg(
    turn: &mut Turn<'_>,
    request: &BatchSendMsg,
) -> Result<BatchSendMsgResponse, Refusal> {
    content(&request.msg_body).map_err(|bad| {
        let code = match bad {
            BadContent::Empty => ErrorCode::MSG_BODY_INVALID,
            BadContent::TooLong => ErrorCode::MESSAGE_JSON_TOO_LONG,
        };
        Refusal::new(code, bad.info())
    })?;
    let from = content::sender(turn, request.from_account.as_ref()).ok_or_else(|| {
        let info = "From_Account is empty or names no account";
        Refusal::new(ErrorCode::FROM_ACCOUNT_INVALID, info)
    })?;
    let now = turn.now;
    let AppState { accounts, direct_messages, .. } = &mut *turn.app;
    let seq = request.msg_seq.unwrap_or_else(|| direct_messages.make_up_seq());
    let mut response = BatchSendMsgResponse::default();
    for account in &request.to_account {
        if accounts.contains(account.as_str()) {
            let (from, to) = (Arc::clone(&from), accounts.name(account.as_str()));
            let message = Sent { from, to, seq, random: request.msg_random };
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
        let info = "To_Account: none of the receivers exists, so nobody got the message";
        return Err(Refusal::new(ErrorCode::RECEIVER_NOT_FOUND, info));
    }
    turn.some_failed = failed > 0;
    let key = format!("{seq}_{}_{}", request.msg_random, now.get());
    response.msg_key = Some(MsgKey::from(key));
    Ok(response)
}
