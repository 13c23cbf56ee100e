//! Bans from rooms: `ban_member` and `unban_member` of live rooms, `ban_room_member` and
//! `unban_room_member` of conference rooms, and `get_banned_member_list` of both.

use std::sync::Arc;

use chat_types::{
    Seconds, UnixSeconds, UserId, live,
    live::{BanMember, BanMemberResponse, LiveBan, LiveBanPage, UnbanMember, UnbanMemberResponse},
    room,
    room::{
        BanRoomMember, BanRoomMemberResponse, BannedRoomMember, BannedRoomMembers, UnbanRoomMember,
        UnbanRoomMemberResponse,
    },
};

use super::lookup::{check_member, group_of_conference, group_of_live_room, shared_ids};
use crate::{
    handlers::paging::{page_by_offset, page_size},
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, restrictions::Expiry},
};

pub(super) fn register(router: &mut Router) {
    router.add(ban_member);
    router.add(unban_member);
    router.add(get_banned_members_of_live_room);
    router.add(ban_room_member);
    router.add(unban_room_member);
    router.add(get_banned_members_of_conference);
}

fn ban_member(
    context: &mut Context<'_>,
    request: &BanMember,
) -> Result<BanMemberResponse, ApiError> {
    let now = context.now;
    let accounts = shared_ids(context, &request.member_list_account);
    let group = group_of_live_room(context, &request.room_id)?;
    let quits = ban(group, &accounts, request.duration, now);
    context.app.count_quits(quits, now);
    Ok(BanMemberResponse::default())
}

/// Bans members; if one of the users is not a member, nobody is banned.
fn ban_room_member(
    context: &mut Context<'_>,
    request: &BanRoomMember,
) -> Result<BanRoomMemberResponse, ApiError> {
    let now = context.now;
    let accounts = shared_ids(context, &request.member_list_account);
    let group = group_of_conference(context, &request.room_id)?;
    for account in &accounts {
        check_member(group, "MemberList_Account", account)?;
    }
    let quits = ban(group, &accounts, request.duration, now);
    context.app.count_quits(quits, now);
    Ok(BanRoomMemberResponse::default())
}

/// Bans accounts. Returns the number of those who were members.
fn ban(group: &mut Group, accounts: &[Arc<str>], duration: Seconds, now: UnixSeconds) -> usize {
    let end = Expiry::At(now.after(duration.get().into()));
    accounts.iter().filter(|account| group.ban(Arc::clone(account), end, now)).count()
}

fn unban_member(
    context: &mut Context<'_>,
    request: &UnbanMember,
) -> Result<UnbanMemberResponse, ApiError> {
    let accounts = shared_ids(context, &request.member_list_account);
    unban(group_of_live_room(context, &request.room_id)?, &accounts);
    Ok(UnbanMemberResponse::default())
}

fn unban_room_member(
    context: &mut Context<'_>,
    request: &UnbanRoomMember,
) -> Result<UnbanRoomMemberResponse, ApiError> {
    let accounts = shared_ids(context, &request.member_list_account);
    unban(group_of_conference(context, &request.room_id)?, &accounts);
    Ok(UnbanRoomMemberResponse::default())
}

fn unban(group: &mut Group, accounts: &[Arc<str>]) {
    for account in accounts {
        group.bans.lift(account);
    }
}

fn get_banned_members_of_live_room(
    context: &mut Context<'_>,
    request: &live::GetBannedMemberList,
) -> Result<live::GetBannedMemberListResponse, ApiError> {
    let (now, last_page) = (context.now, context.last_page);
    let group = group_of_live_room(context, &request.room_id)?;
    let size = page_size::<live::GetBannedMemberList>(request.limit);
    let offset = request.offset.unwrap_or(0);
    let page = page_by_offset(group.bans.active(now), offset, size, last_page);
    let mut bans = LiveBanPage::default();
    bans.next_offset = page.next;
    bans.banned_account_list = page
        .items
        .map(|(account, &expiry)| {
            let mut ban = LiveBan::default();
            ban.member_account = UserId::from(&**account);
            ban.banned_until = Some(expiry.to_unix_seconds());
            ban
        })
        .collect();
    Ok(live::GetBannedMemberListResponse::new(bans))
}

fn get_banned_members_of_conference(
    context: &mut Context<'_>,
    request: &room::GetBannedMemberList,
) -> Result<room::GetBannedMemberListResponse, ApiError> {
    let (now, last_page) = (context.now, context.last_page);
    let group = group_of_conference(context, &request.room_id)?;
    let size = page_size::<room::GetBannedMemberList>(request.limit);
    let offset = request.offset.unwrap_or(0);
    let page = page_by_offset(group.bans.active(now), offset, size, last_page);
    let mut bans = BannedRoomMembers::default();
    bans.next_offset = Some(page.next);
    bans.banned_account_list = page
        .items
        .map(|(account, &expiry)| {
            let mut ban = BannedRoomMember::default();
            ban.member_account = UserId::from(&**account);
            ban.banned_until = Some(expiry.to_unix_seconds());
            ban
        })
        .collect();
    Ok(room::GetBannedMemberListResponse::new(bans))
}
