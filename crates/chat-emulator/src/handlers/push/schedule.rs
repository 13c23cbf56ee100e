//! Scheduled pushes: `add_sched_task`, `modify_sched_task`, `delete_sched_task`, `get_sched_task` and
//! `list_sched_task`.

use chat_types::{
    Endpoint, ErrorCode, UnixSeconds,
    push::{
        AddSchedTask, AddSchedTaskResponse, DeleteSchedTask, DeleteSchedTaskResponse, GetSchedTask,
        GetSchedTaskResponse, ListSchedTask, ListSchedTaskResponse, ModifySchedTask,
        ModifySchedTaskResponse, PushTaskId, ScheduledPush, ScheduledPushChange,
        ScheduledPushContent, ScheduledPushStatus, ScheduledPushType,
    },
};

use super::{
    condition,
    sending::{receivers, sender, to_json},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::push::schedule::{Dispatch, ScheduledTask, TooManyPending},
    time_text,
};

pub(super) fn register(router: &mut Router) {
    router.add(add_sched_task);
    router.add(modify_sched_task);
    router.add(delete_sched_task);
    router.add(get_sched_task);
    router.add(list_sched_task);
}

fn add_sched_task(
    context: &mut Context<'_>,
    request: &AddSchedTask,
) -> Result<AddSchedTaskResponse, ApiError> {
    add(context, request).map_err(without_task)
}

fn add(
    context: &mut Context<'_>,
    request: &AddSchedTask,
) -> Result<AddSchedTaskResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let time = future_time(context, &request.sched_at)?;
    check_content(context, &request.type_, &request.content)?;
    let task = ScheduledTask {
        created: context.now,
        time,
        kind: request.type_.clone(),
        content: request.content.clone(),
        dispatch: None,
    };
    let mut response = AddSchedTaskResponse::default();
    let added = context.app.push.schedule.add(task);
    response.task_id =
        Some(added.map_err(|TooManyPending| invalid("too many scheduled pushes are pending"))?);
    Ok(response)
}

fn modify_sched_task(
    context: &mut Context<'_>,
    request: &ModifySchedTask,
) -> Result<ModifySchedTaskResponse, ApiError> {
    modify(context, request).map_err(without_task)
}

fn modify(
    context: &mut Context<'_>,
    request: &ModifySchedTask,
) -> Result<ModifySchedTaskResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let task = pending(context, request.task_id, &request.type_)?;
    let content = match &request.content {
        None => task.content.clone(),
        Some(change) => apply(change, task.content.clone()),
    };
    let time = match &request.sched_at {
        None => task.time,
        Some(time) => future_time(context, time)?,
    };
    check_content(context, &request.type_, &content)?;
    context.app.push.schedule.change(request.task_id, time, content);
    let mut response = ModifySchedTaskResponse::default();
    response.task_id = Some(request.task_id);
    Ok(response)
}

/// Replaces the fields that a change has.
fn apply(change: &ScheduledPushChange, mut content: ScheduledPushContent) -> ScheduledPushContent {
    if let Some(from) = &change.from_account {
        content.from_account = from.clone();
    }
    if let Some(condition) = &change.condition {
        content.condition = Some(condition.clone());
    }
    if !change.to_account.is_empty() {
        content.to_account.clone_from(&change.to_account);
    }
    if let Some(info) = &change.offline_push_info {
        content.offline_push_info = Some(info.clone());
    }
    content
}

fn delete_sched_task(
    context: &mut Context<'_>,
    request: &DeleteSchedTask,
) -> Result<DeleteSchedTaskResponse, ApiError> {
    check_app(context, request.sdk_app_id)
        .and_then(|()| pending(context, request.task_id, &request.type_).map(drop))
        .map_err(without_task)?;
    context.app.push.schedule.remove(request.task_id);
    let mut response = DeleteSchedTaskResponse::default();
    response.task_id = Some(request.task_id);
    Ok(response)
}

fn get_sched_task(
    context: &mut Context<'_>,
    request: &GetSchedTask,
) -> Result<GetSchedTaskResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let task = find(context, request.task_id)?;
    let mut response = GetSchedTaskResponse::default();
    response.task_info = Some(describe(context, request.task_id, task)?);
    Ok(response)
}

fn list_sched_task(
    context: &mut Context<'_>,
    request: &ListSchedTask,
) -> Result<ListSchedTaskResponse, ApiError> {
    check_app(context, request.sdk_app_id)?;
    let order_by = request.order_by.to_ascii_lowercase();
    let time_of: fn(&ScheduledTask) -> UnixSeconds = match order_by.as_str() {
        BY_CREATION => |task| task.created,
        BY_TIME => |task| task.time,
        _ => return Err(invalid("OrderBy: must be createAt or schedAt")),
    };
    let begin = read_time("BeginTime", &request.begin_time)?;
    let end = read_time("EndTime", &request.end_time)?;
    if begin > end {
        return Err(invalid("EndTime: must not be before BeginTime"));
    }
    let keyword = request.keyword.as_deref().unwrap_or_default();
    let mut found: Vec<_> = context
        .app
        .push
        .schedule
        .iter()
        .filter(|(_, task)| (begin..=end).contains(&time_of(task)) && mentions(task, keyword))
        .collect();
    found.sort_by_key(|(id, task)| (time_of(task), *id));
    if !request.asc {
        found.reverse();
    }
    let mut response = ListSchedTaskResponse::default();
    response.total = Some(found.len() as u64);
    let offset = usize::try_from(request.offset).unwrap_or(usize::MAX);
    response.tasks = found
        .into_iter()
        .skip(offset)
        .take(request.want as usize)
        .map(|(id, task)| describe(context, id, task))
        .collect::<Result<_, _>>()?;
    Ok(response)
}

/// Returns whether the title or the text of a push contains a keyword.
fn mentions(task: &ScheduledTask, keyword: &str) -> bool {
    let info = task.content.offline_push_info.as_ref();
    let texts = info.map(|info| [&info.title, &info.desc]).into_iter().flatten().flatten();
    keyword.is_empty() || texts.into_iter().any(|text| text.contains(keyword))
}

fn describe(
    context: &Context<'_>,
    id: u64,
    task: &ScheduledTask,
) -> Result<ScheduledPush, ApiError> {
    let info = task.content.offline_push_info.as_ref();
    let mut push = ScheduledPush::default();
    push.task_id = id;
    push.sdk_app_id = Some(context.app.sdk_app_id);
    push.create_at = Some(time_text::write(task.created));
    push.type_ = Some(task.kind.clone());
    push.sched_at = Some(time_text::write(task.time));
    push.content = Some(to_json(&task.content)?);
    push.title = info.and_then(|info| info.title.clone());
    push.desc = info.and_then(|info| info.desc.clone());
    push.dispatch_success = Some(0);
    push.dispatch_err = Some(String::new());
    push.push_task_id = Some(PushTaskId::from(String::new()));
    match &task.dispatch {
        None => push.status = Some(ScheduledPushStatus::Pending),
        Some(Dispatch::Sent(id)) => {
            push.dispatch_success = Some(1);
            push.push_task_id = Some(id.clone());
        }
        Some(Dispatch::Failed(reason)) => push.dispatch_err = Some(reason.clone()),
    }
    Ok(push)
}

fn check_app(context: &Context<'_>, sdk_app_id: u32) -> Result<(), ApiError> {
    if sdk_app_id == context.app.sdk_app_id {
        return Ok(());
    }
    Err(invalid("Sdkappid: must be the SDKAppID of the URL"))
}

/// Checks what the fields of a push alone do not show.
fn check_content(
    context: &Context<'_>,
    kind: &ScheduledPushType,
    content: &ScheduledPushContent,
) -> Result<(), ApiError> {
    let spec = AddSchedTask::SPEC;
    sender(context, spec, &content.from_account)?;
    let is_for_accounts = *kind == ScheduledPushType::User;
    if is_for_accounts {
        receivers(context, spec, &content.to_account)?;
    } else if !content.to_account.is_empty() {
        return Err(invalid("To_Account: only if Type is User"));
    }
    if content.condition.is_some() != (*kind == ScheduledPushType::Tag) {
        return Err(invalid("Condition: required if Type is Tag, and only then"));
    }
    condition::read(context, spec, content.condition.as_ref()).map(drop)
}

fn find<'a>(context: &'a Context<'_>, id: u64) -> Result<&'a ScheduledTask, ApiError> {
    let found = context.app.push.schedule.get(id);
    found.ok_or_else(|| invalid("TaskID: the scheduled push does not exist"))
}

/// Returns a scheduled push that can still be changed.
fn pending<'a>(
    context: &'a Context<'_>,
    id: u64,
    kind: &ScheduledPushType,
) -> Result<&'a ScheduledTask, ApiError> {
    let task = find(context, id)?;
    if task.kind != *kind {
        return Err(invalid("Type: must be the Type of the scheduled push"));
    }
    if task.dispatch.is_some() {
        let info = "TaskID: the push has started, so it cannot be changed or deleted";
        return Err(ApiError::new(ErrorCode::SCHEDULED_PUSH_STARTED, info));
    }
    Ok(task)
}

fn future_time(context: &Context<'_>, text: &str) -> Result<UnixSeconds, ApiError> {
    let time = read_time("SchedAt", text)?;
    if time <= context.now {
        return Err(invalid("SchedAt: must be in the future"));
    }
    Ok(time)
}

fn read_time(field: &str, text: &str) -> Result<UnixSeconds, ApiError> {
    time_text::read(text).ok_or_else(|| {
        invalid(format!("{field}: must be a time in UTC, as YYYY-MM-DD hh:mm:ss; found {text:?}"))
    })
}

fn invalid(info: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::SCHEDULED_PUSH_INVALID_PARAMETER, info)
}

/// Adds the `TaskID` of a response to a call that failed.
fn without_task(error: ApiError) -> ApiError {
    error.with("TaskID", 0)
}

const BY_CREATION: &str = "createat";
const BY_TIME: &str = "schedat";
