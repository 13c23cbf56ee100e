//! Counters of groups: `get_group_counter`, `update_group_counter` and `delete_group_counter`.

use chat_types::{
    ErrorCode,
    group::{
        DeleteGroupCounter, DeleteGroupCounterResponse, GetGroupCounter, GetGroupCounterResponse,
        GroupCounter, GroupCounterMode, UpdateGroupCounter, UpdateGroupCounterResponse,
    },
    limits::MAX_GROUP_COUNTERS,
};

use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(get_group_counter, |request| &request.group_id);
    router.add_for_group(update_group_counter, |request| &request.group_id);
    router.add_for_group(delete_group_counter, |request| &request.group_id);
}

fn get_group_counter(
    context: &mut Context<'_>,
    request: &GetGroupCounter,
) -> Result<GetGroupCounterResponse, ApiError> {
    let (counters, keys) =
        (&context.group(&request.group_id)?.counters, &request.group_counter_keys);
    let requested = counters.iter().filter(|(key, _)| keys.is_empty() || keys.contains(key));
    let mut response = GetGroupCounterResponse::default();
    response.counters = requested.map(|(key, &value)| GroupCounter::new(key, value)).collect();
    Ok(response)
}

fn update_group_counter(
    context: &mut Context<'_>,
    request: &UpdateGroupCounter,
) -> Result<UpdateGroupCounterResponse, ApiError> {
    if let Some(&index) = context.invalid_items.first() {
        let info = format!("GroupCounter[{index}].Key is too long");
        return Err(ApiError::invalid_parameter(info));
    }
    let mode = request.mode.clone().unwrap_or(GroupCounterMode::Set);
    let group = context.group_mut(&request.group_id)?;
    let mut counters = group.counters.clone();
    let mut updated = Vec::with_capacity(request.counters.len());
    for GroupCounter { key, value: operand, .. } in &request.counters {
        let value = counters.entry(key.clone()).or_default();
        *value = apply(&mode, *value, *operand).ok_or_else(|| {
            ApiError::invalid_parameter(format!("GroupCounter: {key:?} would exceed 64 bits"))
        })?;
        updated.push(GroupCounter::new(key, *value));
    }
    if counters.len() > MAX_GROUP_COUNTERS {
        let info = format!("GroupCounter: a group can have {MAX_GROUP_COUNTERS} counters at most");
        return Err(ApiError::new(ErrorCode::TOO_MANY_GROUP_COUNTERS, info));
    }
    group.counters = counters;
    let mut response = UpdateGroupCounterResponse::default();
    response.counters = updated.into_iter().collect();
    Ok(response)
}

/// Returns the new value of a counter; `None` if it does not fit into 64 bits.
fn apply(mode: &GroupCounterMode, value: i64, operand: i64) -> Option<i64> {
    match mode {
        GroupCounterMode::Increase => value.checked_add(operand),
        GroupCounterMode::Decrease => value.checked_sub(operand),
        _ => Some(operand),
    }
}

fn delete_group_counter(
    context: &mut Context<'_>,
    request: &DeleteGroupCounter,
) -> Result<DeleteGroupCounterResponse, ApiError> {
    let (group, keys) = (context.group_mut(&request.group_id)?, &request.group_counter_keys);
    group.counters.retain(|key, _| !(keys.is_empty() || keys.contains(key)));
    Ok(DeleteGroupCounterResponse::default())
}
