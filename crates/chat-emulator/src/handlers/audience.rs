//! Who is online in a group: `get_members`, `check_members` and both commands with the name
//! `get_online_member_num`.

use chat_types::{
    GroupId, UserId,
    group::{
        CheckOnlineMembers, CheckOnlineMembersResponse, GetOnlineMemberNum,
        GetOnlineMemberNumResponse, GetOnlineMembers, GetOnlineMembersResponse, OnlineMember,
    },
    limits::{MAX_LISTED_ONLINE_MEMBERS, ONLINE_MEMBERS_PER_PAGE},
    profile::ProfileTag,
    topic,
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::audience::{Audience, MARK_HIDDEN},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(get_members, |request| &request.group_id);
    router.add_for_group(check_members, |request| &request.group_id);
    router.add_for_group(get_online_member_num, |request| &request.group_id);
    router.add_for_group(get_online_member_num_of_community, |request| &request.group_id);
}

/// Lists those who joined last, newest first.
fn get_members(
    context: &mut Context<'_>,
    request: &GetOnlineMembers,
) -> Result<GetOnlineMembersResponse, ApiError> {
    let mut response = GetOnlineMembersResponse::default();
    let group = context.group(&request.group_id)?;
    // Members of a community are offline.
    let Some(audience) = group.members.audience() else { return Ok(response) };
    let first = match request.timestamp {
        0 => u64::MAX,
        next => next.saturating_sub(1),
    };
    let is_listed = |account: &str| is_listed(audience, account, request.mark, context);
    let mut page = audience
        .joined()
        .before_serial(u64::MAX)
        .filter(|(_, account, _)| is_listed(account))
        .take(MAX_LISTED_ONLINE_MEMBERS)
        .skip_while(|(serial, ..)| *serial >= first)
        .peekable();
    let mut last = None;
    let accounts = &context.app.accounts;
    let members = page.by_ref().take(ONLINE_MEMBERS_PER_PAGE).map(|(serial, account, &joined)| {
        last = Some(serial);
        let mut member = OnlineMember::default();
        member.member_account = UserId::from(&**account);
        member.join_time = Some(joined);
        member.nick_name = Some(accounts.profile_text(account, &ProfileTag::Nick).to_owned());
        member.avatar = Some(accounts.profile_text(account, &ProfileTag::Image).to_owned());
        member
    });
    response.member_list = members.collect();
    // The page continues before the last member. Cursors start at 2, so none of them is the 0 of the
    // last page, or that of the first.
    response.next_timestamp = last.filter(|_| page.peek().is_some()).map_or(0, |serial| serial + 1);
    Ok(response)
}

/// Returns whether the list has this member of the audience.
fn is_listed(audience: &Audience, account: &str, mark: Option<u32>, context: &Context<'_>) -> bool {
    match mark {
        Some(mark) => audience.has_mark(account, mark, context.now),
        None => !audience.has_mark(account, MARK_HIDDEN, context.now),
    }
}

fn check_members(
    context: &mut Context<'_>,
    request: &CheckOnlineMembers,
) -> Result<CheckOnlineMembersResponse, ApiError> {
    let group = context.group(&request.group_id)?;
    let is_member = |account: &&UserId| group.members.contains(account.as_str());
    let mut response = CheckOnlineMembersResponse::default();
    response.member_accounts = request.member_accounts.iter().filter(is_member).cloned().collect();
    Ok(response)
}

fn get_online_member_num(
    context: &mut Context<'_>,
    request: &GetOnlineMemberNum,
) -> Result<GetOnlineMemberNumResponse, ApiError> {
    let mut response = GetOnlineMemberNumResponse::default();
    response.online_member_num = online_members(context, &request.group_id)?;
    Ok(response)
}

fn get_online_member_num_of_community(
    context: &mut Context<'_>,
    request: &topic::GetOnlineMemberNum,
) -> Result<topic::GetOnlineMemberNumResponse, ApiError> {
    let mut response = topic::GetOnlineMemberNumResponse::default();
    response.online_member_num = Some(online_members(context, &request.group_id)?);
    Ok(response)
}

/// Returns the number of members who are online: all of an audience, because users can only be in it
/// while they are connected.
fn online_members(context: &Context<'_>, group: &GroupId) -> Result<u32, ApiError> {
    let group = context.group(group)?;
    let is_online = |account: &str| context.app.sessions.is_online(account);
    let online = match (group.members.audience(), group.members.stored()) {
        (Some(audience), _) => audience.joined().len(),
        (None, Some(members)) => members.iter().filter(|(account, _)| is_online(account)).count(),
        (None, None) => 0,
    };
    Ok(u32::try_from(online).unwrap_or(u32::MAX))
}
