use std::sync::Arc;

use chat_types::{
    GroupType,
    group::{GetGroupMemberInfo, Role},
};
use serde::Serialize;

use super::fields::{MemberFields, Object, check_length};
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::{members::Member, roster::Roster},
};

pub(super) fn register(router: &mut Router) {
    router.on(get_group_member_info);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MemberPage {
    member_num: usize,
    member_list: Vec<Object>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

fn get_group_member_info(
    turn: &mut Turn<'_>,
    request: &GetGroupMemberInfo,
) -> Result<MemberPage, Refusal> {
    let now = turn.now;
    let group = turn.group(&request.group_id)?;
    // An audience is not listed, and its group type not taken by this endpoint.
    let Some(members) = group.members.stored() else {
        return Err(Refusal::parameter("GroupId: the members of this group are not stored"));
    };
    let (page, next) = if *group.group_type() == GroupType::Community {
        page_by_cursor(members, request)?
    } else {
        (page_by_offset(members, request)?, None)
    };
    let fields = MemberFields {
        names: &request.member_info_filter,
        custom: &request.app_defined_data_filter_group_member,
    };
    let member_list = page
        .into_iter()
        .map(|(account, member)| fields.object(account, member, group, now))
        .collect::<Result<_, _>>()?;
    Ok(MemberPage { member_num: members.len(), member_list, next })
}

type Page<'a> = Vec<(&'a str, &'a Member)>;

fn page_by_offset<'a>(
    members: &'a Roster<Member>,
    request: &GetGroupMemberInfo,
) -> Result<Page<'a>, Refusal> {
    let limit = limit(request, LARGEST_PAGE_BY_OFFSET).unwrap_or(usize::MAX);
    check_length(members.len().min(limit))?;
    let offset = request.offset.unwrap_or(0);
    let entry = |(account, member): (&'a Arc<str>, &'a Member)| (&**account, member);
    if request.member_role_filter.is_empty() {
        return Ok(members.starting_at(offset).map(entry).take(limit).collect());
    }
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let chosen = members.iter().filter(|(_, member)| has_role(member, &request.member_role_filter));
    Ok(chosen.map(entry).skip(offset).take(limit).collect())
}

fn page_by_cursor<'a>(
    members: &'a Roster<Member>,
    request: &GetGroupMemberInfo,
) -> Result<(Page<'a>, Option<String>), Refusal> {
    if request.offset.unwrap_or(0) > 0 {
        return Err(Refusal::parameter("Offset is not for communities; use Next"));
    }
    let start = match request.next.as_deref() {
        None => return Err(Refusal::parameter("Next is required for a community")),
        Some("") => 0,
        Some(cursor) => cursor
            .parse::<u64>()
            .ok()
            .and_then(|cursor| cursor.checked_sub(FIRST_CURSOR))
            .ok_or_else(|| Refusal::parameter(format!("Next: {cursor:?} came from no response")))?,
    };
    let limit = limit(request, LARGEST_PAGE_BY_CURSOR).unwrap_or(usize::MAX);
    check_length(members.len().min(limit))?;
    let mut rest = members
        .starting_at_mark(start)
        .filter(|(_, _, member)| has_role(member, &request.member_role_filter));
    let page = rest.by_ref().take(limit).map(|(_, account, member)| (&**account, member)).collect();
    let next = rest.next().map(|(mark, ..)| (FIRST_CURSOR + mark).to_string());
    Ok((page, Some(next.unwrap_or_default())))
}

fn has_role(member: &Member, roles: &[Role]) -> bool {
    roles.is_empty() || roles.contains(&member.role)
}

/// The size of a page; `None` for everything. A Limit of 0 counts as none.
fn limit(request: &GetGroupMemberInfo, largest: usize) -> Option<usize> {
    let limit = request.limit.filter(|&limit| limit > 0)?;
    Some((limit as usize).min(largest))
}

const LARGEST_PAGE_BY_OFFSET: usize = 200;

const LARGEST_PAGE_BY_CURSOR: usize = 100;

/// Cursors are as large as in the sample, beyond what a double can hold.
const FIRST_CURSOR: u64 = 144_115_188_075_855_873;
