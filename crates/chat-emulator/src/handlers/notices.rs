//! System notifications and broadcasts: `send_group_system_notification` and `send_broadcast_msg`.

use chat_types::{
    Endpoint as _, ErrorCode, GroupType,
    message::{
        SendBroadcastMsg, SendBroadcastMsgResponse, SendGroupSystemNotification,
        SendGroupSystemNotificationResponse,
    },
};

use super::{message_body, topics::topic_of};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::history::Message,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(send_group_system_notification, |request| &request.group_id);
    router.add(send_broadcast_msg);
}

/// Checks a notification. Only clients receive it, so it changes no state.
fn send_group_system_notification(
    context: &mut Context<'_>,
    request: &SendGroupSystemNotification,
) -> Result<SendGroupSystemNotificationResponse, ApiError> {
    let group = context.group_mut(&request.group_id)?;
    if *group.group_type() == GroupType::AVChatRoom && !request.to_members_account.is_empty() {
        let info = "ToMembers_Account: not supported in audio-video groups";
        return Err(ApiError::invalid_parameter(info));
    }
    if let Some(topic) = &request.topic_id {
        topic_of(group, topic)?;
    }
    Ok(SendGroupSystemNotificationResponse::default())
}

fn send_broadcast_msg(
    context: &mut Context<'_>,
    request: &SendBroadcastMsg,
) -> Result<SendBroadcastMsgResponse, ApiError> {
    let now = context.now;
    let content = message_body::encode(&request.msg_body)
        .map_err(|invalid| ApiError::invalid_parameter(invalid.info()))?;
    let unknown = ErrorCode::GROUP_ACCOUNT_NOT_FOUND;
    let sender = message_body::sender(context, request.from_account.as_ref(), unknown)?;
    let broadcasts = &mut context.app.broadcasts;
    let is_same = |earlier: &Message| earlier.content == content;
    let window = message_body::repeat_window(SendBroadcastMsg::SPEC);
    let seq = match broadcasts.find_repeated(request.random, now, window, is_same) {
        Some(first) => first.seq,
        None => {
            let random = Some(request.random);
            Some(broadcasts.add(Message { random, ..Message::new(sender, now, content) }))
        }
    };
    let mut response = SendBroadcastMsgResponse::default();
    response.msg_seq = seq;
    Ok(response)
}
