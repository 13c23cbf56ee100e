//! The webhooks of `send_group_msg`.

use std::{borrow::Cow, sync::Arc};

use chat_types::{
    ErrorCode, GroupType, UserId,
    message::{ForbidCallbackControl, MsgElement, SendGroupMsg},
    webhook::{
        bot::OnGroupMessage,
        group::{
            CallbackAfterSendMsg, CallbackBeforeSendMsg, CallbackSendMsgException, GroupMention,
        },
    },
};

use super::{group_receipts::report_receipts, message_decision::Decision};
use crate::{response::ApiError, router::Context, state::history::MessageStamp};

/// A group message, as it is delivered.
pub(super) struct Sent<'a> {
    pub(super) request: &'a SendGroupMsg,
    pub(super) group_type: &'static GroupType,
    pub(super) sender: Arc<str>,
    pub(super) body: Cow<'a, [MsgElement]>,
    pub(super) custom_data: Option<String>,
}

/// Asks the app's server what to do with a message.
pub(super) fn ask_before(context: &mut Context<'_>, sent: &Sent<'_>) -> Result<Decision, ApiError> {
    let request = sent.request;
    let forbidden = &request.forbid_callback_control;
    if forbidden.contains(&ForbidCallbackControl::ForbidBeforeSendMsgCallback) {
        return Ok(Decision::unchanged());
    }
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeSendMsg::default();
        event.group_id = request.group_id.clone();
        event.type_ = Some(sent.group_type.clone());
        event.from_account = UserId::from(&*sent.sender);
        event.operator_account = Some(context.caller.into());
        event.random = Some(request.random);
        event.online_only_flag = Some(request.online_only == Some(true));
        event.msg_body = sent.body.to_vec().into();
        event.cloud_custom_data.clone_from(&sent.custom_data);
        event.topic_id.clone_from(&request.topic_id);
        event.msg_priority.clone_from(&request.msg_priority);
        event
    })?;
    Decision::read::<CallbackBeforeSendMsg>(&response, ErrorCode::GROUP_WEBHOOK_REFUSED)
}

/// Reports a message that was delivered: that it was sent, how many have read it if it asks for receipts,
/// and the robots that it mentions.
pub(super) fn report_sent(context: &mut Context<'_>, sent: &Sent<'_>, stamp: MessageStamp) {
    let request = sent.request;
    let forbidden = &request.forbid_callback_control;
    if !forbidden.contains(&ForbidCallbackControl::ForbidAfterSendMsgCallback) {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterSendMsg::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(sent.group_type.clone());
            event.from_account = UserId::from(&*sent.sender);
            event.operator_account = Some(context.caller.into());
            event.random = Some(request.random);
            event.msg_seq = stamp.seq;
            event.msg_time = Some(stamp.time);
            event.online_only_flag = Some(request.online_only == Some(true));
            event.msg_body = sent.body.to_vec().into();
            event.cloud_custom_data.clone_from(&sent.custom_data);
            event.topic_id.clone_from(&request.topic_id);
            event.msg_priority.clone_from(&request.msg_priority);
            event.group_at_info = request.mentions.iter().map(mention).collect();
            event
        });
    }
    if request.need_read_receipt == Some(true) && request.topic_id.is_none() {
        report_receipts(context, &request.group_id, stamp.seq.as_slice(), None);
    }
    let mentioned = request.mentions.iter().filter_map(|mention| mention.member.as_ref());
    let robots: Vec<_> =
        mentioned.filter(|account| context.app.robots.contains(account.as_str())).collect();
    if let (false, Some(seq)) = (robots.is_empty(), stamp.seq) {
        context.webhooks.emit(|| {
            let mut event = OnGroupMessage::default();
            event.group_id = request.group_id.clone();
            event.type_ = Some(sent.group_type.clone());
            event.from_account = UserId::from(&*sent.sender);
            event.operator_account = Some(context.caller.into());
            event.random = Some(request.random);
            event.msg_seq = u32::try_from(seq).unwrap_or(u32::MAX);
            event.msg_time = Some(stamp.time);
            event.online_only_flag = Some(request.online_only == Some(true));
            event.msg_body = sent.body.to_vec().into();
            event.at_robots_account = robots.into_iter().cloned().collect();
            event.cloud_custom_data.clone_from(&sent.custom_data);
            event.topic_id.clone_from(&request.topic_id);
            event
        });
    }
}

fn mention(mention: &chat_types::message::GroupMention) -> GroupMention {
    let mut entry = GroupMention::new(mention.everybody);
    entry.member.clone_from(&mention.member);
    entry
}

/// Reports a message that was not delivered.
pub(super) fn report_failure(context: &mut Context<'_>, request: &SendGroupMsg, error: &ApiError) {
    context.webhooks.emit(|| {
        let mut event = CallbackSendMsgException::default();
        event.group_id = request.group_id.clone();
        let group = context.app.groups.get(request.group_id.as_str());
        event.type_ = group.map(|group| group.group_type().clone());
        event.from_account = request.from_account.clone().unwrap_or_else(|| context.caller.into());
        event.operator_account = Some(context.caller.into());
        event.random = Some(request.random);
        event.online_only_flag = Some(request.online_only == Some(true));
        event.msg_body = request.msg_body.clone().into();
        event.cloud_custom_data.clone_from(&request.cloud_custom_data);
        event.error_code = Some(error.code);
        event.error_info = Some(error.info.clone());
        event
    });
}
