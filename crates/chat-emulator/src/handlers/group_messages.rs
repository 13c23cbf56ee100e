//! Group messages: `send_group_msg` and `import_group_msg`. For reading them, see `history.rs`.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{
    Endpoint as _, ErrorCode, GroupId, GroupType, TopicId, UnixSeconds,
    message::{
        GroupMsgToImport, ImportGroupMsg, ImportGroupMsgResponse, ImportedGroupMsg, MsgElement,
        MsgPriority, MsgPriorityLevel, SendGroupMsg, SendGroupMsgResponse, SendMsgControl,
    },
};

use super::{
    group_message_webhooks::{Sent, ask_before, report_failure, report_sent},
    message_body::{self, InvalidBody, repeat_window},
    message_decision::Decision,
    moderation::texts::moderate,
    topics::{history_of, topic_of},
    unread::has_unread_counts,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        AppState,
        accounts::Accounts,
        history::{History, Message, MessageStamp},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(send_group_msg, |request| &request.group_id);
    router.add_for_group(import_group_msg, |request| &request.group_id);
}

pub(crate) fn send_group_msg(
    context: &mut Context<'_>,
    request: &SendGroupMsg,
) -> Result<SendGroupMsgResponse, ApiError> {
    let checked = check(context, request);
    if let Err(error) = &checked {
        report_failure(context, request, error);
    }
    let (mut sent, content) = checked?;
    let content = match ask_before(context, &sent)? {
        Decision::Deliver(changes) => {
            let has_changed = changes.apply(&mut sent.body, &mut sent.custom_data);
            if has_changed { encode(&sent.body)? } else { content }
        }
        Decision::Drop => {
            let mut response = SendGroupMsgResponse::default();
            response.msg_time = Some(context.now);
            return Ok(response);
        }
    };
    let (stamp, is_new) = deliver(context, &sent, content)?;
    if is_new {
        report_sent(context, &sent, stamp);
    }
    let mut response = SendGroupMsgResponse::default();
    response.msg_seq = stamp.seq;
    response.msg_time = Some(stamp.time);
    Ok(response)
}

/// Checks a message, and returns it with its encoded body.
fn check<'a>(
    context: &mut Context<'_>,
    request: &'a SendGroupMsg,
) -> Result<(Sent<'a>, Box<[u8]>), ApiError> {
    let group_type = context.group(&request.group_id)?.group_type();
    check_options(group_type, request)?;
    let unmoderated = request.send_msg_control.contains(&SendMsgControl::NoMsgCheck);
    let body = if unmoderated {
        (&request.msg_body).into()
    } else {
        moderate(context, &request.msg_body)?
    };
    let content = encode(&body)?;
    let unknown = ErrorCode::GROUP_ACCOUNT_NOT_FOUND;
    let sender = message_body::sender(context, request.from_account.as_ref(), unknown)?;
    check_may_send(context, &request.group_id, request.topic_id.as_ref(), &sender)?;
    history_of(context.group_mut(&request.group_id)?, request.topic_id.as_ref())?;
    let custom_data = request.cloud_custom_data.clone();
    Ok((Sent { request, group_type, sender, body, custom_data }, content))
}

fn encode(body: &[MsgElement]) -> Result<Box<[u8]>, ApiError> {
    message_body::encode(body).map_err(|invalid| ApiError::new(body_code(invalid), invalid.info()))
}

/// Adds a message to the history, unless it repeats an earlier one. Returns whether it is new.
fn deliver(
    context: &mut Context<'_>,
    sent: &Sent<'_>,
    content: Box<[u8]>,
) -> Result<(MessageStamp, bool), ApiError> {
    let (now, Sent { request, sender, .. }) = (context.now, sent);
    let group = context.group_mut(&request.group_id)?;
    let history = history_of(group, request.topic_id.as_ref())?;
    let window = repeat_window(SendGroupMsg::SPEC);
    let is_same = |earlier: &Message| earlier.content == content;
    if let Some(first) = history.find_repeated(request.random, now, window, is_same) {
        return Ok((first, false));
    }
    let message = Message {
        random: Some(request.random),
        priority: level(request.msg_priority.as_ref()),
        custom_data: sent.custom_data.clone(),
        readers: (request.need_read_receipt == Some(true)).then(BTreeSet::new),
        extensions: (request.support_message_extension == Some(true)).then(Box::default),
        ..Message::new(Arc::clone(sender), now, content)
    };
    let seq = if request.online_only.unwrap_or(false) {
        history.add_online_only(request.random, message);
        None
    } else {
        Some(history.add(message))
    };
    group.members.note_sent(sender, now);
    let chosen = (!request.to_account.is_empty()).then_some(request.to_account.len());
    context.app.count_group_message(request.group_id.as_str(), sender, chosen, now);
    let no_push = request.offline_push_info.as_ref().and_then(|info| info.no_push);
    if seq.is_some() && no_push != Some(true) {
        context.app.push_group_message(request.group_id.as_str(), sender, now);
    }
    Ok((MessageStamp { seq, time: now }, true))
}

/// Rejects options that the group type does not support, or that exclude each other.
fn check_options(group_type: &GroupType, request: &SendGroupMsg) -> Result<(), ApiError> {
    let live = *group_type == GroupType::AVChatRoom;
    let online_only = request.online_only.unwrap_or(false);
    let no_unread = request.send_msg_control.contains(&SendMsgControl::NoUnread);
    let mentions_all = request.mentions.iter().any(|mention| mention.everybody);
    let chosen_members = !request.to_account.is_empty();
    let info = if online_only && !request.send_msg_control.is_empty() {
        "OnlineOnlyFlag: cannot be combined with SendMsgControl"
    } else if online_only && live {
        "OnlineOnlyFlag: not supported in audio-video groups"
    } else if no_unread && !has_unread_counts(group_type) {
        "SendMsgControl: NoUnread is not supported in groups without unread counts"
    } else if mentions_all && live {
        "GroupAtInfo: mentioning all members is not supported in audio-video groups"
    } else if chosen_members && (live || *group_type == GroupType::Community) {
        "To_Account: only supported in Private, Public and ChatRoom groups"
    } else {
        return Ok(());
    };
    Err(ApiError::invalid_parameter(info))
}

/// Returns the code for an invalid `MsgBody`.
fn body_code(invalid: InvalidBody) -> ErrorCode {
    match invalid {
        InvalidBody::Empty => ErrorCode::INVALID_PARAMETER,
        InvalidBody::TooLong { .. } => ErrorCode::MESSAGE_BODY_TOO_LONG,
    }
}

/// Rejects a muted sender: muted in all groups, in this one, in the topic, or with all members.
pub(super) fn check_may_send(
    context: &mut Context<'_>,
    group_id: &GroupId,
    topic: Option<&TopicId>,
    sender: &str,
) -> Result<(), ApiError> {
    let (now, is_admin) = (context.now, context.admins.contains(sender));
    let everywhere = context.app.account_mutes.group.get(sender, now).is_some();
    let group = context.group_mut(group_id)?;
    let in_group = group.mutes.get(sender, now).is_some();
    let may_be_muted_with_all = !group.is_led_by(sender) && !is_admin;
    let with_all_members = group.profile.mute_all && may_be_muted_with_all;
    let in_topic = match topic {
        None => false,
        Some(topic) => {
            let topic = topic_of(group, topic)?;
            let with_all_members = topic.profile.mute_all && may_be_muted_with_all;
            with_all_members || topic.mutes.get(sender, now).is_some()
        }
    };
    if everywhere || in_group || with_all_members || in_topic {
        let info = format!("{sender:?} is muted");
        return Err(ApiError::new(ErrorCode::GROUP_SENDER_MUTED, info));
    }
    Ok(())
}

fn level(priority: Option<&MsgPriority>) -> MsgPriorityLevel {
    match priority {
        Some(MsgPriority::High) => MsgPriorityLevel::High,
        Some(MsgPriority::Low) => MsgPriorityLevel::Low,
        _ => MsgPriorityLevel::Normal,
    }
}

fn import_group_msg(
    context: &mut Context<'_>,
    request: &ImportGroupMsg,
) -> Result<ImportGroupMsgResponse, ApiError> {
    let now = context.now;
    let AppState { accounts, groups, .. } = &mut *context.app;
    let id = request.group_id.as_str();
    let group = groups.get_mut(id).ok_or_else(|| ApiError::group_not_found(id))?;
    let created = group.created;
    let history = history_of(group, request.topic_id.as_ref())?;
    let mut response = ImportGroupMsgResponse::default();
    for message in &request.msg_list {
        let outcome = import(history, accounts, message, created, now);
        let mut imported = ImportedGroupMsg::default();
        match outcome {
            Ok(MessageStamp { seq, time }) => {
                imported.msg_seq = seq;
                imported.msg_time = Some(time);
            }
            Err(code) => imported.result = code,
        }
        response.import_msg_result.push(imported);
    }
    if request.topic_id.is_none() {
        let newest = group.history.count();
        if let Some(members) = group.members.stored_mut() {
            members.values_mut().for_each(|member| member.last_read = newest);
        }
    }
    Ok(response)
}

/// Adds one message to the history, unless it is a repeat. The error is a bare code, because the
/// response has no field for a text.
fn import(
    history: &mut History,
    accounts: &Accounts,
    message: &GroupMsgToImport,
    created: UnixSeconds,
    now: UnixSeconds,
) -> Result<MessageStamp, ErrorCode> {
    let content = message_body::encode(&message.msg_body).map_err(body_code)?;
    let window = repeat_window(ImportGroupMsg::SPEC);
    let repeated =
        message.random.and_then(|random| history.find_repeated(random, now, window, |_| true));
    if let Some(first) = repeated {
        return Ok(first);
    }
    let is_newest = history.last_time().is_none_or(|last| last < message.send_time);
    if !is_newest || !(created..=now).contains(&message.send_time) {
        return Err(ErrorCode::INVALID_PARAMETER);
    }
    let sender = message.from_account.as_str();
    if !accounts.contains(sender) {
        return Err(ErrorCode::INVALID_PARAMETER);
    }
    let seq = Some(history.add(Message {
        time: message.send_time,
        random: message.random,
        ..Message::new(accounts.shared_id(sender), now, content)
    }));
    Ok(MessageStamp { seq, time: message.send_time })
}
