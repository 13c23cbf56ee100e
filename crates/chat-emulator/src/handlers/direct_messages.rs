//! Sending and importing one-to-one messages: `sendmsg`, `batchsendmsg` and `importmsg`.

use std::sync::Arc;

use chat_types::{
    Endpoint as _, ErrorCode, Seconds, UserId,
    message::{
        BatchSendMsg, BatchSendMsgResponse, FailedReceiver, ImportMsg, ImportMsgResponse,
        MsgElement, MsgKey, OfflinePushInfo, SendMsg, SendMsgControl, SendMsgResponse,
        SyncFromOldSystem, SyncOtherMachine,
    },
};

use super::{
    direct_message_webhooks::{Sent, ask_before, report_sent},
    message_body::{self, InvalidBody, repeat_window},
    message_decision::Decision,
    moderation::texts::moderate,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        conversation::{DirectMessage, MessageNumbers},
        direct_messages::MessageKey,
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(sendmsg);
    router.add(batchsendmsg);
    router.add(importmsg);
}

pub(crate) fn sendmsg(
    context: &mut Context<'_>,
    request: &SendMsg,
) -> Result<SendMsgResponse, ApiError> {
    let body = moderate(context, &request.msg_body)?;
    let content = encode(&body)?;
    let from = message_body::sender(
        context,
        request.from_account.as_ref(),
        ErrorCode::MESSAGE_ACCOUNT_NOT_FOUND,
    )?;
    let to = receiver(context, &request.to_account)?;
    let numbers = kept_numbers(context, request.msg_seq, request.msg_random);
    let mut sent = Sent { request, from: &from, to: &to, numbers, body, custom_data: None };
    sent.custom_data.clone_from(&request.cloud_custom_data);
    let content = match ask_before(context, &sent)? {
        Decision::Deliver(changes) => {
            let has_changed = changes.apply(&mut sent.body, &mut sent.custom_data);
            if has_changed { encode(&sent.body)? } else { content }
        }
        Decision::Drop => return Ok(response(numbers)),
    };
    let mut message =
        DirectMessage::new(Arc::clone(&from), Arc::clone(&to), numbers, content.clone());
    message.custom_data.clone_from(&sent.custom_data);
    message.unread = !request.send_msg_control.contains(&SendMsgControl::NoUnread);
    message.hidden_from_sender = request.sync_other_machine == Some(SyncOtherMachine::NoSync);
    message.extensions = (request.support_message_extension == Some(true)).then(Box::default);
    let delivery = Delivery {
        content: Some(content),
        window: repeat_window(SendMsg::SPEC),
        is_stored: is_stored(request.online_only, request.msg_life_time),
        is_pushed: is_pushed(request.offline_push_info.as_ref()),
    };
    if deliver(context, message, delivery) {
        report_sent(context, &sent);
    }
    Ok(response(numbers))
}

fn response(numbers: MessageNumbers) -> SendMsgResponse {
    let mut response = SendMsgResponse::default();
    response.msg_time = Some(numbers.time);
    response.msg_key = Some(MsgKey::from(numbers.to_key()));
    response.msg_id = Some(numbers.to_msg_id());
    response
}

fn batchsendmsg(
    context: &mut Context<'_>,
    request: &BatchSendMsg,
) -> Result<BatchSendMsgResponse, ApiError> {
    let content = encode(&moderate(context, &request.msg_body)?)?;
    let from = message_body::sender(
        context,
        request.from_account.as_ref(),
        ErrorCode::FROM_ACCOUNT_INVALID,
    )?;
    let numbers = numbers(context, request.msg_seq, request.msg_random);
    let delivery = Delivery {
        content: None,
        window: repeat_window(BatchSendMsg::SPEC),
        is_stored: is_stored(request.online_only, request.msg_life_time),
        is_pushed: is_pushed(request.offline_push_info.as_ref()),
    };
    let mut response = BatchSendMsgResponse::default();
    for account in &request.to_account {
        let Ok(to) = receiver(context, account) else {
            let mut failed = FailedReceiver::default();
            failed.to_account = account.clone();
            failed.error_code = ErrorCode::ACCOUNT_NOT_FOUND;
            response.error_list.push(failed);
            continue;
        };
        let mut message = DirectMessage::new(Arc::clone(&from), to, numbers, content.clone());
        message.custom_data.clone_from(&request.cloud_custom_data);
        message.unread = !request.send_msg_control.contains(&SendMsgControl::NoUnread);
        message.hidden_from_sender = request.sync_other_machine == Some(SyncOtherMachine::NoSync);
        deliver(context, message, delivery.clone());
    }
    let failed = response.error_list.len();
    if failed > 0 && failed == request.to_account.len() {
        let info = "To_Account: none of the receivers exists; no message was sent";
        return Err(ApiError::new(ErrorCode::RECEIVER_NOT_FOUND, info));
    }
    context.some_failed = failed > 0;
    response.msg_key = Some(MsgKey::from(numbers.to_key()));
    response.msg_id = Some(numbers.to_msg_id());
    Ok(response)
}

fn importmsg(
    context: &mut Context<'_>,
    request: &ImportMsg,
) -> Result<ImportMsgResponse, ApiError> {
    let content = encode(&request.msg_body)?;
    let from = message_body::sender(
        context,
        Some(&request.from_account),
        ErrorCode::FROM_ACCOUNT_INVALID,
    )?;
    let to = receiver(context, &request.to_account)?;
    let mut numbers = numbers(context, request.msg_seq, request.msg_random);
    numbers.time = request.msg_time_stamp;
    let messages = &mut context.app.direct_messages;
    let conversation = messages.conversation(&from, &to);
    let is_repeat = conversation.is_some_and(|messages| messages.position(numbers).is_some());
    if !is_repeat {
        let mut message = DirectMessage::new(from, to, numbers, content);
        message.custom_data.clone_from(&request.cloud_custom_data);
        message.unread = request.sync_from_old_system != SyncFromOldSystem::History;
        messages.store(message);
    }
    Ok(ImportMsgResponse::default())
}

pub(super) fn encode(body: &[MsgElement]) -> Result<Box<[u8]>, ApiError> {
    message_body::encode(body).map_err(|invalid| {
        let code = match invalid {
            InvalidBody::Empty => ErrorCode::MSG_BODY_INVALID,
            InvalidBody::TooLong { .. } => ErrorCode::MESSAGE_JSON_TOO_LONG,
        };
        ApiError::new(code, invalid.info())
    })
}

fn receiver(context: &Context<'_>, account: &UserId) -> Result<Arc<str>, ApiError> {
    context.account("To_Account", account, ErrorCode::RECEIVER_NOT_FOUND)
}

/// Returns the numbers of a message that is sent now.
pub(super) fn numbers(context: &mut Context<'_>, seq: Option<u32>, random: u32) -> MessageNumbers {
    let seq = seq.unwrap_or_else(|| context.app.direct_messages.generate_seq());
    MessageNumbers { seq, random, time: context.now }
}

/// As [`numbers`], the same in all runs of the handler.
fn kept_numbers(context: &mut Context<'_>, seq: Option<u32>, random: u32) -> MessageNumbers {
    let seq = seq.unwrap_or_else(|| {
        let messages = &mut context.app.direct_messages;
        context.webhooks.keep(|| messages.generate_seq())
    });
    MessageNumbers { seq, random, time: context.now }
}

/// Returns whether a message is kept for a receiver who is offline, as all are here.
fn is_stored(online_only: Option<bool>, life_time: Option<Seconds>) -> bool {
    online_only != Some(true) && life_time.is_none_or(|time| time.get() > 0)
}

/// Returns whether offline receivers get a push.
fn is_pushed(info: Option<&OfflinePushInfo>) -> bool {
    info.is_none_or(|info| info.no_push != Some(true))
}

/// How a message is delivered.
#[derive(Clone)]
pub(super) struct Delivery {
    /// The `MsgBody`, if a repeat must have the same.
    content: Option<Box<[u8]>>,
    /// For how many seconds a repeat is recognized.
    window: u64,
    /// Whether receivers who are offline find it later.
    is_stored: bool,
    is_pushed: bool,
}

impl Delivery {
    /// Returns how to deliver a message that repeats no other.
    pub(super) fn of_new_message() -> Self {
        Self { content: None, window: 0, is_stored: true, is_pushed: true }
    }
}

/// Delivers a message, unless it repeats an earlier one. Returns whether it did.
pub(super) fn deliver(
    context: &mut Context<'_>,
    message: DirectMessage,
    delivery: Delivery,
) -> bool {
    let (from, to) = (Arc::clone(&message.from), Arc::clone(&message.to));
    let MessageNumbers { seq, random, time } = message.numbers;
    let Delivery { content, window, is_stored, is_pushed } = delivery;
    let key = MessageKey { from, to, seq, random, content };
    if !context.app.direct_messages.receive(key, window, time) {
        return false;
    }
    context.app.figures.on(time).direct.count(&message.from, 1);
    if is_pushed && is_stored {
        context.app.push_direct_message(&message);
    }
    if is_stored {
        context.app.direct_messages.store(message);
    }
    true
}
