//! Pinned messages: `pin_message`, `unpin_message` and `get_pinned_messages`.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupType, TopicId, UserId,
    limits::MAX_PINNED_MESSAGES,
    message::{
        GetPinnedMessages, GetPinnedMessagesResponse, PinMessage, PinMessageResponse, PinnedMsg,
        UnpinMessage, UnpinMessageResponse,
    },
};

use super::topics::history_of;
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, history::History, pins::TooManyPins},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(pin_message, |request| &request.group_id);
    router.add_for_group(unpin_message, |request| &request.group_id);
    router.add_for_group(get_pinned_messages, |request| &request.group_id);
}

fn pin_message(
    context: &mut Context<'_>,
    request: &PinMessage,
) -> Result<PinMessageResponse, ApiError> {
    let account = account(context, "Pinner_Account", request.pinner_account.as_ref())?;
    let group = context.group_mut(&request.group_id)?;
    let history = pinnable(group, request.topic_id.as_ref())?;
    if history.get(request.msg_seq).is_none_or(|message| message.recalled) {
        let info = "MsgSeq: the message does not exist or was recalled";
        return Err(ApiError::new(ErrorCode::GROUP_MESSAGE_NOT_FOUND, info));
    }
    history.pin(request.msg_seq, account).map_err(|TooManyPins| {
        let info = format!("{MAX_PINNED_MESSAGES} messages are pinned; unpin one of them first");
        ApiError::new(ErrorCode::PINNED_MESSAGE_LIMIT, info)
    })?;
    Ok(PinMessageResponse::default())
}

fn unpin_message(
    context: &mut Context<'_>,
    request: &UnpinMessage,
) -> Result<UnpinMessageResponse, ApiError> {
    account(context, "UnPinner_Account", request.un_pinner_account.as_ref())?;
    let group = context.group_mut(&request.group_id)?;
    pinnable(group, request.topic_id.as_ref())?.unpin(request.msg_seq);
    Ok(UnpinMessageResponse::default())
}

fn get_pinned_messages(
    context: &mut Context<'_>,
    request: &GetPinnedMessages,
) -> Result<GetPinnedMessagesResponse, ApiError> {
    let group = context.group_mut(&request.group_id)?;
    let pins = pinnable(group, request.topic_id.as_ref())?.pins();
    let mut response = GetPinnedMessagesResponse::default();
    response.pinned_msg_list = pins
        .map(|pin| {
            let mut pinned = PinnedMsg::default();
            pinned.msg_seq = pin.seq;
            pinned.pinner_account = Some(UserId::from(&*pin.by));
            pinned
        })
        .collect();
    Ok(response)
}

/// Returns the account that pins or unpins: the one in this field, or the calling admin.
fn account(
    context: &Context<'_>,
    field: &str,
    account: Option<&UserId>,
) -> Result<Arc<str>, ApiError> {
    match account {
        Some(account) => context.group_account(field, account),
        None => Ok(context.app.accounts.shared_id(context.caller)),
    }
}

/// Returns the messages of a group or a topic. In a community, only those of topics can be pinned.
fn pinnable<'a>(
    group: &'a mut Group,
    topic: Option<&TopicId>,
) -> Result<&'a mut History, ApiError> {
    if topic.is_none() && *group.group_type() == GroupType::Community {
        return Err(ApiError::invalid_parameter("TopicId: required for communities"));
    }
    history_of(group, topic)
}
