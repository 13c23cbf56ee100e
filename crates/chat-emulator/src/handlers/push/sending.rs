//! Sending pushes: `push`, `im_push`, `batch`, `webpush` and `webbatch`.

use std::{collections::BTreeSet, sync::Arc};

use chat_types::{
    Endpoint, ErrorCode, UserId,
    message::{MsgElement, OfflinePushInfo},
    push::{
        ImPush, ImPushResponse, Push, PushBatch, PushResponse, PushTaskId, WebPush, WebPushBatch,
        WebPushBatchResponse, WebPushResponse,
    },
    spec::EndpointSpec,
};
use serde::Serialize;
use serde_json::Value;

use super::{
    accounts::{Failures, documented_or_invalid, find, find_user},
    condition,
};
use crate::{
    handlers::message_body::{self, InvalidBody, repeat_window},
    pushes::sending::Draft,
    response::ApiError,
    router::{Context, Router},
    state::push::{condition::Condition, record::PushCall},
    validation::invalid_parameter_code,
};

pub(super) fn register(router: &mut Router) {
    router.add(push);
    router.add(im_push);
    router.add(batch);
    router.add(webpush);
    router.add(webbatch);
}

fn push(context: &mut Context<'_>, request: &Push) -> Result<PushResponse, ApiError> {
    let spec = Push::SPEC;
    let condition = condition::read(context, spec, request.condition.as_ref())?;
    let from = sender(context, spec, &request.from_account)?;
    let content = match request.msg_body.as_slice() {
        [] => None,
        elements => Some(encode(spec, elements)?),
    };
    let only_push = request.online_only_flag.unwrap_or(false);
    let mut response = PushResponse::default();
    let task_id = once_per_call(context, request, |context| {
        count_for_day(context, spec)?;
        let draft = Draft {
            random: request.msg_random,
            online_only: is_online_only(request.offline_push_info.as_ref()),
            notification: to_json(&request.offline_push_info)?,
            message: content.filter(|_| !only_push),
            ..selected(context, spec, from, &condition, true)
        };
        Ok(context.app.send_push(draft, context.now))
    })?;
    response.task_id = Some(task_id);
    Ok(response)
}

fn im_push(context: &mut Context<'_>, request: &ImPush) -> Result<ImPushResponse, ApiError> {
    let spec = ImPush::SPEC;
    let condition = condition::read(context, spec, request.condition.as_ref())?;
    encode(spec, &request.msg_body)?;
    let from = match &request.from_account {
        Some(account) => sender(context, spec, account)?,
        None => context.app.accounts.shared_id(context.caller),
    };
    let mut response = ImPushResponse::default();
    response.task_id = once_per_call(context, request, |context| {
        count_for_day(context, spec)?;
        let is_stored = request.msg_life_time.is_some_and(|time| time.get() > 0);
        let draft = Draft {
            random: request.msg_random,
            online_only: !is_stored || is_online_only(request.offline_push_info.as_ref()),
            notification: to_json(&request.offline_push_info)?,
            ..selected(context, spec, from, &condition, false)
        };
        Ok(context.app.send_push(draft, context.now))
    })?;
    Ok(response)
}

fn webpush(context: &mut Context<'_>, request: &WebPush) -> Result<WebPushResponse, ApiError> {
    let spec = WebPush::SPEC;
    let condition = condition::read(context, spec, request.condition.as_ref())?;
    let from = sender(context, spec, &request.from_account)?;
    let mut response = WebPushResponse::default();
    response.task_id = Some(once_per_call(context, request, |context| {
        count_for_day(context, spec)?;
        let draft = Draft {
            random: request.msg_random,
            online_only: request.web_info.is_none(),
            notification: to_json(&request.web_info)?,
            ..selected(context, spec, from, &condition, true)
        };
        Ok(context.app.send_push(draft, context.now))
    })?);
    Ok(response)
}

/// The response of `batch`, without the array that the page omits when it is empty.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Batch {
    task_id: PushTaskId,
    #[serde(flatten)]
    failures: Failures,
}

fn batch(context: &mut Context<'_>, request: &PushBatch) -> Result<Batch, ApiError> {
    send_batch(context, request).map_err(|error| error.with("TaskId", ""))
}

fn send_batch(context: &mut Context<'_>, request: &PushBatch) -> Result<Batch, ApiError> {
    let spec = PushBatch::SPEC;
    let from = sender(context, spec, &request.from_account)?;
    let (receivers, failures) = receivers(context, spec, &request.to_account)?;
    let task_id = once_per_call(context, request, |context| {
        let draft = Draft {
            random: request.msg_random,
            online_only: is_online_only(Some(&request.offline_push_info)),
            notification: to_json(&request.offline_push_info)?,
            ..to_accounts(spec, "batch_", from, receivers)
        };
        Ok(context.app.send_push(draft, context.now))
    })?;
    Ok(Batch { task_id, failures })
}

fn webbatch(
    context: &mut Context<'_>,
    request: &WebPushBatch,
) -> Result<WebPushBatchResponse, ApiError> {
    let spec = WebPushBatch::SPEC;
    let from = sender(context, spec, &request.from_account)?;
    let (receivers, _) = receivers(context, spec, &request.to_account)?;
    let mut response = WebPushBatchResponse::default();
    response.task_id = Some(once_per_call(context, request, |context| {
        let draft = Draft {
            random: request.msg_random,
            online_only: request.web_info.is_none(),
            notification: to_json(&request.web_info)?,
            ..to_accounts(spec, "wbat_", from, receivers)
        };
        Ok(context.app.send_push(draft, context.now))
    })?);
    Ok(response)
}

/// Sends a push, unless the call repeats one within the window of the endpoint; returns the ID of the
/// push of either.
fn once_per_call<E: Endpoint>(
    context: &mut Context<'_>,
    request: &E,
    send: impl FnOnce(&mut Context<'_>) -> Result<PushTaskId, ApiError>,
) -> Result<PushTaskId, ApiError> {
    let json = serde_json::to_vec(request).map_err(ApiError::internal)?;
    let call = PushCall { command: E::SPEC.command, request: json };
    let window = repeat_window(E::SPEC);
    if let Some(id) = context.app.push.pushes.find_repeated(&call, window, context.now) {
        return Ok(id);
    }
    let id = send(context)?;
    context.app.push.pushes.remember(call, id.clone(), context.now);
    Ok(id)
}

/// Returns a push to the accounts that a condition selects.
fn selected(
    context: &Context<'_>,
    spec: &'static EndpointSpec,
    from: Arc<str>,
    condition: &Condition,
    with_registrations: bool,
) -> Draft {
    let receivers = context.app.select(condition, with_registrations);
    Draft { selected: true, ..to_accounts(spec, "", from, receivers) }
}

/// Returns a push to given accounts.
fn to_accounts(
    spec: &'static EndpointSpec,
    id_prefix: &'static str,
    from: Arc<str>,
    receivers: Vec<Arc<str>>,
) -> Draft {
    Draft {
        command: spec.command,
        id_prefix,
        random: 0,
        from,
        receivers,
        selected: false,
        notification: Value::Null,
        online_only: false,
        message: None,
    }
}

/// Returns the receivers of a push to given accounts, and those that do not exist.
pub(super) fn receivers(
    context: &Context<'_>,
    spec: &EndpointSpec,
    accounts: &[UserId],
) -> Result<(Vec<Arc<str>>, Failures), ApiError> {
    if accounts.is_empty() {
        let info = "To_Account: must have at least one receiver";
        return Err(ApiError::new(invalid_parameter_code(spec), info));
    }
    let mut receivers = BTreeSet::new();
    let mut failures = Failures::default();
    for account in accounts {
        match find(context, account) {
            Ok(id) => _ = receivers.insert(id),
            Err(error) => failures.add(account, error),
        }
    }
    Ok((receivers.into_iter().collect(), failures))
}

pub(super) fn sender(
    context: &Context<'_>,
    spec: &EndpointSpec,
    account: &UserId,
) -> Result<Arc<str>, ApiError> {
    let found = if spec.service == ImPush::SPEC.service {
        find_user(context, account)
    } else {
        find(context, account).ok()
    };
    found.ok_or_else(|| {
        let code = documented_or_invalid(spec, ErrorCode::ACCOUNT_NOT_FOUND);
        ApiError::new(code, format!("From_Account: account {account:?} does not exist"))
    })
}

fn count_for_day(context: &mut Context<'_>, spec: &EndpointSpec) -> Result<(), ApiError> {
    if context.app.push.pushes.count_for_day(spec.command, context.now) {
        return Ok(());
    }
    let info = format!("the pushes of {} for today are used up", spec.command);
    Err(ApiError::new(ErrorCode::PUSH_DAILY_LIMIT, info))
}

/// Encodes a `MsgBody` as it is stored.
fn encode(spec: &EndpointSpec, body: &[MsgElement]) -> Result<Box<[u8]>, ApiError> {
    message_body::encode(body).map_err(|invalid: InvalidBody| {
        ApiError::new(documented_or_invalid(spec, ErrorCode::MSG_BODY_INVALID), invalid.info())
    })
}

/// Returns whether a push shows no notification to receivers who are offline.
pub(super) fn is_online_only(info: Option<&OfflinePushInfo>) -> bool {
    info.is_some_and(|info| info.no_push == Some(true))
}

/// Returns a part of a request as JSON.
pub(super) fn to_json<T: Serialize>(part: &T) -> Result<Value, ApiError> {
    serde_json::to_value(part).map_err(ApiError::internal)
}
