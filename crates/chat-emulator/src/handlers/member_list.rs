//! Members of a group: `get_group_member_info`.

use std::sync::Arc;

use chat_types::{
    GroupType,
    group::{GetGroupMemberInfo, Role},
};
use serde::Serialize;

use super::{
    paging::{max_page_size, requested_size},
    response_fields::{JsonObject, MemberFields, check_member_count},
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{members::Member, ordered_map::OrderedMap},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(get_group_member_info, |request| &request.group_id);
}

/// The response, with the requested fields of each member.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MemberPage {
    member_num: usize,
    member_list: Vec<JsonObject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

fn get_group_member_info(
    context: &mut Context<'_>,
    request: &GetGroupMemberInfo,
) -> Result<MemberPage, ApiError> {
    let now = context.now;
    let group = context.group(&request.group_id)?;
    // Not reached: the endpoint does not support the group type with an audience.
    let Some(members) = group.members.stored() else {
        return Err(ApiError::invalid_parameter(
            "GroupId: the members of this group are not stored",
        ));
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
        .map(|(account, member)| fields.select(account, member, group, now))
        .collect::<Result<_, _>>()?;
    Ok(MemberPage { member_num: members.len(), member_list, next })
}

type Page<'a> = Vec<(&'a str, &'a Member)>;

fn page_by_offset<'a>(
    members: &'a OrderedMap<Member>,
    request: &GetGroupMemberInfo,
) -> Result<Page<'a>, ApiError> {
    let limit = requested_size(request.limit).unwrap_or(usize::MAX);
    check_member_count(members.len().min(limit))?;
    let offset = request.offset.unwrap_or(0);
    let entry = |(account, member): (&'a Arc<str>, &'a Member)| (&**account, member);
    if request.member_role_filter.is_empty() {
        return Ok(members.starting_at(offset).map(entry).take(limit).collect());
    }
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let with_role =
        members.iter().filter(|(_, member)| has_role(member, &request.member_role_filter));
    Ok(with_role.map(entry).skip(offset).take(limit).collect())
}

fn page_by_cursor<'a>(
    members: &'a OrderedMap<Member>,
    request: &GetGroupMemberInfo,
) -> Result<(Page<'a>, Option<String>), ApiError> {
    if request.offset.unwrap_or(0) > 0 {
        return Err(ApiError::invalid_parameter("Offset: not supported in communities; use Next"));
    }
    let start = match request.next.as_deref() {
        None => return Err(ApiError::invalid_parameter("Next: required for a community")),
        Some("") => 0,
        Some(cursor) => cursor
            .parse::<u64>()
            .ok()
            .and_then(|cursor| cursor.checked_sub(FIRST_CURSOR))
            .ok_or_else(|| {
                ApiError::invalid_parameter(format!("Next: {cursor:?} is not from a response"))
            })?,
    };
    let limit = requested_size(request.limit)
        .map_or(usize::MAX, |limit| limit.min(max_page_size::<GetGroupMemberInfo>()));
    check_member_count(members.len().min(limit))?;
    let mut rest = members
        .starting_at_serial(start)
        .filter(|(_, _, member)| has_role(member, &request.member_role_filter));
    let page = rest.by_ref().take(limit).map(|(_, account, member)| (&**account, member)).collect();
    let next = rest.next().map(|(serial, ..)| (FIRST_CURSOR + serial).to_string());
    Ok((page, Some(next.unwrap_or_default())))
}

fn has_role(member: &Member, roles: &[Role]) -> bool {
    roles.is_empty() || roles.contains(&member.role)
}

/// Cursors are as long as in the sample, so that clients that store them in a double fail.
const FIRST_CURSOR: u64 = 144_115_188_075_855_873;
