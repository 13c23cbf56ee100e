//! Live rooms: `create_room`, `get_room_info`, `update_room_info`, `change_room_owner` and
//! `destroy_room` of `live_engine_http_srv`.

use chat_types::{
    UserId,
    live::{
        ChangeRoomOwner, ChangeRoomOwnerResponse, CreateRoom, CreateRoomResponse, DestroyRoom,
        DestroyRoomResponse, DissolvedLiveRoom, GetRoomInfo, GetRoomInfoResponse, LiveRoomInfo,
        LiveRoomResult, LiveSeatTemplate, NewLiveRoom, UpdateRoomInfo, UpdateRoomInfoResponse,
    },
    room::{RoomId, RoomType},
};

use super::{
    creation::{self, NewRoom, check_max_members},
    live_list::statistic,
    lookup::{existing_account, group_of_live_room, live_room},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{
        group::Group,
        room::{LiveRoom, RoomKind},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(create_room);
    router.add(get_room_info);
    router.add(update_room_info);
    router.add(change_room_owner);
    router.add(destroy_room);
}

fn create_room(
    context: &mut Context<'_>,
    request: &CreateRoom,
) -> Result<CreateRoomResponse, ApiError> {
    let new = &request.room_info;
    let mut settings = LiveRoomInfo::default();
    settings.cover_url.clone_from(&new.cover_url);
    settings.category = new.category.clone().into();
    settings.activity_status = new.activity_status;
    settings.is_public_visible = Some(new.is_public_visible.unwrap_or(true));
    settings.is_unlimited_room_enabled = Some(new.is_unlimited_room_enabled.unwrap_or(false));
    settings.keep_owner_on_seat = new.keep_owner_on_seat;
    settings.seat_template = Some(new.seat_template.clone());
    settings.seat_layout_template_id = new.seat_layout_template_id;
    let room = NewRoom {
        id: &new.room_id,
        name: new.room_name.as_ref(),
        owner: new.owner_account.as_ref(),
        max_member_count: new.max_member_count,
        is_message_disabled: new.is_message_disabled,
        seat_count: seat_count(new),
        take_seat_mode: new.take_seat_mode.as_ref(),
        kind: RoomKind::Live(Box::new(LiveRoom::new(settings))),
    };
    creation::create(context, room)?;
    Ok(CreateRoomResponse::default())
}

/// Returns the number of seats of a new room: that of its layout, or the chosen one if the layout
/// leaves it open.
fn seat_count(new: &NewLiveRoom) -> u32 {
    if new.is_seat_enabled == Some(false) {
        return 0;
    }
    match new.seat_template {
        LiveSeatTemplate::VideoDynamicGrid9Seats | LiveSeatTemplate::VideoFixedGrid9Seats => 9,
        LiveSeatTemplate::VideoDynamicFloat7Seats | LiveSeatTemplate::VideoFixedFloat7Seats => 7,
        LiveSeatTemplate::VideoLandscape4Seat => 4,
        _ => new.max_seat_count.unwrap_or(DEFAULT_SEATS),
    }
}

fn get_room_info(
    context: &mut Context<'_>,
    request: &GetRoomInfo,
) -> Result<GetRoomInfoResponse, ApiError> {
    let group = group_of_live_room(context, &request.room_id)?;
    let mut result = LiveRoomResult::default();
    result.room_info = info(&request.room_id, group);
    Ok(GetRoomInfoResponse::new(result))
}

fn info(id: &RoomId, group: &Group) -> Option<LiveRoomInfo> {
    let room = group.room.as_ref()?;
    let live = room.live()?;
    let members = group.members.len() as u64;
    let mut info = live.settings.clone();
    info.room_id = Some(id.clone());
    info.room_name = Some(group.profile.name.clone());
    info.room_type = Some(RoomType::Live);
    info.owner_account = group.owner.as_ref().map(|owner| UserId::from(&**owner));
    info.create_time = Some(group.created);
    info.is_seat_enabled = Some(room.seats.is_some());
    info.take_seat_mode = Some(room.take_seat_mode.clone());
    info.max_seat_count =
        Some(room.seats.as_ref().map_or(0, |seats| u32::try_from(seats.len()).unwrap_or(u32::MAX)));
    info.max_member_count = group.max_members();
    info.is_message_disabled = Some(group.profile.mute_all);
    info.notice = Some(group.profile.notification.clone());
    info.view_count = Some(live.views);
    info.member_count = Some(members);
    info.online_count = Some(members);
    Some(info)
}

fn update_room_info(
    context: &mut Context<'_>,
    request: &UpdateRoomInfo,
) -> Result<UpdateRoomInfoResponse, ApiError> {
    let changes = &request.room_info;
    let group = group_of_live_room(context, &changes.room_id)?;
    check_max_members(changes.max_member_count)?;
    let profile = &mut group.profile;
    if let Some(name) = &changes.room_name {
        profile.name.clone_from(name);
    }
    if let Some(notice) = &changes.notice {
        profile.notification.clone_from(notice);
    }
    profile.max_member_count = changes.max_member_count.or(profile.max_member_count);
    profile.mute_all = changes.is_message_disabled.unwrap_or(profile.mute_all);
    if let (Some(room), Some(mode)) = (&mut group.room, &changes.take_seat_mode) {
        room.take_seat_mode = mode.clone();
    }
    let settings = &mut live_room(context, &changes.room_id)?.settings;
    if let Some(url) = &changes.cover_url {
        settings.cover_url = Some(url.clone());
    }
    if !changes.category.is_empty() {
        settings.category = changes.category.clone().into();
    }
    settings.activity_status = changes.activity_status.or(settings.activity_status);
    settings.is_public_visible = changes.is_public_visible.or(settings.is_public_visible);
    settings.is_unlimited_room_enabled =
        changes.is_unlimited_room_enabled.or(settings.is_unlimited_room_enabled);
    Ok(UpdateRoomInfoResponse::default())
}

fn change_room_owner(
    context: &mut Context<'_>,
    request: &ChangeRoomOwner,
) -> Result<ChangeRoomOwnerResponse, ApiError> {
    group_of_live_room(context, &request.room_id)?;
    let owner = existing_account(context, "NewOwner_Account", &request.new_owner_account)?;
    group_of_live_room(context, &request.room_id)?.owner = Some(owner);
    Ok(ChangeRoomOwnerResponse::default())
}

fn destroy_room(
    context: &mut Context<'_>,
    request: &DestroyRoom,
) -> Result<DestroyRoomResponse, ApiError> {
    let group = group_of_live_room(context, &request.room_id)?;
    let mut figures = statistic(group);
    figures.total_msg_count = None;
    let mut dissolved = DissolvedLiveRoom::default();
    dissolved.statistic = Some(figures);
    context.app.groups.remove(request.room_id.as_str());
    let mut response = DestroyRoomResponse::default();
    response.response = Some(dissolved);
    Ok(response)
}

/// The number of seats of a layout that leaves it open, if the call does not state it.
const DEFAULT_SEATS: u32 = 10;
