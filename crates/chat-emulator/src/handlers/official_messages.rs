//! Messages of official accounts: `send_official_account_msg`, `official_account_msg_get_simple` and
//! `official_account_msg_recall`.

use chat_types::{
    Endpoint as _, ErrorCode, UnixSeconds, UserId,
    limits::{OFFICIAL_ACCOUNT_MESSAGES_PER_HOUR, OFFICIAL_ACCOUNT_MESSAGES_PER_SECOND},
    message::{ForbidCallbackControl, MsgElement, SendMsgControl},
    official_account::{
        OfficialAccountMsg, OfficialAccountMsgGetSimple, OfficialAccountMsgGetSimpleResponse,
        OfficialAccountMsgListEnd, OfficialAccountMsgRecall, OfficialAccountMsgRecallResponse,
        OfficialAccountMsgState, RecalledOfficialAccountMsg, SendOfficialAccountMsg,
        SendOfficialAccountMsgResponse,
    },
    webhook::official_account::{
        CallbackAfterMsgWithDraw, CallbackAfterSendMsg, CallbackBeforeSendMsg, RecalledMsg,
    },
};

use super::{
    message_body::{self, InvalidBody, repeat_window},
    message_decision::Decision,
    moderation::texts::moderate,
    official_accounts::official_account,
    paging::page_size,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        history::{History, Message, MessageStamp},
        official_accounts::{BroadcastLimits, OfficialAccount, TooManyBroadcasts},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(send_official_account_msg);
    router.add(official_account_msg_get_simple);
    router.add(official_account_msg_recall);
}

fn send_official_account_msg(
    context: &mut Context<'_>,
    request: &SendOfficialAccountMsg,
) -> Result<SendOfficialAccountMsgResponse, ApiError> {
    let online_only = request.online_only_flag == Some(true);
    if online_only && request.send_msg_control.contains(&SendMsgControl::NoLastMsg) {
        let info = "OnlineOnlyFlag: cannot be combined with NoLastMsg";
        return Err(ApiError::new(ErrorCode::OFFICIAL_ACCOUNT_INVALID_PARAMETER, info));
    }
    let mut body = moderate(context, &request.msg_body)?;
    let mut content = message_body::encode(&body).map_err(invalid_body)?;
    let limits = BroadcastLimits {
        per_second: context.app.quotas.apply(OFFICIAL_ACCOUNT_MESSAGES_PER_SECOND.into()),
        per_hour: context.app.quotas.apply(OFFICIAL_ACCOUNT_MESSAGES_PER_HOUR.into()),
    };
    let now = context.now;
    let id: &str = request.official_account.as_str();
    official_account(context, &request.official_account)?;
    let mut custom_data = request.cloud_custom_data.clone();
    match ask_before(context, request, &body)? {
        Decision::Deliver(changes) => {
            if changes.apply(&mut body, &mut custom_data) {
                content = message_body::encode(&body).map_err(invalid_body)?;
            }
        }
        Decision::Drop => {
            let mut response = SendOfficialAccountMsgResponse::default();
            response.msg_time = Some(now);
            return Ok(response);
        }
    }
    let account = official_account(context, &request.official_account)?;
    let message = Message { random: Some(request.random), ..Message::new(id.into(), now, content) };
    let repeated = find_repeated(&account.history, &message, now);
    let sent = match repeated {
        Some(first) => first,
        None => send(account, message, online_only, limits)?,
    };
    if repeated.is_none() {
        report_sent(context, request, sent, body.into_owned(), custom_data);
    }
    let mut response = SendOfficialAccountMsgResponse::default();
    response.msg_time = Some(sent.time);
    response.msg_key = sent.seq.map(|seq| key(seq, sent.time));
    Ok(response)
}

fn ask_before(
    context: &mut Context<'_>,
    request: &SendOfficialAccountMsg,
    body: &[MsgElement],
) -> Result<Decision, ApiError> {
    let forbidden = &request.forbid_callback_control;
    if forbidden.contains(&ForbidCallbackControl::ForbidBeforeSendMsgCallback) {
        return Ok(Decision::unchanged());
    }
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeSendMsg::default();
        event.official_account = request.official_account.clone();
        event.online_only_flag = Some(request.online_only_flag == Some(true));
        event.msg_body = body.to_vec().into();
        event.cloud_custom_data.clone_from(&request.cloud_custom_data);
        event
    })?;
    Decision::read::<CallbackBeforeSendMsg>(&response, ErrorCode::GROUP_WEBHOOK_REFUSED)
}

fn report_sent(
    context: &mut Context<'_>,
    request: &SendOfficialAccountMsg,
    sent: MessageStamp,
    body: Vec<MsgElement>,
    custom_data: Option<String>,
) {
    let forbidden = &request.forbid_callback_control;
    if forbidden.contains(&ForbidCallbackControl::ForbidAfterSendMsgCallback) {
        return;
    }
    context.webhooks.emit(|| {
        let mut event = CallbackAfterSendMsg::default();
        event.official_account = request.official_account.clone();
        event.msg_key = sent.seq.map(|seq| key(seq, sent.time)).unwrap_or_default();
        event.msg_time = Some(sent.time);
        event.online_only_flag = Some(request.online_only_flag == Some(true));
        event.msg_body = body.into();
        event.cloud_custom_data = custom_data;
        event
    });
}

fn invalid_body(invalid: InvalidBody) -> ApiError {
    let code = match invalid {
        InvalidBody::Empty => ErrorCode::OFFICIAL_ACCOUNT_INVALID_PARAMETER,
        InvalidBody::TooLong { .. } => ErrorCode::MESSAGE_BODY_TOO_LONG,
    };
    ApiError::new(code, invalid.info())
}

/// Returns the recent message that this one repeats: one with the same content.
fn find_repeated(history: &History, message: &Message, now: UnixSeconds) -> Option<MessageStamp> {
    let window = repeat_window(SendOfficialAccountMsg::SPEC);
    let is_same = |earlier: &Message| earlier.content == message.content;
    let messages = history.backwards(u64::MAX, u64::MAX);
    let mut recent = messages
        .filter_map(|(seq, earlier)| Some((seq, earlier?)))
        .take_while(|(_, earlier)| now.seconds_since(earlier.received) < window);
    let stored = recent.find(|(_, earlier)| is_same(earlier));
    let stored = stored.map(|(seq, first)| MessageStamp { seq: Some(seq), time: first.time });
    // Messages for those who are online are remembered by their number.
    stored.or_else(|| history.find_repeated(message.random?, now, window, is_same))
}

fn send(
    account: &mut OfficialAccount,
    message: Message,
    online_only: bool,
    limits: BroadcastLimits,
) -> Result<MessageStamp, ApiError> {
    let time = message.time;
    account.count_broadcast(limits, time).map_err(|TooManyBroadcasts| {
        let info = format!(
            "an official account may send {OFFICIAL_ACCOUNT_MESSAGES_PER_SECOND} message per second and \
             {OFFICIAL_ACCOUNT_MESSAGES_PER_HOUR} per hour"
        );
        ApiError::new(ErrorCode::GROUP_MESSAGE_RATE_LIMIT, info)
    })?;
    let seq = match message.random {
        Some(random) if online_only => {
            account.history.add_online_only(random, message);
            None
        }
        _ => Some(account.history.add(message)),
    };
    Ok(MessageStamp { seq, time })
}

fn official_account_msg_get_simple(
    context: &mut Context<'_>,
    request: &OfficialAccountMsgGetSimple,
) -> Result<OfficialAccountMsgGetSimpleResponse, ApiError> {
    let id = &request.official_account;
    let account = with_messages(context, id)?;
    let newest = match request.last_msg_key.as_deref() {
        None | Some("") => u64::MAX,
        Some(last) => match seq_of(last) {
            Some((seq, _)) => seq.saturating_sub(1),
            None => {
                let info = format!("LastMsgKey: {last:?} is not from a response");
                return Err(ApiError::invalid_parameter(info));
            }
        },
    };
    let with_recalled = request.with_recalled_msg == Some(true);
    let is_recalled = |message: Option<&Message>| message.is_some_and(|message| message.recalled);
    let mut rest = account
        .history
        .backwards(newest, u64::MAX)
        .filter(|&(_, message)| with_recalled || !is_recalled(message));
    let mut response = OfficialAccountMsgGetSimpleResponse::default();
    for (seq, message) in
        rest.by_ref().take(page_size::<OfficialAccountMsgGetSimple>(request.req_msg_number))
    {
        response.rsp_msg_list.push(entry(id, seq, message)?);
    }
    let is_cut_off = request.req_msg_number.is_none() && rest.next().is_some();
    response.official_account = Some(id.clone());
    response.last_msg_key = response.rsp_msg_list.last().map(|oldest| oldest.msg_key.clone());
    response.is_finished = Some(if is_cut_off {
        OfficialAccountMsgListEnd::MoreLeft
    } else {
        OfficialAccountMsgListEnd::Complete
    });
    Ok(response)
}

fn entry(id: &UserId, seq: u64, message: Option<&Message>) -> Result<OfficialAccountMsg, ApiError> {
    let mut entry = OfficialAccountMsg::default();
    entry.from_account = Some(id.clone());
    entry.msg_seq = Some(seq);
    let Some(message) = message else {
        entry.state = Some(OfficialAccountMsgState::Placeholder);
        entry.msg_key = key(seq, UnixSeconds::default());
        return Ok(entry);
    };
    entry.state = Some(if message.recalled {
        OfficialAccountMsgState::Recalled
    } else {
        OfficialAccountMsgState::Present
    });
    entry.msg_body = message_body::decode(&message.content)?.into();
    entry.msg_key = key(seq, message.time);
    entry.msg_time_stamp = Some(message.time);
    Ok(entry)
}

fn official_account_msg_recall(
    context: &mut Context<'_>,
    request: &OfficialAccountMsgRecall,
) -> Result<OfficialAccountMsgRecallResponse, ApiError> {
    let account = with_messages(context, &request.official_account)?;
    let mut response = OfficialAccountMsgRecallResponse::default();
    for key in &request.msg_key_list {
        let mut result = RecalledOfficialAccountMsg::default();
        result.msg_key.clone_from(key);
        match seq_of(key) {
            None => result.ret_code = ErrorCode::INVALID_PARAMETER,
            Some((seq, time)) => {
                let message = account.history.get_mut(seq);
                match message.filter(|message| message.time == time) {
                    None => result.ret_code = ErrorCode::GROUP_MESSAGE_NOT_FOUND,
                    Some(message) => message.recalled = true,
                }
            }
        }
        response.recall_ret_list.push(result);
    }
    let results = response.recall_ret_list.iter();
    let recalled = results.filter(|result| result.ret_code == ErrorCode::OK);
    if recalled.clone().next().is_some() {
        let entry = |result: &RecalledOfficialAccountMsg| {
            let mut entry = RecalledMsg::default();
            entry.msg_key.clone_from(&result.msg_key);
            entry
        };
        context.webhooks.emit(|| {
            let mut event = CallbackAfterMsgWithDraw::default();
            event.official_account = request.official_account.clone();
            event.withdraw_msg_list = recalled.map(entry).collect();
            event
        });
    }
    Ok(response)
}

/// Returns an official account, with the codes of the pages about its messages.
fn with_messages<'a>(
    context: &'a mut Context<'_>,
    id: &UserId,
) -> Result<&'a mut OfficialAccount, ApiError> {
    official_account(context, id).map_err(|error| match error.code {
        ErrorCode::OFFICIAL_ACCOUNT_NOT_FOUND => {
            ApiError::new(ErrorCode::GROUP_NOT_FOUND, error.info)
        }
        _ => ApiError::invalid_parameter(error.info),
    })
}

/// Returns the key of a message.
fn key(seq: u64, time: UnixSeconds) -> String {
    format!("{seq}_1_{}", time.get())
}

/// Reads the number and the time from the key of a message; `None` if it is malformed.
fn seq_of(key: &str) -> Option<(u64, UnixSeconds)> {
    let (seq, time) = key.split_once("_1_")?;
    Some((seq.parse().ok()?, UnixSeconds::new(time.parse().ok()?)))
}
