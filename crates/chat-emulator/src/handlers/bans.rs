//! Bans: `ban_group_member`, `unban_group_member` and `get_group_ban_member`.

use chat_types::{
    UserId,
    group::{
        BanGroupMember, BanGroupMemberResponse, BannedAccount, GetGroupBanMember,
        GetGroupBanMemberResponse, UnbanGroupMember, UnbanGroupMemberResponse,
    },
};

use super::paging::{page_by_offset, page_size};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::restrictions::Expiry,
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(ban_group_member, |request| &request.group_id);
    router.add_for_group(unban_group_member, |request| &request.group_id);
    router.add_for_group(get_group_ban_member, |request| &request.group_id);
}

fn ban_group_member(
    context: &mut Context<'_>,
    request: &BanGroupMember,
) -> Result<BanGroupMemberResponse, ApiError> {
    let now = context.now;
    let end = now.after(request.duration.get().into());
    let mut quits = 0;
    for account in &request.members_account {
        let account = context.app.accounts.shared_id(account.as_str());
        let group = context.group_mut(&request.group_id)?;
        quits += usize::from(group.ban(account, Expiry::At(end), now));
    }
    context.app.count_quits(quits, now);
    Ok(BanGroupMemberResponse::default())
}

fn unban_group_member(
    context: &mut Context<'_>,
    request: &UnbanGroupMember,
) -> Result<UnbanGroupMemberResponse, ApiError> {
    for account in &request.members_account {
        let account = context.app.accounts.shared_id(account.as_str());
        context.group_mut(&request.group_id)?.bans.lift(&account);
    }
    Ok(UnbanGroupMemberResponse::default())
}

fn get_group_ban_member(
    context: &mut Context<'_>,
    request: &GetGroupBanMember,
) -> Result<GetGroupBanMemberResponse, ApiError> {
    let (now, last_page) = (context.now, context.last_page);
    let bans = context.group_mut(&request.group_id)?.bans.active(now);
    let size = page_size::<GetGroupBanMember>(request.limit);
    let page = page_by_offset(bans, request.offset, size, last_page);
    let mut response = GetGroupBanMemberResponse::default();
    response.next_offset = page.next;
    response.banned_account_list = page
        .items
        .map(|(account, &expiry)| {
            let mut banned = BannedAccount::default();
            banned.member_account = UserId::from(&**account);
            banned.banned_until = Some(expiry.to_unix_seconds());
            banned
        })
        .collect();
    Ok(response)
}
