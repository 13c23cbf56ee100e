//! Groups: `create_group`, `destroy_group` and `get_appid_group_list`.

use std::sync::Arc;

use chat_types::{
    Entries, ErrorCode, GroupId, GroupType, UnixSeconds, UserId,
    group::{
        ApplyJoinOption, CreateGroup, CreateGroupResponse, DestroyGroup, DestroyGroupResponse,
        GetAppidGroupList, GetAppidGroupListResponse, ListedGroup, Role,
    },
    spec::GroupTypeSpec,
    webhook::{
        GroupMemberAccount,
        group::{
            CallbackAfterCreateGroup, CallbackAfterGroupDestroyed, CallbackBeforeCreateGroup,
            CallbackOnDailyGroupQuotaAlarm,
        },
    },
};

use super::{
    moderation::texts::{moderate_fields, moderate_options},
    paging::page_size,
};
use crate::{
    LastPage,
    response::ApiError,
    router::{Context, Router},
    state::{
        AppState,
        group::{Group, GroupProfile},
        members::Member,
        ordered_map::OrderedMap,
        topics::Topics,
    },
    webhooks::{call::allowed, fields::account_list},
};

pub(super) fn register(router: &mut Router) {
    router.add(create_group);
    router.add_for_group(destroy_group, |request| &request.group_id);
    router.add(get_appid_group_list);
}

pub(crate) fn create_group(
    context: &mut Context<'_>,
    request: &CreateGroup,
) -> Result<CreateGroupResponse, ApiError> {
    let now = context.now;
    let request = &moderated(context, request)?;
    let app = &mut *context.app;
    let type_spec = preset(&request.group_type)?;
    check_options(type_spec, request)?;
    check_accounts(app, type_spec, request)?;
    let id = choose_id(app, type_spec, request)?;
    let counts = type_spec.limited_growth;
    if counts && !app.group_growth.allows_one_more(now) {
        let info = "the net growth of groups has reached its limit for today";
        return Err(ApiError::new(ErrorCode::GROUP_OPERATION_RATE_LIMIT, info));
    }

    ask_before_creation(context, request)?;

    let app = &mut *context.app;
    let supports_topics = request.support_topic.unwrap_or(false);
    let group = new_group(app, type_spec, request, now)?;
    app.count_joins(group.members.len(), now);
    app.groups.insert(&id, group);
    let alarm = if counts { app.group_growth.count_created(now) } else { None };
    report_creation(context, &id, request);
    if let Some((used, quota)) = alarm {
        context.webhooks.emit(|| {
            let mut event = CallbackOnDailyGroupQuotaAlarm::default();
            event.quota_used = u32::try_from(used).ok();
            event.quota = u32::try_from(quota).ok();
            event
        });
    }
    let mut response = CreateGroupResponse::default();
    response.group_id = id;
    if supports_topics {
        response.group_type = Some(type_spec.group_type.clone());
        response.huge_group_flag = Some(0);
    }
    Ok(response)
}

fn ask_before_creation(context: &mut Context<'_>, request: &CreateGroup) -> Result<(), ApiError> {
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeCreateGroup::default();
        event.operator_account = context.caller.into();
        event.owner_account.clone_from(&request.owner_account);
        event.type_ = Some(request.group_type.clone());
        event.name = Some(request.name.clone());
        event.member_list = accounts(request);
        event
    })?;
    allowed::<CallbackBeforeCreateGroup>(&response, ErrorCode::GROUP_WEBHOOK_REFUSED)
}

fn report_creation(context: &mut Context<'_>, id: &GroupId, request: &CreateGroup) {
    context.webhooks.emit(|| {
        let mut event = CallbackAfterCreateGroup::default();
        event.group_id = id.clone();
        event.operator_account = Some(context.caller.into());
        event.owner_account.clone_from(&request.owner_account);
        event.type_ = Some(request.group_type.clone());
        event.name = Some(request.name.clone());
        event.member_list = accounts(request);
        event.user_defined_data_list = request.app_defined_data.clone().into();
        event
    });
}

/// Returns the first members of a new group.
fn accounts(request: &CreateGroup) -> Entries<GroupMemberAccount> {
    account_list(request.member_list.iter().map(|member| &member.member_account))
}

/// Returns the request with its texts as local moderation leaves them.
fn moderated(context: &Context<'_>, request: &CreateGroup) -> Result<CreateGroup, ApiError> {
    let mut request = request.clone();
    moderate_fields(context, [("Name", &mut request.name)])?;
    let optional =
        [("Introduction", &mut request.introduction), ("Notification", &mut request.notification)];
    moderate_options(context, optional)?;
    Ok(request)
}

/// Returns what is known of a preset group type.
pub(super) fn preset(group_type: &GroupType) -> Result<&'static GroupTypeSpec, ApiError> {
    GroupTypeSpec::find(group_type).ok_or_else(|| {
        ApiError::invalid_parameter(format!("Type: {group_type} is not a preset group type"))
    })
}

/// Rejects options that the group type does not support.
pub(super) fn check_options(
    type_spec: &GroupTypeSpec,
    request: &CreateGroup,
) -> Result<(), ApiError> {
    let topics = request.support_topic.unwrap_or(false);
    if topics && !type_spec.topics {
        return Err(ApiError::invalid_parameter("SupportTopic: only supported in communities"));
    }
    if request.enable_permission.unwrap_or(false) && !topics {
        return Err(ApiError::invalid_parameter(
            "EnablePermission: only supported in communities with topics",
        ));
    }
    check_max_members("MaxMemberCount", request.max_member_count, type_spec)
}

/// Rejects a maximum number of members that the group type does not allow.
pub(super) fn check_max_members(
    field: &str,
    count: Option<u32>,
    type_spec: &GroupTypeSpec,
) -> Result<(), ApiError> {
    match (count, type_spec.max_members) {
        (Some(0), _) => Err(ApiError::invalid_parameter(format!("{field}: must be at least 1"))),
        (Some(count), Some(max)) if count > max => Err(ApiError::invalid_parameter(format!(
            "{field}: must be at most {max} for {} groups, found {count}",
            type_spec.group_type
        ))),
        _ => Ok(()),
    }
}

/// Rejects an owner or first members that do not exist, and first members of a group that users can
/// only join.
pub(super) fn check_accounts(
    app: &AppState,
    type_spec: &GroupTypeSpec,
    request: &CreateGroup,
) -> Result<(), ApiError> {
    if !request.member_list.is_empty() && !type_spec.adding {
        let info =
            format!("MemberList: members cannot be added to {} groups", type_spec.group_type);
        return Err(ApiError::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info));
    }
    let owner = request.owner_account.iter().map(|owner| ("Owner_Account", owner));
    let members = request.member_list.iter().map(|member| ("MemberList", &member.member_account));
    for (field, account) in owner.chain(members) {
        if !app.accounts.contains(account.as_str()) {
            let code = ErrorCode::GROUP_ACCOUNT_NOT_FOUND;
            return Err(ApiError::account_not_found(field, account, code));
        }
    }
    Ok(())
}

/// Returns the ID that the request asks for, or a new one.
pub(super) fn choose_id(
    app: &AppState,
    type_spec: &GroupTypeSpec,
    request: &CreateGroup,
) -> Result<GroupId, ApiError> {
    let Some(id) = request.group_id.as_ref().filter(|id| !id.as_str().is_empty()) else {
        return Ok(app.groups.assign_id(type_spec));
    };
    let Some(other) = app.groups.get(id.as_str()) else { return Ok(id.clone()) };
    let owner = request.owner_account.as_ref().map(AsRef::as_ref);
    let (code, whose) = if other.owner.as_deref() == owner {
        (ErrorCode::GROUP_ID_TAKEN_BY_SAME_OWNER, "a group of the same owner")
    } else {
        (ErrorCode::GROUP_ID_TAKEN, "a group of another owner")
    };
    Err(ApiError::new(code, format!("GroupId: {id:?} is already used by {whose}")))
}

/// Creates the group of a request, without adding it to the app.
pub(super) fn new_group(
    app: &AppState,
    type_spec: &'static GroupTypeSpec,
    request: &CreateGroup,
    now: UnixSeconds,
) -> Result<Group, ApiError> {
    let mut group = Group::new(type_spec, profile(request), now);
    group.topics = request.support_topic.unwrap_or(false).then(Topics::default);
    group.owner =
        request.owner_account.as_ref().map(|owner| app.accounts.shared_id(owner.as_str()));
    // Users, including the owner, can only join an audience through the client SDK.
    if let Some(owner) = group.owner.as_ref().filter(|_| type_spec.stores_members) {
        group.members.add(Arc::clone(owner), Member::new(Role::Owner, now, 0));
    }
    for first in &request.member_list {
        let mut member = Member::new(first.role.clone().unwrap_or(Role::Member), now, 0);
        // The field table has the custom fields next to the list, the samples have them in it.
        member.custom.clone_from(match first.app_member_defined_data.as_slice() {
            [] => &request.app_member_defined_data,
            _ => &first.app_member_defined_data,
        });
        group.members.add(app.accounts.shared_id(first.member_account.as_str()), member);
    }
    if !group.has_capacity_for(0) {
        let info = "MemberList: longer than the maximum number of members of the group";
        return Err(ApiError::new(ErrorCode::GROUP_MEMBER_LIMIT, info));
    }
    Ok(group)
}

fn profile(request: &CreateGroup) -> GroupProfile {
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    GroupProfile {
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
    context: &mut Context<'_>,
    request: &DestroyGroup,
) -> Result<DestroyGroupResponse, ApiError> {
    let id = request.group_id.as_str();
    let group = context.app.groups.remove(id).ok_or_else(|| ApiError::group_not_found(id))?;
    if group.type_spec.limited_growth {
        context.app.group_growth.count_disbanded(context.now);
    }
    context.webhooks.emit(|| {
        let mut event = CallbackAfterGroupDestroyed::default();
        event.operator_account = Some(context.caller.into());
        event.group_id = request.group_id.clone();
        event.type_ = Some(group.group_type().clone());
        event.owner_account = group.owner.as_deref().map(UserId::from);
        event.name = Some(group.profile.name.clone());
        let is_community = *group.group_type() == GroupType::Community;
        let members = group.members.stored().filter(|_| !is_community);
        event.member_list =
            account_list(members.into_iter().flat_map(OrderedMap::iter).map(|(id, _)| &**id));
        event
    });
    Ok(DestroyGroupResponse::default())
}

fn get_appid_group_list(
    context: &mut Context<'_>,
    request: &GetAppidGroupList,
) -> Result<GetAppidGroupListResponse, ApiError> {
    let start = match request.next.unwrap_or(0) {
        0 => 0,
        next => next.checked_sub(FIRST_NEXT).ok_or_else(|| {
            ApiError::invalid_parameter(format!("Next: {next} is not from a response"))
        })?,
    };
    let groups = context.app.groups.by_id();
    let is_requested = |group: &Group| {
        request.group_type.as_ref().is_none_or(|group_type| group_type == group.group_type())
    };
    let mut rest = groups.starting_at_serial(start).filter(|(_, _, group)| is_requested(group));

    let mut response = GetAppidGroupListResponse::default();
    response.total_count = Some(match request.group_type {
        None => groups.len() as u64,
        Some(_) => groups.iter().filter(|(_, group)| is_requested(group)).count() as u64,
    });
    let mut last = None;
    for (serial, id, _) in rest.by_ref().take(page_size::<GetAppidGroupList>(request.limit)) {
        let mut listed = ListedGroup::default();
        listed.group_id = GroupId::from(&**id);
        response.group_id_list.push(listed);
        last = Some(serial);
    }
    let next = match context.last_page {
        LastPage::Marked => rest.next().map(|(serial, ..)| serial),
        LastPage::FollowedByEmpty => last.map(|serial| serial + 1),
    };
    response.next = Some(next.map_or(0, |serial| FIRST_NEXT + serial));
    Ok(response)
}

/// Cursors are longer than 32 bits, as in the sample, so that clients that truncate them fail.
const FIRST_NEXT: u64 = 4_294_967_297;
