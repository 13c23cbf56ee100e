//! The list of live rooms and their figures: `get_room_list` and `get_room_statistic`.

use std::cmp::Reverse;

use chat_types::{
    UserId,
    live::{
        GetRoomList, GetRoomListResponse, GetRoomStatistic, GetRoomStatisticResponse,
        ListedLiveRoom, LiveRoomOrder, LiveRoomPage, LiveRoomStatistic,
    },
    room::RoomId,
};

use super::lookup::{group_of_live_room, invalid};
use crate::{
    handlers::paging::page_size,
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, room::LiveRoom},
};

pub(super) fn register(router: &mut Router) {
    router.add(get_room_list);
    router.add(get_room_statistic);
}

/// Lists the rooms that are publicly visible. Of rooms with equally many views, older ones are first.
fn get_room_list(
    context: &mut Context<'_>,
    request: &GetRoomList,
) -> Result<GetRoomListResponse, ApiError> {
    let start = start(&request.next)?;
    let rooms = context.app.groups.rooms().filter_map(|(id, group)| {
        let live = group.room.as_ref()?.live()?;
        (live.settings.is_public_visible == Some(true)).then_some((id, group, live))
    });
    let mut rooms: Vec<_> = rooms.collect();
    if request.sort_direction == Some(LiveRoomOrder::Ascend) {
        rooms.sort_by_key(|(.., live)| live.views);
    } else {
        rooms.sort_by_key(|(.., live)| Reverse(live.views));
    }
    let end = start.saturating_add(page_size::<GetRoomList>(Some(request.count)));
    let page = rooms.iter().take(end).skip(start);
    let mut list = LiveRoomPage::default();
    let page = page.map(|(id, group, live)| listed(RoomId::from(&***id), group, live));
    list.room_list = page.collect();
    if end < rooms.len() {
        list.next = end.to_string();
    }
    Ok(GetRoomListResponse::new(list))
}

fn listed(id: RoomId, group: &Group, live: &LiveRoom) -> ListedLiveRoom {
    let mut room = ListedLiveRoom::default();
    room.room_id = id;
    room.room_name = Some(group.profile.name.clone());
    room.owner_account = group.owner.as_ref().map(|owner| UserId::from(&**owner));
    room.cover_url.clone_from(&live.settings.cover_url);
    room.category = live.settings.category.clone();
    room.create_time = Some(group.created);
    room.activity_status = live.settings.activity_status;
    room.view_count = Some(live.views);
    room
}

/// Returns where a page starts: the number of entries before it.
pub(super) fn start(next: &str) -> Result<usize, ApiError> {
    match next {
        "" => Ok(0),
        next => next.parse().map_err(|_| invalid(format!("Next: {next:?} is not from a response"))),
    }
}

fn get_room_statistic(
    context: &mut Context<'_>,
    request: &GetRoomStatistic,
) -> Result<GetRoomStatisticResponse, ApiError> {
    let group = group_of_live_room(context, &request.room_id)?;
    let mut response = GetRoomStatisticResponse::default();
    response.response = Some(statistic(group));
    Ok(response)
}

/// Returns the figures of a live room. Nobody sends gifts or likes.
pub(super) fn statistic(group: &Group) -> LiveRoomStatistic {
    let live = group.room.as_ref().and_then(|room| room.live());
    let mut statistic = LiveRoomStatistic::default();
    statistic.total_viewers = live.map(|live| live.views);
    statistic.total_msg_count = Some(group.history.count());
    statistic.total_gifts_sent = Some(0);
    statistic.total_gift_coins = Some(0);
    statistic.total_unique_gift_senders = Some(0);
    statistic.total_likes_received = Some(0);
    statistic
}
