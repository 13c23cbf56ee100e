//! What accounts have read: `admin_set_msg_read`, `c2c_msg_read_receipt` and
//! `get_c2c_unread_msg_num`.

use chat_types::{
    ErrorCode, UnixSeconds,
    conversation::{FailedPeer, GetC2cUnreadMsgNum, GetC2cUnreadMsgNumResponse, PeerUnread},
    message::{
        AdminSetMsgRead, AdminSetMsgReadResponse, C2cMsgReadReceipt, C2cMsgReadReceiptResponse,
    },
    webhook::c2c::{CallbackAfterMsgReadReceipt, CallbackAfterMsgReport, ReceiptedMsg},
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::conversation::{Conversation, MessageNumbers},
};

pub(super) fn register(router: &mut Router) {
    router.add(admin_set_msg_read);
    router.add(c2c_msg_read_receipt);
    router.add(get_c2c_unread_msg_num);
}

pub(crate) fn admin_set_msg_read(
    context: &mut Context<'_>,
    request: &AdminSetMsgRead,
) -> Result<AdminSetMsgReadResponse, ApiError> {
    let (account, peer) = (&request.report_account, &request.peer_account);
    context.account("Report_Account", account, ErrorCode::FROM_ACCOUNT_INVALID)?;
    context.account("Peer_Account", peer, ErrorCode::TO_ACCOUNT_INVALID)?;
    let until = match &request.msg_read_time {
        None => context.now,
        Some(digits) => UnixSeconds::new(digits.parse().map_err(|_| {
            let info = format!("MsgReadTime: must be a string of digits, found {digits:?}");
            ApiError::new(ErrorCode::MESSAGE_BODY_NOT_JSON, info)
        })?),
    };
    let messages = &mut context.app.direct_messages;
    let conversation = messages.conversation_mut(account.as_str(), peer.as_str());
    for message in conversation.into_iter().flat_map(Conversation::messages_mut) {
        if *message.to == *account.as_str() && message.numbers.time <= until {
            message.unread = false;
        }
    }
    context.webhooks.emit(|| {
        let mut event = CallbackAfterMsgReport::default();
        event.report_account = account.clone();
        event.peer_account = peer.clone();
        event.last_read_time = Some(until);
        event.unread_msg_num = Some(context.app.direct_messages.unread_of(account.as_str()));
        event
    });
    Ok(AdminSetMsgReadResponse::default())
}

pub(crate) fn c2c_msg_read_receipt(
    context: &mut Context<'_>,
    request: &C2cMsgReadReceipt,
) -> Result<C2cMsgReadReceiptResponse, ApiError> {
    let (operator, peer) = (request.operator_account.as_str(), request.peer_account.as_str());
    let messages = &mut context.app.direct_messages;
    let mut conversation = messages.conversation_mut(operator, peer);
    for read in &request.messages {
        let is_between_them =
            read.from_account.as_str() == peer && read.to_account.as_str() == operator;
        let message = MessageNumbers::from_key(read.msg_key.as_str())
            .and_then(|numbers| conversation.as_deref_mut()?.find_mut(numbers))
            .filter(|message| is_between_them && *message.to == *operator);
        let message = message.ok_or_else(|| {
            let info = format!(
                "C2CMsgInfo: {:?} is not a message from Peer_Account to Operator_Account",
                read.msg_key.as_str()
            );
            ApiError::new(ErrorCode::MESSAGE_INVALID_REQUEST, info)
        })?;
        message.receipt = true;
        message.unread = false;
    }
    context.webhooks.emit(|| {
        let mut event = CallbackAfterMsgReadReceipt::default();
        event.operator_account = request.operator_account.clone();
        event.peer_account = request.peer_account.clone();
        event.messages = request
            .messages
            .iter()
            .map(|read| {
                let mut entry = ReceiptedMsg::default();
                entry.from_account = Some(read.from_account.clone());
                entry.to_account = Some(read.to_account.clone());
                entry.msg_key = read.msg_key.clone();
                entry
            })
            .collect();
        event
    });
    Ok(C2cMsgReadReceiptResponse::default())
}

fn get_c2c_unread_msg_num(
    context: &mut Context<'_>,
    request: &GetC2cUnreadMsgNum,
) -> Result<GetC2cUnreadMsgNumResponse, ApiError> {
    let account = &request.to_account;
    context.account("To_Account", account, ErrorCode::TO_ACCOUNT_INVALID)?;
    let messages = &context.app.direct_messages;
    let unread_from = |peer: &str| {
        let conversation = messages.conversation(account.as_str(), peer);
        let count = conversation.map_or(0, |messages| messages.unread_for(account.as_str()));
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let mut response = GetC2cUnreadMsgNumResponse::default();
    if request.peer_account.is_empty() {
        let peers = messages.peers(account.as_str());
        response.all_c2c_unread_msg_num = Some(peers.map(|peer| unread_from(peer)).sum());
        return Ok(response);
    }
    for peer in &request.peer_account {
        if context.app.accounts.contains(peer.as_str()) {
            let mut unread = PeerUnread::default();
            unread.peer_account = peer.clone();
            unread.c2c_unread_msg_num = unread_from(peer.as_str());
            response.c2c_unread_msg_num_list.push(unread);
        } else {
            let mut failed = FailedPeer::default();
            failed.peer_account = peer.clone();
            failed.error_code = ErrorCode::ACCOUNT_NOT_FOUND;
            response.error_list.push(failed);
        }
    }
    Ok(response)
}
