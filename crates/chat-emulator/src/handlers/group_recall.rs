//! Changing what was sent to a group: `group_msg_recall`, `delete_group_msg_by_sender` and
//! `modify_group_msg`.

use chat_types::{
    ErrorCode, GroupType,
    limits::{AVCHATROOM_RECALL_SECONDS, MAX_MESSAGES_DELETED_BY_SENDER},
    message::{
        DeleteGroupMsgBySender, DeleteGroupMsgBySenderResponse, GroupMsgRecall,
        GroupMsgRecallResponse, ModifyGroupMsg, ModifyGroupMsgResponse, RecalledGroupMsg,
    },
    webhook::group::{self, CallbackAfterRecallMsg},
};

use super::{direct_messages::encode, topics::history_of};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(group_msg_recall, |request| &request.group_id);
    router.add_for_group_of_any_type(delete_group_msg_by_sender, |request| &request.group_id);
    router.add_for_group(modify_group_msg, |request| &request.group_id);
}

pub(crate) fn group_msg_recall(
    context: &mut Context<'_>,
    request: &GroupMsgRecall,
) -> Result<GroupMsgRecallResponse, ApiError> {
    let now = context.now;
    let group = context.group_mut(&request.group_id)?;
    let group_type = group.group_type();
    let is_live = *group_type == GroupType::AVChatRoom;
    let history = history_of(group, request.topic_id.as_ref())?;
    let mut response = GroupMsgRecallResponse::default();
    for item in &request.msg_seq_list {
        let mut result = RecalledGroupMsg::default();
        result.msg_seq = item.msg_seq;
        match history.get_mut(item.msg_seq) {
            Some(message)
                if is_live && now.seconds_since(message.time) > AVCHATROOM_RECALL_SECONDS =>
            {
                result.ret_code = ErrorCode::GROUP_RECALL_TOO_LATE;
            }
            Some(message) => message.recalled = true,
            None => result.ret_code = ErrorCode::GROUP_MESSAGE_NOT_FOUND,
        }
        response.recall_ret_list.push(result);
    }
    let results = response.recall_ret_list.iter();
    let recalled = results.filter(|result| result.ret_code == ErrorCode::OK);
    if recalled.clone().next().is_some() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterRecallMsg::default();
            event.operator_account = Some(context.caller.into());
            event.type_ = Some(group_type.clone());
            event.group_id = request.group_id.clone();
            event.topic_id.clone_from(&request.topic_id);
            event.msg_seq_list = recalled.map(|result| recalled_message(result.msg_seq)).collect();
            event
        });
    }
    Ok(response)
}

fn recalled_message(seq: u64) -> group::RecalledGroupMsg {
    let mut message = group::RecalledGroupMsg::default();
    message.msg_seq = seq;
    message
}

/// Recalls what an account wrote among the last messages; in audio-video groups, nothing.
fn delete_group_msg_by_sender(
    context: &mut Context<'_>,
    request: &DeleteGroupMsgBySender,
) -> Result<DeleteGroupMsgBySenderResponse, ApiError> {
    let group = context.group_mut(&request.group_id)?;
    if *group.group_type() != GroupType::AVChatRoom {
        let history = history_of(group, request.topic_id.as_ref())?;
        for message in history.newest_mut(MAX_MESSAGES_DELETED_BY_SENDER.into()) {
            message.recalled |= *message.sender == *request.sender_account.as_str();
        }
    }
    Ok(DeleteGroupMsgBySenderResponse::default())
}

fn modify_group_msg(
    context: &mut Context<'_>,
    request: &ModifyGroupMsg,
) -> Result<ModifyGroupMsgResponse, ApiError> {
    let content = if request.msg_body.is_empty() { None } else { Some(encode(&request.msg_body)?) };
    let group = context.group_mut(&request.group_id)?;
    let history = history_of(group, request.topic_id.as_ref())?;
    let message = history.get_mut(request.msg_seq).filter(|message| !message.recalled);
    let message = message.ok_or_else(|| {
        let info = "MsgSeq: the message does not exist or was recalled";
        ApiError::new(ErrorCode::MESSAGE_INVALID_REQUEST, info)
    })?;
    if let Some(content) = content {
        message.content = content;
    }
    if let Some(custom_data) = &request.cloud_custom_data {
        message.custom_data = Some(custom_data.clone());
    }
    context.info = "succeed";
    Ok(ModifyGroupMsgResponse::default())
}
