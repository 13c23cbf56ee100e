//! Messages in live rooms: `send_text_msg` and `send_custom_msg`. They are messages of the group.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupId,
    live::{
        LiveMessageResult, SendCustomMsg, SendCustomMsgResponse, SendTextMsg, SendTextMsgResponse,
    },
    message::{CustomElement, MsgElement, TextElement},
    room::RoomId,
};
use serde::Serialize;

use super::lookup::{existing_account, group_of_live_room, invalid};
use crate::{
    handlers::{group_messages::check_may_send, message_body, moderation::texts::moderate},
    response::ApiError,
    router::{Context, Router},
    state::history::Message,
};

pub(super) fn register(router: &mut Router) {
    router.add(send_text_msg);
    router.add(send_custom_msg);
}

fn send_text_msg(
    context: &mut Context<'_>,
    request: &SendTextMsg,
) -> Result<SendTextMsgResponse, ApiError> {
    group_of_live_room(context, &request.room_id)?;
    let sender = existing_account(context, "Sender_Account", &request.sender_account)?;
    let body = [MsgElement::Text(TextElement::new(&request.text_content))];
    let body = moderate(context, &body)?;
    let mut response = SendTextMsgResponse::default();
    response.response =
        Some(send(context, &request.room_id, &sender, &body, request.extension_info.clone())?);
    Ok(response)
}

fn send_custom_msg(
    context: &mut Context<'_>,
    request: &SendCustomMsg,
) -> Result<SendCustomMsgResponse, ApiError> {
    group_of_live_room(context, &request.room_id)?;
    let sender = match &request.sender_account {
        Some(sender) => existing_account(context, "Sender_Account", sender)?,
        None => context.app.accounts.shared_id(context.caller),
    };
    let data = CustomData { business_id: &request.business_id, data: &request.data };
    let data = serde_json::to_string(&data).map_err(ApiError::internal)?;
    let body = [MsgElement::Custom(CustomElement::new(data))];
    let mut response = SendCustomMsgResponse::default();
    response.response = Some(send(context, &request.room_id, &sender, &body, None)?);
    Ok(response)
}

/// The `Data` of a custom message, as JSON.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct CustomData<'a> {
    business_id: &'a str,
    data: &'a str,
}

fn send(
    context: &mut Context<'_>,
    id: &RoomId,
    sender: &Arc<str>,
    body: &[MsgElement],
    custom_data: Option<String>,
) -> Result<LiveMessageResult, ApiError> {
    let (now, group_id) = (context.now, GroupId::from(id.as_str()));
    let content = message_body::encode(body).map_err(|error| invalid(error.info()))?;
    check_may_send(context, &group_id, None, sender)
        .map_err(|error| ApiError { code: ErrorCode::MUTED_IN_ROOM, ..error })?;
    let group = group_of_live_room(context, id)?;
    let seq = group
        .history
        .add(Message { custom_data, ..Message::new(Arc::clone(sender), now, content) });
    context.app.count_group_message(id.as_str(), sender, None, now);
    context.app.push_group_message(id.as_str(), sender, now);
    let mut result = LiveMessageResult::default();
    result.msg_time = Some(now);
    result.msg_seq = Some(seq);
    Ok(result)
}
