//! Members of conference rooms: `get_room_member_list`, `update_room_member_info`,
//! `mark_room_member` and `kick_user_out`, which also removes members of live rooms.

use std::sync::Arc;

use chat_types::{
    ErrorCode, UserId,
    group::Role,
    limits::MAX_CONFERENCE_MARKS,
    room::{
        GetRoomMemberList, GetRoomMemberListResponse, KickUserOut, KickUserOutResponse,
        MarkRoomMember, MarkRoomMemberResponse, RoomMarkAction, RoomMember, RoomMembers, RoomRole,
        UpdateRoomMemberInfo, UpdateRoomMemberInfoResponse,
    },
};

use super::lookup::{
    check_member, conference, group_of_conference, group_of_room, invalid, shared_ids,
};
use crate::{
    handlers::paging::{page_by_cursor, requested_size},
    response::ApiError,
    router::{Context, Router},
    state::{
        members::Member,
        room::{Conference, TooManyMarks},
    },
};

pub(super) fn register(router: &mut Router) {
    router.add(get_room_member_list);
    router.add(update_room_member_info);
    router.add(mark_room_member);
    router.add(kick_user_out);
}

fn get_room_member_list(
    context: &mut Context<'_>,
    request: &GetRoomMemberList,
) -> Result<GetRoomMemberListResponse, ApiError> {
    let group = group_of_conference(context, &request.room_id)?;
    let room = group.room.as_ref().and_then(|room| room.conference());
    let mut listed_members = RoomMembers::default();
    // Not reached: conference rooms store their members.
    let (Some(members), Some(room)) = (group.members.stored(), room) else {
        return Ok(GetRoomMemberListResponse::new(listed_members));
    };
    let size = requested_size(request.count).unwrap_or(MEMBERS_PER_PAGE);
    let page = page_by_cursor(members, &request.next, size).map_err(|error| invalid(error.info))?;
    let members = page.items.iter().map(|(account, member)| listed(account, member, room));
    listed_members.member_list = members.collect();
    listed_members.next = Some(page.next);
    Ok(GetRoomMemberListResponse::new(listed_members))
}

fn listed(account: &str, member: &Member, room: &Conference) -> RoomMember {
    let participant = room.participant(account);
    let mut listed = RoomMember::default();
    listed.member_account = UserId::from(account);
    listed.name_card = Some(member.name_card.clone());
    listed.role = Some(match member.role {
        Role::Owner => RoomRole::Owner,
        Role::Admin => RoomRole::Admin,
        _ => RoomRole::Member,
    });
    listed.marks = participant.iter().flat_map(|participant| &participant.marks).copied().collect();
    listed.custom_info =
        Some(participant.map_or_else(String::new, |participant| participant.custom_info.clone()));
    listed
}

fn update_room_member_info(
    context: &mut Context<'_>,
    request: &UpdateRoomMemberInfo,
) -> Result<UpdateRoomMemberInfoResponse, ApiError> {
    let changes = &request.member_info;
    let account = context.app.accounts.shared_id(changes.member_account.as_str());
    let group = group_of_conference(context, &request.room_id)?;
    check_member(group, "Member_Account", &account)?;
    if changes.role.is_some() && group.owner.as_ref() == Some(&account) {
        let info = "Role: the role of the owner cannot be changed";
        return Err(ApiError::new(ErrorCode::ROOM_OPERATION_NOT_PERMITTED, info));
    }
    if let Some(member) = group.members.stored_mut().and_then(|members| members.get_mut(&account)) {
        match changes.role {
            Some(RoomRole::Admin) => member.role = Role::Admin,
            Some(_) => member.role = Role::Member,
            None => {}
        }
        if let Some(name_card) = &changes.name_card {
            member.name_card.clone_from(name_card);
        }
    }
    if let Some(custom_info) = &changes.custom_info {
        let participant = conference(context, &request.room_id)?.participant_mut(&account);
        participant.custom_info.clone_from(custom_info);
    }
    Ok(UpdateRoomMemberInfoResponse::default())
}

/// Sets or removes marks; if one of the users is not a member, nothing changes.
fn mark_room_member(
    context: &mut Context<'_>,
    request: &MarkRoomMember,
) -> Result<MarkRoomMemberResponse, ApiError> {
    let marked = request.member_list.iter().map(|member| {
        let account = context.app.accounts.shared_id(member.member_account.as_str());
        (account, member.marks.as_slice())
    });
    let marked: Vec<(Arc<str>, &[u32])> = marked.collect();
    let group = group_of_conference(context, &request.room_id)?;
    for (account, marks) in &marked {
        check_member(group, "MemberList", account)?;
        if let Some(mark) = marks.iter().find(|&&mark| mark < FIRST_MARK) {
            return Err(invalid(format!("Marks: {mark} is below {FIRST_MARK}")));
        }
    }
    let room = conference(context, &request.room_id)?;
    if request.command_type == RoomMarkAction::Remove {
        room.remove_marks(&marked);
    } else {
        room.set_marks(&marked).map_err(|TooManyMarks| {
            let info = format!("Marks: a room can have {MAX_CONFERENCE_MARKS} different marks");
            ApiError::new(ErrorCode::ROOM_MARK_LIMIT, info)
        })?;
    }
    Ok(MarkRoomMemberResponse::default())
}

/// Removes members; if one of the users is not a member, nobody is removed.
fn kick_user_out(
    context: &mut Context<'_>,
    request: &KickUserOut,
) -> Result<KickUserOutResponse, ApiError> {
    let now = context.now;
    let accounts = shared_ids(context, &request.member_list_account);
    let group = group_of_room(context, &request.room_id)?;
    for account in &accounts {
        check_member(group, "MemberList_Account", account)?;
    }
    let quits = accounts.iter().filter(|account| group.remove(account, now)).count();
    context.app.count_quits(quits, now);
    Ok(KickUserOutResponse::default())
}

/// The number of members on a page, if the call does not state it.
const MEMBERS_PER_PAGE: usize = 50;

/// The lowest mark.
const FIRST_MARK: u32 = 1_000;
