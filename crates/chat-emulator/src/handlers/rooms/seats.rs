//! Seats of rooms of both kinds: `get_seat_list`, `pick_user_on_seat`, `switch_seat`,
//! `kick_user_off_seat` and `lock_seat`.

use chat_types::{
    ErrorCode, UserId,
    room::{
        GetSeatList, GetSeatListResponse, KickUserOffSeat, KickUserOffSeatResponse, LockSeat,
        LockSeatResponse, PickUserOnSeat, PickUserOnSeatResponse, RoomId, Seat, SeatList,
        SwitchSeat, SwitchSeatResponse,
    },
};

use super::lookup::{check_member, group_of_room, invalid};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        group::Group,
        seats::{self, SeatError, Seats},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(get_seat_list);
    router.add(pick_user_on_seat);
    router.add(switch_seat);
    router.add(kick_user_off_seat);
    router.add(lock_seat);
}

fn get_seat_list(
    context: &mut Context<'_>,
    request: &GetSeatList,
) -> Result<GetSeatListResponse, ApiError> {
    let seats = seats_of(group_of_room(context, &request.room_id)?, &request.room_id)?;
    let mut list = SeatList::default();
    list.seat_list = (0..).zip(seats.iter()).map(listed).collect();
    Ok(GetSeatListResponse::new(list))
}

fn listed((index, seat): (u32, &seats::Seat)) -> Seat {
    let occupant = seat.occupant.as_ref();
    let mut listed = Seat::default();
    listed.index = index;
    listed.member_account = occupant.map(|occupant| UserId::from(&*occupant.account));
    listed.is_taken_disabled = Some(seat.is_locked);
    listed.is_video_disabled = Some(occupant.is_some_and(|user| user.is_video_forbidden));
    listed.is_audio_disabled = Some(occupant.is_some_and(|user| user.is_audio_forbidden));
    listed
}

fn pick_user_on_seat(
    context: &mut Context<'_>,
    request: &PickUserOnSeat,
) -> Result<PickUserOnSeatResponse, ApiError> {
    let account = context.app.accounts.shared_id(request.member_account.as_str());
    let group = group_of_room(context, &request.room_id)?;
    seats_of(group, &request.room_id)?;
    check_member(group, "Member_Account", &account)?;
    let seats = seats_of(group, &request.room_id)?;
    seats.put(&account, request.index as usize).map_err(|error| refusal("Index", error))?;
    Ok(PickUserOnSeatResponse::default())
}

fn switch_seat(
    context: &mut Context<'_>,
    request: &SwitchSeat,
) -> Result<SwitchSeatResponse, ApiError> {
    let seats = seats_of(group_of_room(context, &request.room_id)?, &request.room_id)?;
    seats
        .switch(request.member_account.as_str(), request.to_index as usize)
        .map_err(|error| refusal("ToIndex", error))?;
    Ok(SwitchSeatResponse::default())
}

fn kick_user_off_seat(
    context: &mut Context<'_>,
    request: &KickUserOffSeat,
) -> Result<KickUserOffSeatResponse, ApiError> {
    let seats = seats_of(group_of_room(context, &request.room_id)?, &request.room_id)?;
    if !seats.vacate(request.member_account.as_str()) {
        return Err(refusal("Member_Account", SeatError::NotSeated));
    }
    Ok(KickUserOffSeatResponse::default())
}

/// Locks or unlocks a seat, and then changes what its user may send. What is forbidden belongs to the
/// user, so it is ignored if the seat is free.
fn lock_seat(context: &mut Context<'_>, request: &LockSeat) -> Result<LockSeatResponse, ApiError> {
    let seats = seats_of(group_of_room(context, &request.room_id)?, &request.room_id)?;
    let seat = seats.get_mut(request.index as usize).map_err(|error| refusal("Index", error))?;
    if let Some(locked) = request.forbid_taken {
        seat.set_locked(locked);
    }
    if let Some(user) = &mut seat.occupant {
        user.is_video_forbidden = request.forbid_video.unwrap_or(user.is_video_forbidden);
        user.is_audio_forbidden = request.forbid_audio.unwrap_or(user.is_audio_forbidden);
    }
    Ok(LockSeatResponse::default())
}

fn seats_of<'a>(group: &'a mut Group, id: &RoomId) -> Result<&'a mut Seats, ApiError> {
    group.room.as_mut().and_then(|room| room.seats.as_mut()).ok_or_else(|| {
        let info = format!("RoomId: {id:?} does not have seats");
        ApiError::new(ErrorCode::ROOM_WITHOUT_SEATS, info)
    })
}

/// Returns the error for what is wrong with the seat or the user in this field.
fn refusal(field: &str, error: SeatError) -> ApiError {
    let (code, info) = match error {
        SeatError::Unknown => return invalid(format!("{field}: no seat has this number")),
        SeatError::Locked => (ErrorCode::SEAT_LOCKED, "the seat is locked"),
        SeatError::Occupied => (ErrorCode::SEAT_OCCUPIED, "another user is on the seat"),
        SeatError::AllTaken => (ErrorCode::NO_FREE_SEAT, "all seats are taken"),
        SeatError::AlreadySeated => (ErrorCode::ALREADY_SEATED, "the user is on a seat already"),
        SeatError::NotSeated => (ErrorCode::NOT_SEATED, "the user is not on a seat"),
    };
    ApiError::new(code, format!("{field}: {info}"))
}
