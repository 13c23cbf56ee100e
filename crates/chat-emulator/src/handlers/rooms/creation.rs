//! What the creation of live rooms and of conference rooms has in common.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupId, GroupType, UserId,
    group::{ApplyJoinOption, Role},
    room::{RoomId, TakeSeatMode},
    spec::GroupTypeSpec,
};

use super::lookup::{existing_account, invalid};
use crate::{
    response::ApiError,
    router::Context,
    state::{
        group::{Group, GroupProfile},
        members::Member,
        room::{Room, RoomKind},
        room_creations::CreatedTooOften,
        seats::Seats,
    },
};

/// A room to create, of either kind.
pub(super) struct NewRoom<'a> {
    pub(super) id: &'a RoomId,
    pub(super) name: Option<&'a String>,
    pub(super) owner: Option<&'a UserId>,
    pub(super) max_member_count: Option<u32>,
    pub(super) is_message_disabled: Option<bool>,
    /// The number of seats; 0 for a room without seats.
    pub(super) seat_count: u32,
    pub(super) take_seat_mode: Option<&'a TakeSeatMode>,
    pub(super) kind: RoomKind,
}

/// Creates a room: a group of this type, whose owner becomes a member if the group stores members.
pub(super) fn create(context: &mut Context<'_>, new: NewRoom<'_>) -> Result<(), ApiError> {
    let (id, group_id) = (new.id, GroupId::from(new.id.as_str()));
    if id.as_str().is_empty() {
        return Err(invalid("RoomId: must not be empty"));
    }
    check_max_members(new.max_member_count)?;
    if new.seat_count > MAX_SEATS {
        return Err(invalid(format!("MaxSeatCount: must be at most {MAX_SEATS}")));
    }
    let owner = match new.owner {
        Some(owner) => existing_account(context, "Owner_Account", owner)?,
        None => context.app.accounts.shared_id(context.caller),
    };
    let group_type = match new.kind {
        RoomKind::Live(_) => GroupType::AVChatRoom,
        RoomKind::Conference(_) => GroupType::ChatRoom,
    };
    let type_spec = GroupTypeSpec::find(&group_type)
        .ok_or_else(|| ApiError::internal(format!("unknown group type {group_type}")))?;
    claim_id(context, id, &owner, &group_type)?;
    let profile = GroupProfile {
        name: new.name.map_or_else(|| id.as_str().to_owned(), String::clone),
        max_member_count: new.max_member_count,
        apply_join_option: Some(ApplyJoinOption::FreeAccess),
        mute_all: new.is_message_disabled.unwrap_or(false),
        ..GroupProfile::default()
    };
    let mut group = Group::new(type_spec, profile, context.now);
    if type_spec.stores_members {
        group.members.add(Arc::clone(&owner), Member::new(Role::Owner, context.now, 0));
    }
    group.owner = Some(owner);
    group.room = Some(Box::new(Room {
        kind: new.kind,
        seats: (new.seat_count > 0).then(|| Seats::new(new.seat_count as usize)),
        take_seat_mode: new.take_seat_mode.cloned().unwrap_or(TakeSeatMode::FreeToTake),
    }));
    context.app.count_joins(group.members.len(), context.now);
    context.app.groups.insert(&group_id, group);
    Ok(())
}

/// Rejects an ID that is taken, or with which a room was created in the same second.
fn claim_id(
    context: &mut Context<'_>,
    id: &RoomId,
    owner: &Arc<str>,
    group_type: &GroupType,
) -> Result<(), ApiError> {
    let created = context.app.room_creations.count(id.as_str(), context.now);
    created.map_err(|CreatedTooOften| {
        let info = format!("RoomId: {id:?} was created less than a second ago; try again later");
        ApiError::new(ErrorCode::ROOM_CALL_FREQUENCY_LIMIT, info)
    })?;
    let Some(other) = context.app.groups.get(id.as_str()) else { return Ok(()) };
    let (code, whose) = if other.room.is_none() {
        (ErrorCode::ROOM_ID_TAKEN_BY_GROUP, "a group")
    } else if other.owner.as_ref() == Some(owner) && other.group_type() == group_type {
        (ErrorCode::ROOM_ID_TAKEN_BY_SAME_OWNER, "a room of the same owner")
    } else {
        (ErrorCode::ROOM_ID_TAKEN, "another room")
    };
    Err(ApiError::new(code, format!("RoomId: {id:?} is already used by {whose}")))
}

/// Rejects a maximum number of members of 0.
pub(super) fn check_max_members(count: Option<u32>) -> Result<(), ApiError> {
    if count == Some(0) {
        return Err(invalid("MaxMemberCount: must be at least 1"));
    }
    Ok(())
}

/// The largest number of seats of a room. The plans have limits of their own.
const MAX_SEATS: u32 = 300;
