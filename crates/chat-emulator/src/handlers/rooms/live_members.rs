//! Members of live rooms: `get_member_list`, `modify_admin`, `get_admin_list`, `mute_member` and
//! `get_muted_member_list`.

use chat_types::{
    ErrorCode, UserId,
    limits::{MAX_LISTED_LIVE_MEMBERS, MAX_LIVE_ROOM_ADMINS},
    live::{
        GetAdminList, GetAdminListResponse, GetMemberList, GetMemberListResponse,
        GetMutedMemberList, GetMutedMemberListResponse, LiveAdminOperation, LiveAdmins, LiveMember,
        LiveMemberPage, LiveMute, LiveMutes, ModifyAdmin, ModifyAdminResponse, MuteMember,
        MuteMemberResponse,
    },
};

use super::{
    live_list::start,
    lookup::{existing_account, group_of_live_room, shared_ids},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::restrictions::Expiry,
};

pub(super) fn register(router: &mut Router) {
    router.add(get_member_list);
    router.add(modify_admin);
    router.add(get_admin_list);
    router.add(mute_member);
    router.add(get_muted_member_list);
}

/// Lists the members in the order in which they joined.
fn get_member_list(
    context: &mut Context<'_>,
    request: &GetMemberList,
) -> Result<GetMemberListResponse, ApiError> {
    let group = group_of_live_room(context, &request.room_id)?;
    let start = start(&request.next)?;
    let end = start.saturating_add(MEMBERS_PER_PAGE).min(MAX_LISTED_LIVE_MEMBERS);
    let mut page = LiveMemberPage::default();
    page.member_count = Some(group.members.len() as u64);
    if let Some(audience) = group.members.audience() {
        let members = audience.joined().starting_at(start as u64);
        page.member_list = members
            .take(end.saturating_sub(start))
            .map(|(account, _)| {
                let mut member = LiveMember::default();
                member.member_account = UserId::from(&**account);
                member
            })
            .collect();
    }
    if end < group.members.len().min(MAX_LISTED_LIVE_MEMBERS) {
        page.next = end.to_string();
    }
    Ok(GetMemberListResponse::new(page))
}

fn modify_admin(
    context: &mut Context<'_>,
    request: &ModifyAdmin,
) -> Result<ModifyAdminResponse, ApiError> {
    let mut admins = group_of_live_room(context, &request.room_id)?.audience_admins.clone();
    if request.op_type == LiveAdminOperation::Delete {
        admins
            .retain(|admin| !request.admin_account.iter().any(|other| *other.as_str() == **admin));
    } else {
        for account in &request.admin_account {
            let account = existing_account(context, "Admin_Account", account)?;
            if !admins.contains(&account) {
                admins.push(account);
            }
        }
    }
    if admins.len() > MAX_LIVE_ROOM_ADMINS {
        let info =
            format!("Admin_Account: a live room can have {MAX_LIVE_ROOM_ADMINS} admins at most");
        return Err(ApiError::new(ErrorCode::ROOM_ADMIN_LIMIT, info));
    }
    group_of_live_room(context, &request.room_id)?.audience_admins = admins;
    Ok(ModifyAdminResponse::default())
}

fn get_admin_list(
    context: &mut Context<'_>,
    request: &GetAdminList,
) -> Result<GetAdminListResponse, ApiError> {
    let group = group_of_live_room(context, &request.room_id)?;
    let mut admins = LiveAdmins::default();
    admins.admin_account =
        group.audience_admins.iter().map(|admin| UserId::from(&**admin)).collect();
    let mut response = GetAdminListResponse::default();
    response.response = Some(admins);
    Ok(response)
}

fn mute_member(
    context: &mut Context<'_>,
    request: &MuteMember,
) -> Result<MuteMemberResponse, ApiError> {
    let now = context.now;
    let accounts = shared_ids(context, &request.member_list_account);
    let mutes = &mut group_of_live_room(context, &request.room_id)?.mutes;
    for account in accounts {
        match request.mute_time.get() {
            0 => mutes.lift(&account),
            seconds => mutes.set(account, Expiry::At(now.after(seconds.into())), now),
        }
    }
    Ok(MuteMemberResponse::default())
}

fn get_muted_member_list(
    context: &mut Context<'_>,
    request: &GetMutedMemberList,
) -> Result<GetMutedMemberListResponse, ApiError> {
    let now = context.now;
    let group = group_of_live_room(context, &request.room_id)?;
    let muted = group.mutes.active(now).iter().map(|(account, &expiry)| {
        let mut mute = LiveMute::default();
        mute.member_account = UserId::from(&**account);
        mute.muted_until = Some(expiry.to_unix_seconds());
        mute
    });
    let mut mutes = LiveMutes::default();
    mutes.muted_account_list = muted.collect();
    let mut response = GetMutedMemberListResponse::default();
    response.response = Some(mutes);
    Ok(response)
}

/// The number of members on a page, which is not documented.
const MEMBERS_PER_PAGE: usize = 100;
