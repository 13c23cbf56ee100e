//! The history of one-to-one messages: `admin_getroammsg`, `admin_msgwithdraw`, `modify_c2c_msg` and
//! `delete_c2c_msg_ramble`.

use chat_types::{
    ErrorCode, UserId,
    limits::MAX_HISTORY_RESPONSE_BYTES,
    message::{
        AdminGetRoamMsg, AdminGetRoamMsgResponse, AdminMsgWithdraw, AdminMsgWithdrawResponse,
        C2cHistoryMsg, DeleteC2cMsgRamble, DeleteC2cMsgRambleResponse, ModifyC2cMsg,
        ModifyC2cMsgResponse, MsgFlagBits, MsgKey,
    },
    webhook::c2c::{CallbackAfterModifyMsg, CallbackAfterMsgWithDraw},
};

use super::{direct_messages::encode, message_body};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::conversation::{Conversation, DirectMessage, MessageNumbers, Position},
};

pub(super) fn register(router: &mut Router) {
    router.add(admin_getroammsg);
    router.add(admin_msgwithdraw);
    router.add(modify_c2c_msg);
    router.add(delete_c2c_msg_ramble);
}

fn admin_getroammsg(
    context: &mut Context<'_>,
    request: &AdminGetRoamMsg,
) -> Result<AdminGetRoamMsgResponse, ApiError> {
    let (operator, peer) = (&request.operator_account, &request.peer_account);
    context.account("Operator_Account", operator, ErrorCode::FROM_ACCOUNT_INVALID)?;
    context.account("Peer_Account", peer, ErrorCode::TO_ACCOUNT_INVALID)?;
    let mut response = AdminGetRoamMsgResponse::default();
    response.complete = true;
    response.msg_count = Some(0);
    let messages = &context.app.direct_messages;
    let Some(conversation) = messages.conversation(operator.as_str(), peer.as_str()) else {
        return Ok(response);
    };
    let before = start_of_page(conversation, request);
    let mut size = 0;
    let mut visible = conversation
        .backwards(request.min_time, request.max_time, before)
        .filter(|message| message.is_visible_to(operator.as_str()))
        .peekable();
    while let Some(message) = visible.next_if(|message| {
        size += message.content.len();
        response.msg_list.len() < request.max_count as usize
            && (size <= MAX_HISTORY_RESPONSE_BYTES || response.msg_list.is_empty())
    }) {
        response.msg_list.push(entry(message)?);
    }
    response.complete = visible.peek().is_none();
    response.msg_list.reverse();
    response.msg_count = Some(u32::try_from(response.msg_list.len()).unwrap_or(u32::MAX));
    if let Some(oldest) = response.msg_list.first() {
        response.last_msg_time = oldest.msg_time_stamp;
        response.last_msg_key = Some(oldest.msg_key.clone());
    }
    Ok(response)
}

/// Returns the position before which a subsequent page ends; `None` for the first page.
fn start_of_page(conversation: &Conversation, request: &AdminGetRoamMsg) -> Option<Position> {
    let last = MessageNumbers::from_key(request.last_msg_key.as_ref()?.as_str())?;
    (last.time == request.max_time).then_some(())?;
    conversation.position(last)
}

fn entry(message: &DirectMessage) -> Result<C2cHistoryMsg, ApiError> {
    let mut entry = C2cHistoryMsg::default();
    entry.from_account = Some(UserId::from(&*message.from));
    entry.to_account = Some(UserId::from(&*message.to));
    entry.msg_seq = Some(message.numbers.seq.into());
    entry.msg_random = Some(message.numbers.random.into());
    entry.msg_time_stamp = Some(message.numbers.time);
    entry.msg_flag_bits =
        Some(if message.recalled { MsgFlagBits::Recalled } else { MsgFlagBits::Normal });
    entry.is_peer_read = Some(message.receipt);
    entry.msg_key = MsgKey::from(message.numbers.to_key());
    entry.msg_body = message_body::decode(&message.content)?.into();
    entry.cloud_custom_data.clone_from(&message.custom_data);
    Ok(entry)
}

pub(crate) fn admin_msgwithdraw(
    context: &mut Context<'_>,
    request: &AdminMsgWithdraw,
) -> Result<AdminMsgWithdrawResponse, ApiError> {
    let (from, to) = (&request.from_account, &request.to_account);
    context.account("From_Account", from, ErrorCode::FROM_ACCOUNT_INVALID)?;
    context.account("To_Account", to, ErrorCode::TO_ACCOUNT_INVALID)?;
    let numbers = MessageNumbers::from_key(request.msg_key.as_str()).ok_or_else(|| {
        let info = format!("MsgKey: {:?} is not a key of a message", request.msg_key.as_str());
        ApiError::new(ErrorCode::MSG_KEY_INVALID, info)
    })?;
    let message = find_sent(context, from, to, numbers).ok_or_else(|| {
        ApiError::new(ErrorCode::MESSAGE_NOT_FOUND, "MsgKey: the message does not exist")
    })?;
    if message.recalled {
        let info = "MsgKey: the message was already recalled";
        return Err(ApiError::new(ErrorCode::MESSAGE_ALREADY_RECALLED, info));
    }
    message.recalled = true;
    message.unread = false;
    context.webhooks.emit(|| {
        let mut event = CallbackAfterMsgWithDraw::default();
        event.from_account = from.clone();
        event.to_account = to.clone();
        event.msg_key = request.msg_key.clone();
        event.unread_msg_num = Some(context.app.direct_messages.unread_of(to.as_str()));
        event
    });
    Ok(AdminMsgWithdrawResponse::default())
}

fn modify_c2c_msg(
    context: &mut Context<'_>,
    request: &ModifyC2cMsg,
) -> Result<ModifyC2cMsgResponse, ApiError> {
    let content = if request.msg_body.is_empty() { None } else { Some(encode(&request.msg_body)?) };
    let (from, to) = (&request.from_account, &request.to_account);
    context.account("From_Account", from, ErrorCode::SENDER_OR_RECEIVER_NOT_FOUND)?;
    context.account("To_Account", to, ErrorCode::SENDER_OR_RECEIVER_NOT_FOUND)?;
    let message = MessageNumbers::from_key(request.msg_key.as_str())
        .and_then(|numbers| find_sent(context, from, to, numbers))
        .filter(|message| !message.recalled)
        .ok_or_else(|| {
            let info = "MsgKey: the message does not exist or was recalled";
            ApiError::new(ErrorCode::MESSAGE_INVALID_REQUEST, info)
        })?;
    if let Some(content) = content {
        message.content = content;
    }
    if let Some(custom_data) = &request.cloud_custom_data {
        message.custom_data = Some(custom_data.clone());
    }
    let (numbers, content, custom) =
        (message.numbers, message.content.clone(), message.custom_data.clone());
    let body = message_body::decode(&content)?;
    context.webhooks.emit(|| {
        let mut event = CallbackAfterModifyMsg::default();
        event.operator_account = Some(context.caller.into());
        event.from_account = from.clone();
        event.to_account = to.clone();
        event.msg_random = Some(numbers.random);
        event.msg_seq = Some(numbers.seq);
        event.msg_time = Some(numbers.time);
        event.msg_key = request.msg_key.clone();
        event.msg_body = body.into();
        event.cloud_custom_data = custom;
        event
    });
    context.info = "succeed";
    Ok(ModifyC2cMsgResponse::default())
}

fn delete_c2c_msg_ramble(
    context: &mut Context<'_>,
    request: &DeleteC2cMsgRamble,
) -> Result<DeleteC2cMsgRambleResponse, ApiError> {
    let (operator, peer) = (&request.operator_account, &request.peer_account);
    let mut response = DeleteC2cMsgRambleResponse::default();
    for key in &request.msg_key_list {
        let Some(numbers) = MessageNumbers::from_key(key.as_str()) else {
            response.invalid_msg_key_list.push(key.clone());
            continue;
        };
        let messages = &mut context.app.direct_messages;
        let conversation = messages.conversation_mut(operator.as_str(), peer.as_str());
        if let Some(message) = conversation.and_then(|messages| messages.find_mut(numbers)) {
            message.hide_from(operator.as_str());
        }
    }
    Ok(response)
}

/// Returns the message that one account sent to another.
pub(super) fn find_sent<'a>(
    context: &'a mut Context<'_>,
    from: &UserId,
    to: &UserId,
    numbers: MessageNumbers,
) -> Option<&'a mut DirectMessage> {
    let messages = &mut context.app.direct_messages;
    let message = messages.conversation_mut(from.as_str(), to.as_str())?.find_mut(numbers)?;
    (*message.from == *from.as_str()).then_some(message)
}
