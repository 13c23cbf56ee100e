use std::{collections::BTreeMap, sync::Arc};

use chat_types::{
    ASSIGNED_GROUP_ID_PREFIX, ErrorCode, GroupId, GroupType, UnixSeconds,
    group::{
        ApplyJoinOption, CreateGroup, CreateGroupResponse, DestroyGroup, DestroyGroupResponse,
        GetAppidGroupList, GetAppidGroupListResponse, ListedGroup, Role,
    },
    spec::GroupTypeSpec,
};

use crate::{
    LastPage,
    response::Refusal,
    router::{Router, Turn},
    state::{
        AppState,
        group::{Group, Profile},
        members::Member,
    },
};

pub(super) fn register(router: &mut Router) {
    router.on(create_group);
    router.on(destroy_group);
    router.on(get_appid_group_list);
}

fn create_group(
    turn: &mut Turn<'_>,
    request: &CreateGroup,
) -> Result<CreateGroupResponse, Refusal> {
    let now = turn.now;
    let app = &mut *turn.app;
    let kind = preset(&request.group_type)?;
    check_options(kind, request)?;
    check_accounts(app, kind, request)?;
    let id = choose_id(app, kind, request)?;
    let counts = counts_as_growth(kind);
    if counts && !app.growth.allows_one_more(now) {
        let info = "too many groups were created today, less those that were disbanded";
        return Err(Refusal::new(ErrorCode::GROUP_OPERATION_RATE_LIMIT, info));
    }

    let supports_topics = request.support_topic.unwrap_or(false);
    let group = new_group(app, kind, request, now)?;
    app.groups.insert(&id, group);
    if counts {
        app.growth.created(now);
    }
    let mut response = CreateGroupResponse::default();
    response.group_id = id;
    if supports_topics {
        response.group_type = Some(kind.group_type.clone());
        response.huge_group_flag = Some(0);
    }
    Ok(response)
}

pub(super) fn preset(group_type: &GroupType) -> Result<&'static GroupTypeSpec, Refusal> {
    GroupTypeSpec::find(group_type)
        .ok_or_else(|| Refusal::parameter(format!("Type: {group_type} is none of the preset ones")))
}

pub(super) fn check_options(kind: &GroupTypeSpec, request: &CreateGroup) -> Result<(), Refusal> {
    let topics = request.support_topic.unwrap_or(false);
    if topics && !kind.topics {
        return Err(Refusal::parameter("SupportTopic is only for communities"));
    }
    if request.enable_permission.unwrap_or(false) && !topics {
        return Err(Refusal::parameter("EnablePermission is only for communities with topics"));
    }
    check_max_members("MaxMemberCount", request.max_member_count, kind)
}

pub(super) fn check_max_members(
    field: &str,
    count: Option<u32>,
    kind: &GroupTypeSpec,
) -> Result<(), Refusal> {
    match (count, kind.max_members) {
        (Some(0), _) => Err(Refusal::parameter(format!("{field} must be at least 1"))),
        (Some(count), Some(max)) if count > max => Err(Refusal::parameter(format!(
            "{field}: a {} group has at most {max} members, found {count}",
            kind.group_type
        ))),
        _ => Ok(()),
    }
}

pub(super) fn check_accounts(
    app: &AppState,
    kind: &GroupTypeSpec,
    request: &CreateGroup,
) -> Result<(), Refusal> {
    if !request.member_list.is_empty() && !kind.adding {
        let info = format!("MemberList: users join a {} group by themselves", kind.group_type);
        return Err(Refusal::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info));
    }
    let owner = request.owner_account.iter().map(|owner| ("Owner_Account", owner));
    let members = request.member_list.iter().map(|member| ("MemberList", &member.member_account));
    for (field, account) in owner.chain(members) {
        if !app.accounts.contains(account.as_str()) {
            return Err(Refusal::no_account(field, Some(account)));
        }
    }
    Ok(())
}

/// The id that the request asks for, or a new one.
pub(super) fn choose_id(
    app: &AppState,
    kind: &GroupTypeSpec,
    request: &CreateGroup,
) -> Result<GroupId, Refusal> {
    let Some(id) = request.group_id.as_ref().filter(|id| !id.as_str().is_empty()) else {
        return Ok(app.groups.assign_id(kind));
    };
    GroupId::parse(id.as_str())
        .map_err(|malformed| Refusal::parameter(format!("GroupId: {malformed}")))?;
    match kind.id_prefix {
        Some(prefix) if !kind.allows_custom_id(id.as_str()) => {
            return Err(Refusal::parameter(format!(
                "GroupId: that of a {} group must start with {prefix}",
                kind.group_type
            )));
        }
        None if !kind.allows_custom_id(id.as_str()) => {
            return Err(Refusal::parameter(format!(
                "GroupId: one of your own must not start with {ASSIGNED_GROUP_ID_PREFIX}"
            )));
        }
        _ => {}
    }
    let Some(other) = app.groups.get(id.as_str()) else { return Ok(id.clone()) };
    let owner = request.owner_account.as_ref().map(AsRef::as_ref);
    let (code, whose) = if other.owner.as_deref() == owner {
        (ErrorCode::GROUP_ID_TAKEN_BY_SAME_OWNER, "a group of the same owner")
    } else {
        (ErrorCode::GROUP_ID_TAKEN, "a group of another owner")
    };
    Err(Refusal::new(code, format!("GroupId: {id:?} is taken by {whose}")))
}

pub(super) fn new_group(
    app: &AppState,
    kind: &'static GroupTypeSpec,
    request: &CreateGroup,
    now: UnixSeconds,
) -> Result<Group, Refusal> {
    let mut group = Group::new(kind, profile(request), now);
    group.topics = request.support_topic.unwrap_or(false).then(BTreeMap::new);
    group.owner = request.owner_account.as_ref().map(|owner| app.accounts.name(owner.as_str()));
    // An audience is joined through the client SDK alone, by the owner too.
    if let Some(owner) = group.owner.as_ref().filter(|_| kind.stores_members) {
        group.members.add(Arc::clone(owner), Member::new(Role::Owner, now, 0));
    }
    for first in &request.member_list {
        let mut member = Member::new(first.role.clone().unwrap_or(Role::Member), now, 0);
        // The field table has the custom fields beside the list, the samples have them in it.
        member.custom.clone_from(match first.app_member_defined_data.as_slice() {
            [] => &request.app_member_defined_data,
            _ => &first.app_member_defined_data,
        });
        group.members.add(app.accounts.name(first.member_account.as_str()), member);
    }
    if !group.has_room_for(0) {
        let info = "MemberList has more members than the group may have";
        return Err(Refusal::new(ErrorCode::GROUP_MEMBER_LIMIT, info));
    }
    Ok(group)
}

fn profile(request: &CreateGroup) -> Profile {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Profile {
        name: request.name.clone(),
        introduction: text(&request.introduction),
        notification: text(&request.notification),
        face_url: text(&request.face_url),
        max_member_count: request.max_member_count,
        apply_join_option: request
            .apply_join_option
            .clone()
            .or(Some(ApplyJoinOption::NeedPermission)),
        invite_join_option: request.invite_join_option.clone(),
        custom: request.app_defined_data.clone(),
        mute_all: false,
        enable_permission: request.enable_permission,
        default_permission: request.default_permission,
    }
}

fn destroy_group(
    turn: &mut Turn<'_>,
    request: &DestroyGroup,
) -> Result<DestroyGroupResponse, Refusal> {
    let id = request.group_id.as_str();
    let group = turn.app.groups.remove(id).ok_or_else(|| Refusal::no_group(id))?;
    if counts_as_growth(group.kind) {
        turn.app.growth.disbanded(turn.now);
    }
    Ok(DestroyGroupResponse::default())
}

fn get_appid_group_list(
    turn: &mut Turn<'_>,
    request: &GetAppidGroupList,
) -> Result<GetAppidGroupListResponse, Refusal> {
    let start = match request.next.unwrap_or(0) {
        0 => 0,
        next => next
            .checked_sub(FIRST_NEXT)
            .ok_or_else(|| Refusal::parameter(format!("Next: {next} came from no response")))?,
    };
    let limit = request.limit.filter(|&limit| limit > 0).unwrap_or(LARGEST_PAGE);
    let groups = turn.app.groups.list();
    let wanted = |group: &Group| {
        request.group_type.as_ref().is_none_or(|wanted| wanted == group.group_type())
    };
    let mut rest = groups.starting_at_mark(start).filter(|(_, _, group)| wanted(group));

    let mut response = GetAppidGroupListResponse::default();
    response.total_count = Some(match request.group_type {
        None => groups.len() as u64,
        Some(_) => groups.iter().filter(|(_, group)| wanted(group)).count() as u64,
    });
    let mut last = None;
    for (mark, id, _) in rest.by_ref().take(limit as usize) {
        let mut listed = ListedGroup::default();
        listed.group_id = GroupId::from(&**id);
        response.group_id_list.push(listed);
        last = Some(mark);
    }
    let next = match turn.last_page {
        LastPage::Marked => rest.next().map(|(mark, ..)| mark),
        LastPage::FollowedByEmpty => last.map(|mark| mark + 1),
    };
    response.next = Some(next.map_or(0, |mark| FIRST_NEXT + mark));
    Ok(response)
}

fn counts_as_growth(kind: &GroupTypeSpec) -> bool {
    kind.group_type != GroupType::Community
}

/// Also the size of a page when Limit is left out.
const LARGEST_PAGE: u32 = 10_000;

/// Marks are beyond 32 bits, as in the sample, so that a client that cuts them shows it.
const FIRST_NEXT: u64 = 4_294_967_297;
