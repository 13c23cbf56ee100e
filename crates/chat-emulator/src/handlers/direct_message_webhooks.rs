//! The webhooks of `sendmsg`.

use std::borrow::Cow;

use chat_types::{
    ErrorCode, UserId,
    message::{ForbidCallbackControl, MsgElement, MsgKey, SendMsg},
    webhook::{
        bot::OnC2CMessage,
        c2c::{CallbackAfterSendMsg, CallbackBeforeSendMsg},
    },
};

use super::message_decision::Decision;
use crate::{response::ApiError, router::Context, state::conversation::MessageNumbers};

/// A one-to-one message, as it is delivered.
pub(super) struct Sent<'a> {
    pub(super) request: &'a SendMsg,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    pub(super) numbers: MessageNumbers,
    pub(super) body: Cow<'a, [MsgElement]>,
    pub(super) custom_data: Option<String>,
}

/// Asks the app's server what to do with a message.
pub(super) fn ask_before(context: &mut Context<'_>, sent: &Sent<'_>) -> Result<Decision, ApiError> {
    let forbidden = &sent.request.forbid_callback_control;
    if forbidden.contains(&ForbidCallbackControl::ForbidBeforeSendMsgCallback) {
        return Ok(Decision::unchanged());
    }
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeSendMsg::default();
        event.from_account = UserId::from(sent.from);
        event.to_account = UserId::from(sent.to);
        event.msg_seq = Some(sent.numbers.seq);
        event.msg_random = Some(sent.numbers.random);
        event.msg_time = Some(sent.numbers.time);
        event.msg_key = Some(MsgKey::from(sent.numbers.to_key()));
        event.online_only_flag = Some(sent.request.online_only == Some(true));
        event.msg_body = sent.body.to_vec().into();
        event.cloud_custom_data.clone_from(&sent.custom_data);
        event
    })?;
    Decision::read::<CallbackBeforeSendMsg>(&response, ErrorCode::MESSAGE_WEBHOOK_REFUSED)
}

/// Reports a message that was delivered.
pub(super) fn report_sent(context: &mut Context<'_>, sent: &Sent<'_>) {
    let unread = |context: &Context<'_>| context.app.direct_messages.unread_of(sent.to);
    let forbidden = &sent.request.forbid_callback_control;
    if !forbidden.contains(&ForbidCallbackControl::ForbidAfterSendMsgCallback) {
        let unread = unread(context);
        context.webhooks.emit(|| {
            let mut event = CallbackAfterSendMsg::default();
            event.from_account = UserId::from(sent.from);
            event.to_account = UserId::from(sent.to);
            event.msg_seq = Some(sent.numbers.seq);
            event.msg_random = Some(sent.numbers.random);
            event.msg_time = Some(sent.numbers.time);
            event.msg_key = Some(MsgKey::from(sent.numbers.to_key()));
            event.msg_id = Some(sent.numbers.to_msg_id());
            event.online_only_flag = Some(sent.request.online_only == Some(true));
            event.send_msg_result = Some(ErrorCode::OK);
            event.error_info = Some(SENT.to_owned());
            event.unread_msg_num = Some(unread);
            event.msg_body = sent.body.to_vec().into();
            event.cloud_custom_data.clone_from(&sent.custom_data);
            event
        });
    }
    if context.app.robots.contains(sent.to) {
        let unread = unread(context);
        context.webhooks.emit(|| {
            let mut event = OnC2CMessage::default();
            event.from_account = UserId::from(sent.from);
            event.to_account = UserId::from(sent.to);
            event.msg_seq = Some(sent.numbers.seq);
            event.msg_random = Some(sent.numbers.random);
            event.msg_time = Some(sent.numbers.time);
            event.msg_key = MsgKey::from(sent.numbers.to_key());
            event.online_only_flag = Some(sent.request.online_only == Some(true));
            event.send_msg_result = Some(ErrorCode::OK);
            event.error_info = Some(SENT.to_owned());
            event.unread_msg_num = Some(unread);
            event.msg_body = sent.body.to_vec().into();
            event.cloud_custom_data.clone_from(&sent.custom_data);
            event
        });
    }
}

/// The `ErrorInfo` of a message that was delivered.
const SENT: &str = "send msg succeed";
