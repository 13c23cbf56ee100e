//! Finds the room that a request names, and the errors for what it names.

use std::sync::Arc;

use chat_types::{ErrorCode, UserId, room::RoomId};

use crate::{
    response::ApiError,
    router::Context,
    state::{
        group::Group,
        room::{Conference, LiveRoom},
    },
};

/// Returns the group that is a room of any kind.
pub(super) fn group_of_room<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut Group, ApiError> {
    let group = context.app.groups.get_mut(id.as_str());
    group.filter(|group| group.room.is_some()).ok_or_else(|| {
        let info = format!("RoomId: room {id:?} does not exist or was dissolved");
        ApiError::new(ErrorCode::ROOM_NOT_FOUND, info)
    })
}

/// Returns the group that is a live room.
pub(super) fn group_of_live_room<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut Group, ApiError> {
    let group = group_of_room(context, id)?;
    if group.room.as_ref().is_none_or(|room| room.live().is_none()) {
        return Err(not_live(id));
    }
    Ok(group)
}

/// Returns the group that is a conference room.
pub(super) fn group_of_conference<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut Group, ApiError> {
    let group = group_of_room(context, id)?;
    if group.room.as_ref().is_none_or(|room| room.conference().is_none()) {
        return Err(not_a_conference(id));
    }
    Ok(group)
}

/// Returns what a live room has besides its group.
pub(super) fn live_room<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut LiveRoom, ApiError> {
    let group = group_of_room(context, id)?;
    group.room.as_mut().and_then(|room| room.live_mut()).ok_or_else(|| not_live(id))
}

/// Returns what a conference room has besides its group.
pub(super) fn conference<'a>(
    context: &'a mut Context<'_>,
    id: &RoomId,
) -> Result<&'a mut Conference, ApiError> {
    let group = group_of_room(context, id)?;
    group.room.as_mut().and_then(|room| room.conference_mut()).ok_or_else(|| not_a_conference(id))
}

/// Returns the shared ID of an existing account.
pub(super) fn existing_account(
    context: &Context<'_>,
    field: &str,
    account: &UserId,
) -> Result<Arc<str>, ApiError> {
    context.account(field, account, ErrorCode::ROOM_INVALID_PARAMETER)
}

/// Returns the shared IDs of accounts, whether they exist or not.
pub(super) fn shared_ids(context: &Context<'_>, accounts: &[UserId]) -> Vec<Arc<str>> {
    accounts.iter().map(|account| context.app.accounts.shared_id(account.as_str())).collect()
}

/// Rejects an account that is not a member.
pub(super) fn check_member(group: &Group, field: &str, account: &str) -> Result<(), ApiError> {
    if group.members.contains(account) {
        return Ok(());
    }
    let info = format!("{field}: {account:?} is not a member of the room");
    Err(ApiError::new(ErrorCode::NOT_ROOM_MEMBER, info))
}

/// A value that the room service does not accept.
pub(super) fn invalid(info: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::ROOM_INVALID_PARAMETER, info)
}

fn not_live(id: &RoomId) -> ApiError {
    let info = format!("RoomId: {id:?} is not a live room");
    ApiError::new(ErrorCode::ROOM_TYPE_MISMATCH, info)
}

fn not_a_conference(id: &RoomId) -> ApiError {
    let info = format!("RoomId: {id:?} is not a conference room");
    ApiError::new(ErrorCode::ROOM_TYPE_MISMATCH, info)
}
