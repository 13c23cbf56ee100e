use chat_types::{
    UserId,
    group::{
        BanGroupMember, BanGroupMemberResponse, BannedAccount, GetGroupBanMember,
        GetGroupBanMemberResponse, UnbanGroupMember, UnbanGroupMemberResponse,
    },
};

use crate::{
    LastPage,
    response::Refusal,
    router::{Router, Turn},
    state::deadlines::End,
};

pub(super) fn register(router: &mut Router) {
    router.on(ban_group_member);
    router.on(unban_group_member);
    router.on(get_group_ban_member);
}

fn ban_group_member(
    turn: &mut Turn<'_>,
    request: &BanGroupMember,
) -> Result<BanGroupMemberResponse, Refusal> {
    let now = turn.now;
    let end = now.after(request.duration.get().into());
    for account in &request.members_account {
        let account = turn.app.accounts.name(account.as_str());
        let group = turn.group_mut(&request.group_id)?;
        group.remove(&account);
        group.bans.set(account, End::At(end), now);
    }
    Ok(BanGroupMemberResponse::default())
}

fn unban_group_member(
    turn: &mut Turn<'_>,
    request: &UnbanGroupMember,
) -> Result<UnbanGroupMemberResponse, Refusal> {
    for account in &request.members_account {
        let account = turn.app.accounts.name(account.as_str());
        turn.group_mut(&request.group_id)?.bans.lift(&account);
    }
    Ok(UnbanGroupMemberResponse::default())
}

fn get_group_ban_member(
    turn: &mut Turn<'_>,
    request: &GetGroupBanMember,
) -> Result<GetGroupBanMemberResponse, Refusal> {
    let (now, last_page) = (turn.now, turn.last_page);
    let limit = request.limit.filter(|&limit| limit > 0).unwrap_or(LARGEST_PAGE);
    let bans = turn.group_mut(&request.group_id)?.bans.in_force(now);
    let mut response = GetGroupBanMemberResponse::default();
    response.banned_account_list = bans
        .starting_at(request.offset)
        .take(limit as usize)
        .map(|(account, &end)| {
            let mut banned = BannedAccount::default();
            banned.member_account = UserId::from(&**account);
            banned.banned_until = Some(end.to_unix_seconds());
            banned
        })
        .collect();
    let returned = response.banned_account_list.len() as u64;
    let next = request.offset.saturating_add(returned);
    let more = match last_page {
        LastPage::Marked => next < bans.len() as u64,
        LastPage::FollowedByEmpty => returned > 0,
    };
    response.next_offset = if more { next } else { 0 };
    Ok(response)
}

/// Also the size of a page when Limit is left out.
const LARGEST_PAGE: u32 = 100;
