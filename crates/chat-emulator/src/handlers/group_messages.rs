use chat_types::{
    ErrorCode, GroupType, UnixSeconds,
    group::Role,
    message::{
        GroupMsgToImport, ImportGroupMsg, ImportGroupMsgResponse, ImportedGroupMsg, MsgPriority,
        MsgPriorityLevel, SendGroupMsg, SendGroupMsgResponse, SendMsgControl,
    },
};

use super::{
    content::{self, BadContent, content},
    topics::{history_of, topic_of},
};
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::{
        AppState,
        accounts::Accounts,
        history::{Earlier, History, Message},
    },
};

pub(super) fn register(router: &mut Router) {
    router.on(send_group_msg);
    router.on(import_group_msg);
}

fn send_group_msg(
    turn: &mut Turn<'_>,
    request: &SendGroupMsg,
) -> Result<SendGroupMsgResponse, Refusal> {
    let now = turn.now;
    check_options(turn.group(&request.group_id)?.group_type(), request)?;
    let content = content(&request.msg_body).map_err(|bad| {
        let code = match bad {
            BadContent::Empty => ErrorCode::INVALID_PARAMETER,
            BadContent::TooLong => ErrorCode::MESSAGE_BODY_TOO_LONG,
        };
        Refusal::new(code, bad.info())
    })?;
    let sender = content::sender(turn, request.from_account.as_ref())
        .ok_or_else(|| Refusal::no_account("From_Account", request.from_account.as_ref()))?;
    check_may_send(turn, request, &sender)?;

    let group = turn.group_mut(&request.group_id)?;
    let history = history_of(group, request.topic_id.as_ref())?;
    let is_same = |earlier: &Message| earlier.content == content;
    let sent = match history.earlier(request.random, now, is_same) {
        Some(earlier) => earlier,
        None => {
            let seq = history.add(Message {
                random: Some(request.random),
                priority: level(request.msg_priority.as_ref()),
                stored: !request.online_only.unwrap_or(false),
                ..Message::new(sender.clone(), now, content)
            });
            if let Some(member) = group.members.stored_mut().and_then(|all| all.get_mut(&sender)) {
                member.last_sent = Some(now);
            }
            Earlier { seq, time: now }
        }
    };
    let mut response = SendGroupMsgResponse::default();
    response.msg_seq = Some(sent.seq);
    response.msg_time = Some(sent.time);
    Ok(response)
}

/// Refuses what the group's type does not take, and what excludes each other.
fn check_options(group_type: &GroupType, request: &SendGroupMsg) -> Result<(), Refusal> {
    let live = *group_type == GroupType::AVChatRoom;
    let online_only = request.online_only.unwrap_or(false);
    let no_unread = request.send_msg_control.contains(&SendMsgControl::NoUnread);
    let mentions_all = request.mentions.iter().any(|mention| mention.everybody);
    let chosen = !request.to_account.is_empty();
    let refused = if online_only && !request.send_msg_control.is_empty() {
        "OnlineOnlyFlag and SendMsgControl exclude each other"
    } else if online_only && live {
        "OnlineOnlyFlag is not for audio-video groups"
    } else if no_unread && (live || *group_type == GroupType::ChatRoom) {
        "SendMsgControl: the group has no unread counts, so NoUnread is not for it"
    } else if mentions_all && live {
        "GroupAtInfo: nobody can mention everybody in an audio-video group"
    } else if chosen && (live || *group_type == GroupType::Community) {
        "To_Account is only for Private, Public and ChatRoom groups"
    } else {
        return Ok(());
    };
    Err(Refusal::parameter(refused))
}

/// Refuses a sender who is muted: by name, in the topic, or with everybody.
fn check_may_send(
    turn: &mut Turn<'_>,
    request: &SendGroupMsg,
    sender: &str,
) -> Result<(), Refusal> {
    let (now, is_admin) = (turn.now, turn.admins.contains(sender));
    let group = turn.group_mut(&request.group_id)?;
    let by_name = group.mutes.get(sender, now).is_some();
    let leads = group.owner.as_deref() == Some(sender)
        || group
            .members
            .stored()
            .and_then(|members| members.get(sender))
            .is_some_and(|member| matches!(member.role, Role::Owner | Role::Admin));
    let with_all = group.profile.mute_all && !leads && !is_admin;
    let in_topic = match &request.topic_id {
        None => false,
        Some(topic) => topic_of(group, topic)?.mutes.get(sender, now).is_some(),
    };
    if by_name || with_all || in_topic {
        let info = format!("{sender:?} is muted");
        return Err(Refusal::new(ErrorCode::GROUP_SENDER_MUTED, info));
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
    turn: &mut Turn<'_>,
    request: &ImportGroupMsg,
) -> Result<ImportGroupMsgResponse, Refusal> {
    let now = turn.now;
    let AppState { accounts, groups, .. } = &mut *turn.app;
    let id = request.group_id.as_str();
    let group = groups.get_mut(id).ok_or_else(|| Refusal::no_group(id))?;
    let created = group.created;
    let history = history_of(group, request.topic_id.as_ref())?;
    let mut response = ImportGroupMsgResponse::default();
    for message in &request.msg_list {
        let outcome = import(history, accounts, message, created, now);
        let mut imported = ImportedGroupMsg::default();
        match outcome {
            Ok(Earlier { seq, time }) => {
                imported.msg_seq = Some(seq);
                imported.msg_time = Some(time);
            }
            Err(code) => imported.result = code,
        }
        response.import_msg_result.push(imported);
    }
    if request.topic_id.is_none() {
        let newest = group.history.count();
        if let Some(members) = group.members.stored_mut() {
            members.values_mut().for_each(|member| member.read = newest);
        }
    }
    Ok(response)
}

/// Adds one message to the history, unless it is there already. The response has room for a code
/// alone, so that is what a refusal is.
fn import(
    history: &mut History,
    accounts: &Accounts,
    message: &GroupMsgToImport,
    created: UnixSeconds,
    now: UnixSeconds,
) -> Result<Earlier, ErrorCode> {
    let content = content(&message.msg_body).map_err(|bad| match bad {
        BadContent::Empty => ErrorCode::INVALID_PARAMETER,
        BadContent::TooLong => ErrorCode::MESSAGE_BODY_TOO_LONG,
    })?;
    let known = message.random.and_then(|random| history.earlier(random, now, |_| true));
    if let Some(earlier) = known {
        return Ok(earlier);
    }
    let rises = history.last().is_none_or(|last| last < message.send_time);
    if !rises || !(created..=now).contains(&message.send_time) {
        return Err(ErrorCode::INVALID_PARAMETER);
    }
    let sender = message.from_account.as_str();
    if !accounts.contains(sender) {
        return Err(ErrorCode::INVALID_PARAMETER);
    }
    let seq = history.add(Message {
        time: message.send_time,
        random: message.random,
        ..Message::new(accounts.name(sender), now, content)
    });
    Ok(Earlier { seq, time: message.send_time })
}
