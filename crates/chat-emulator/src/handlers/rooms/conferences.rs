//! Conference rooms: `create_room`, `get_room_info`, `update_room_info`, `change_room_owner` and
//! `destroy_room` of `room_engine_http_srv`.

use chat_types::{
    UnixSeconds, UserId,
    room::{
        ChangeRoomOwner, ChangeRoomOwnerResponse, CreateRoom, CreateRoomResponse, DestroyRoom,
        DestroyRoomResponse, GetRoomInfo, GetRoomInfoResponse, Room, RoomChanges, RoomData, RoomId,
        RoomStatus, RoomType, UpdateRoomInfo, UpdateRoomInfoResponse,
    },
};

use super::{
    creation::{self, NewRoom, check_max_members},
    lookup::{check_member, conference, group_of_conference, invalid},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        group::Group,
        room::{Conference, RoomKind},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(create_room);
    router.add(get_room_info);
    router.add(update_room_info);
    router.add(change_room_owner);
    router.add(destroy_room);
}

/// Creates a room. Clients would invite the users to a planned conference.
fn create_room(
    context: &mut Context<'_>,
    request: &CreateRoom,
) -> Result<CreateRoomResponse, ApiError> {
    let new = &request.room_info;
    if let (Some(start), Some(end)) = (new.schedule_start_time, new.schedule_end_time)
        && end < start
    {
        return Err(invalid("ScheduleEndTime: must not be before ScheduleStartTime"));
    }
    let mut settings = Room::default();
    settings.schedule_start_time = new.schedule_start_time;
    settings.schedule_end_time = new.schedule_end_time;
    settings.is_video_disabled = Some(new.is_video_disabled.unwrap_or(false));
    settings.is_audio_disabled = Some(new.is_audio_disabled.unwrap_or(false));
    settings.is_screen_sharing_disabled = Some(new.is_screen_sharing_disabled.unwrap_or(false));
    settings.is_cloud_recording_disabled = Some(new.is_cloud_recording_disabled.unwrap_or(false));
    settings.custom_info = Some(new.custom_info.clone().unwrap_or_default());
    settings.is_password_enabled = new.is_password_enabled;
    settings.password.clone_from(&new.password);
    let has_seats = new.is_seat_enabled.unwrap_or(false);
    let room = NewRoom {
        id: &new.room_id,
        name: new.room_name.as_ref(),
        owner: new.owner_account.as_ref(),
        max_member_count: new.max_member_count,
        is_message_disabled: new.is_message_disabled,
        seat_count: if has_seats { new.max_seat_count.unwrap_or(DEFAULT_SEATS) } else { 0 },
        take_seat_mode: new.take_seat_mode.as_ref(),
        kind: RoomKind::Conference(Box::new(Conference::new(settings))),
    };
    creation::create(context, room)?;
    Ok(CreateRoomResponse::default())
}

fn get_room_info(
    context: &mut Context<'_>,
    request: &GetRoomInfo,
) -> Result<GetRoomInfoResponse, ApiError> {
    let now = context.now;
    let group = group_of_conference(context, &request.room_id)?;
    let room = info(&request.room_id, group, now).unwrap_or_default();
    Ok(GetRoomInfoResponse::new(RoomData::new(room)))
}

fn info(id: &RoomId, group: &Group, now: UnixSeconds) -> Option<Room> {
    let room = group.room.as_ref()?;
    let mut info = room.conference()?.settings.clone();
    info.room_id = id.clone();
    info.room_name = Some(group.profile.name.clone());
    info.room_type = Some(RoomType::Conference);
    info.owner_account = group.owner.as_ref().map(|owner| UserId::from(&**owner));
    info.max_member_count = group.max_members();
    info.is_message_disabled = Some(group.profile.mute_all);
    info.room_status = Some(match info.schedule_start_time {
        None => RoomStatus::Unscheduled,
        Some(start) if now < start => RoomStatus::NotStarted,
        Some(_) => RoomStatus::Running,
    });
    info.is_seat_enabled = Some(room.seats.is_some());
    info.take_seat_mode = Some(room.take_seat_mode.clone());
    info.max_seat_count =
        Some(room.seats.as_ref().map_or(0, |seats| u32::try_from(seats.len()).unwrap_or(u32::MAX)));
    info.create_time = Some(group.created);
    info.member_count = Some(group.members.len() as u64);
    Some(info)
}

fn update_room_info(
    context: &mut Context<'_>,
    request: &UpdateRoomInfo,
) -> Result<UpdateRoomInfoResponse, ApiError> {
    let changes = &request.room_info;
    let group = group_of_conference(context, &changes.room_id)?;
    check_max_members(changes.max_member_count)?;
    let profile = &mut group.profile;
    if let Some(name) = &changes.room_name {
        profile.name.clone_from(name);
    }
    profile.max_member_count = changes.max_member_count.or(profile.max_member_count);
    profile.mute_all = changes.is_message_disabled.unwrap_or(profile.mute_all);
    if let (Some(room), Some(mode)) = (&mut group.room, &changes.take_seat_mode) {
        room.take_seat_mode = mode.clone();
    }
    change_settings(&mut conference(context, &changes.room_id)?.settings, changes);
    Ok(UpdateRoomInfoResponse::default())
}

fn change_settings(settings: &mut Room, changes: &RoomChanges) {
    settings.is_video_disabled = changes.is_video_disabled.or(settings.is_video_disabled);
    settings.is_audio_disabled = changes.is_audio_disabled.or(settings.is_audio_disabled);
    settings.is_screen_sharing_disabled =
        changes.is_screen_sharing_disabled.or(settings.is_screen_sharing_disabled);
    settings.is_cloud_recording_disabled =
        changes.is_cloud_recording_disabled.or(settings.is_cloud_recording_disabled);
    settings.is_password_enabled = changes.is_password_enabled.or(settings.is_password_enabled);
    if let Some(custom_info) = &changes.custom_info {
        settings.custom_info = Some(custom_info.clone());
    }
    if let Some(password) = &changes.password {
        settings.password = Some(password.clone());
    }
}

fn change_room_owner(
    context: &mut Context<'_>,
    request: &ChangeRoomOwner,
) -> Result<ChangeRoomOwnerResponse, ApiError> {
    let (from, to) = (&request.from_account, &request.new_owner_account);
    let to = context.app.accounts.shared_id(to.as_str());
    let group = group_of_conference(context, &request.room_id)?;
    if group.owner.as_deref() != Some(from.as_str()) {
        return Err(invalid(format!("From_Account: {from:?} is not the owner of the room")));
    }
    check_member(group, "NewOwner_Account", &to)?;
    group.change_owner(&to);
    Ok(ChangeRoomOwnerResponse::default())
}

fn destroy_room(
    context: &mut Context<'_>,
    request: &DestroyRoom,
) -> Result<DestroyRoomResponse, ApiError> {
    group_of_conference(context, &request.room_id)?;
    context.app.groups.remove(request.room_id.as_str());
    Ok(DestroyRoomResponse::default())
}

/// The number of seats, if the call does not state it.
const DEFAULT_SEATS: u32 = 16;
