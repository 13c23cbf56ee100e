use chat_types::{
    GroupType,
    message::{
        SendBroadcastMsg, SendBroadcastMsgResponse, SendGroupSystemNotification,
        SendGroupSystemNotificationResponse,
    },
};

use super::{
    content::{self, content},
    topics::topic_of,
};
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::history::Message,
};

pub(super) fn register(router: &mut Router) {
    router.on(send_group_system_notification);
    router.on(send_broadcast_msg);
}

/// A notification reaches clients and leaves nothing behind, so there is nothing to be done.
fn send_group_system_notification(
    turn: &mut Turn<'_>,
    request: &SendGroupSystemNotification,
) -> Result<SendGroupSystemNotificationResponse, Refusal> {
    let group = turn.group_mut(&request.group_id)?;
    if *group.group_type() == GroupType::AVChatRoom && !request.to_members_account.is_empty() {
        let info = "ToMembers_Account: an audio-video group can only be notified as a whole";
        return Err(Refusal::parameter(info));
    }
    if let Some(topic) = &request.topic_id {
        topic_of(group, topic)?;
    }
    Ok(SendGroupSystemNotificationResponse::default())
}

fn send_broadcast_msg(
    turn: &mut Turn<'_>,
    request: &SendBroadcastMsg,
) -> Result<SendBroadcastMsgResponse, Refusal> {
    let now = turn.now;
    let content = content(&request.msg_body).map_err(|bad| Refusal::parameter(bad.info()))?;
    let sender = content::sender(turn, request.from_account.as_ref())
        .ok_or_else(|| Refusal::no_account("From_Account", request.from_account.as_ref()))?;
    let broadcasts = &mut turn.app.broadcasts;
    let is_same = |earlier: &Message| earlier.content == content;
    let seq = match broadcasts.earlier(request.random, now, is_same) {
        Some(earlier) => earlier.seq,
        None => broadcasts
            .add(Message { random: Some(request.random), ..Message::new(sender, now, content) }),
    };
    let mut response = SendBroadcastMsgResponse::default();
    response.msg_seq = Some(seq);
    Ok(response)
}
