//! Message history: `group_msg_get_simple` and `clear_group_msg`.

use chat_types::{
    UserId,
    message::{
        ClearGroupMsg, ClearGroupMsgResponse, GroupHistoryMsg, GroupMsgGetSimple,
        GroupMsgGetSimpleResponse, HistoryCompleteness, HistoryEntryKind,
    },
};

use super::{message_body, topics::read_history_of};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::history::Message,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(group_msg_get_simple, |request| &request.group_id);
    router.add_for_group(clear_group_msg, |request| &request.group_id);
}

fn group_msg_get_simple(
    context: &mut Context<'_>,
    request: &GroupMsgGetSimple,
) -> Result<GroupMsgGetSimpleResponse, ApiError> {
    let group = context.group(&request.group_id)?;
    let history = read_history_of(group, request.topic_id.as_ref())?;
    let from = request.req_msg_seq.filter(|&seq| seq > 0).unwrap_or(u64::MAX);
    let with_recalled = request.with_recalled_msg == Some(true);
    let page = history.backwards(from, request.req_msg_number.into());
    let mut response = GroupMsgGetSimpleResponse::default();
    response.rsp_msg_list = page
        .filter(|(_, message)| with_recalled || message.is_none_or(|message| !message.recalled))
        .map(|(seq, message)| entry(seq, message))
        .collect::<Result<_, _>>()?;
    response.group_id = Some(request.group_id.clone());
    response.completeness = Some(HistoryCompleteness::Complete);
    Ok(response)
}

fn entry(seq: u64, message: Option<&Message>) -> Result<GroupHistoryMsg, ApiError> {
    let mut entry = GroupHistoryMsg::default();
    entry.msg_seq = seq;
    let Some(message) = message else {
        entry.entry_kind = Some(HistoryEntryKind::Placeholder);
        return Ok(entry);
    };
    entry.entry_kind =
        Some(if message.recalled { HistoryEntryKind::Recalled } else { HistoryEntryKind::Message });
    entry.from_account = Some(UserId::from(&*message.sender));
    entry.msg_body = message_body::decode(&message.content)?.into();
    entry.cloud_custom_data.clone_from(&message.custom_data);
    entry.msg_priority = Some(message.priority);
    entry.msg_random = message.random.map(u64::from);
    entry.msg_time_stamp = Some(message.time);
    Ok(entry)
}

/// Hides messages from clients. They stay in the history that admins of the app read.
fn clear_group_msg(
    context: &mut Context<'_>,
    request: &ClearGroupMsg,
) -> Result<ClearGroupMsgResponse, ApiError> {
    let history = &mut context.group_mut(&request.group_id)?.history;
    history.clear(request.msg_seq.unwrap_or(u64::MAX));
    Ok(ClearGroupMsgResponse::default())
}
