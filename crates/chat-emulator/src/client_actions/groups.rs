//! Creating, joining and leaving groups.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupId, GroupType, UserId,
    group::{ApplyJoinOption, CreateGroup, MemberOnlineStatus, Role},
    spec::Joining,
    webhook::{
        GroupExitType, GroupJoinType, MemberStateCause,
        group::{
            CallbackAfterMemberExit, CallbackAfterNewMemberJoin, CallbackBeforeApplyJoinGroup,
            CallbackOnMemberStateChange,
        },
    },
};
use serde::{Deserialize, Serialize};

use super::{ClientError, UserClient, action::Action};
use crate::{
    handlers::{groups::create_group, members::report_full},
    response::ApiError,
    router::Context,
    state::{group::Group, members::Member},
    webhooks::{call::allowed, fields::account_list},
};

/// What became of a request to join a group; see [`UserClient::join_group`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum JoinOutcome {
    /// The user is a member now.
    Joined,
    /// The owner or an admin of the group must approve. The emulator does not keep the request: add the
    /// user with `add_group_member` or [`App::join`](crate::App::join).
    NeedsApproval,
}

impl UserClient {
    /// Creates a group that the user owns, as `create_group` does, and returns its ID.
    ///
    /// # Errors
    /// As `create_group` on the server API, and when the user is not logged in.
    pub async fn create_group(&self, request: CreateGroup) -> Result<GroupId, ClientError> {
        self.perform(Create { request }).await
    }

    /// Joins a group, or enters an audio-video group or a room.
    ///
    /// The app's server is asked first; then the [type](chat_types::spec::GroupTypeSpec::joining) and the
    /// `ApplyJoinOption` of the group decide.
    ///
    /// # Errors
    /// When the group does not exist (10010), does not allow requests or has banned the user (10007), or is
    /// full (10014), or the user is a member already (10013) or is not logged in, or the app's server
    /// refuses (10016, or its own code).
    pub async fn join_group(&self, group: &str) -> Result<JoinOutcome, ClientError> {
        self.perform(Join { group: GroupId::from(group) }).await
    }

    /// Leaves a group, an audio-video group or a room.
    ///
    /// # Errors
    /// When the group does not exist (10010), the user is not a member (10007), owns a group of a type whose
    /// [owner cannot leave](chat_types::spec::GroupTypeSpec::owner_leaves) (10009), or is not logged in.
    pub async fn leave_group(&self, group: &str) -> Result<(), ClientError> {
        self.perform(Leave { group: GroupId::from(group) }).await
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Create {
    request: CreateGroup,
}

impl Action for Create {
    const KIND: &'static str = "create";

    type Outcome = GroupId;

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<GroupId, ClientError> {
        let mut request = self.request.clone();
        request.owner_account = Some(UserId::from(&**account));
        Ok(create_group(context, &request)?.group_id)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Join {
    group: GroupId,
}

impl Action for Join {
    const KIND: &'static str = "join";

    type Outcome = JoinOutcome;

    fn run(
        &self,
        context: &mut Context<'_>,
        account: &Arc<str>,
    ) -> Result<JoinOutcome, ClientError> {
        let now = context.now;
        let group = context.group(&self.group)?;
        if let Err(error) = check_may_join(group, account) {
            if error.code == ErrorCode::GROUP_FULL {
                report_full(context, &self.group);
            }
            return Err(error.into());
        }
        if group.bans.get(account, now).is_some() {
            return Err(not_permitted(format!("{account:?} is banned from the group")).into());
        }
        let needs_approval = needs_approval(group)?;
        ask_before_joining(context, &self.group, account)?;
        if needs_approval {
            return Ok(JoinOutcome::NeedsApproval);
        }
        let account = context.app.accounts.shared_id(account);
        let group = context.group_mut(&self.group)?;
        let is_owner = group.owner.as_ref() == Some(&account);
        let role = if is_owner { Role::Owner } else { Role::Member };
        let member = Member::new(role, now, group.history.count());
        let joined = group.join(Arc::clone(&account), member);
        let is_full = !group.has_capacity_for(1);
        context.app.count_joins(usize::from(joined), now);
        report_joined(context, &self.group, &account);
        if is_full {
            report_full(context, &self.group);
        }
        Ok(JoinOutcome::Joined)
    }
}

/// Asks the app's server whether a request to join may proceed.
fn ask_before_joining(
    context: &mut Context<'_>,
    group: &GroupId,
    account: &str,
) -> Result<(), ApiError> {
    let group_type = context.group(group)?.group_type();
    let response = context.webhooks.ask(|| {
        let mut event = CallbackBeforeApplyJoinGroup::default();
        event.group_id = group.clone();
        event.type_ = Some(group_type.clone());
        event.requestor_account = account.into();
        event
    })?;
    allowed::<CallbackBeforeApplyJoinGroup>(&response, ErrorCode::GROUP_WEBHOOK_REFUSED)
}

fn report_joined(context: &mut Context<'_>, id: &GroupId, account: &Arc<str>) {
    let Some(group) = context.app.groups.get(id.as_str()) else { return };
    let group_type = group.group_type();
    context.webhooks.emit(|| {
        let mut event = CallbackAfterNewMemberJoin::default();
        event.group_id = id.clone();
        event.type_ = Some(group_type.clone());
        event.join_type = Some(GroupJoinType::Apply);
        event.operator_account = Some(context.caller.into());
        event.new_member_list = account_list([context.caller]);
        event
    });
    let (status, cause) = (MemberOnlineStatus::Online, MemberStateCause::Join);
    report_member_state(context, id.as_str(), account, status, cause);
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Leave {
    group: GroupId,
}

impl Action for Leave {
    const KIND: &'static str = "leave";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let now = context.now;
        let group = context.group_mut(&self.group)?;
        let group_type = group.group_type();
        if group.owner.as_ref() == Some(account) && !group.type_spec.owner_leaves {
            let info = "the owner cannot leave; transfer or disband the group";
            return Err(ApiError::new(ErrorCode::OWNER_CANNOT_LEAVE_GROUP, info).into());
        }
        if !group.remove(account, now) {
            return Err(not_a_member(account).into());
        }
        context.app.count_quits(1, now);
        context.webhooks.emit(|| {
            let mut event = CallbackAfterMemberExit::default();
            event.group_id = self.group.clone();
            event.type_ = Some(group_type.clone());
            event.exit_type = Some(GroupExitType::Quit);
            event.operator_account = Some(context.caller.into());
            event.exit_member_list = account_list([context.caller]);
            event
        });
        let (status, cause) = (MemberOnlineStatus::Offline, MemberStateCause::Quit);
        report_member_state(context, self.group.as_str(), account, status, cause);
        Ok(())
    }
}

/// Reports that a member of an audio-video group came online there or went offline.
pub(super) fn report_member_state(
    context: &mut Context<'_>,
    group: &str,
    account: &str,
    status: MemberOnlineStatus,
    cause: MemberStateCause,
) {
    let found = context.app.groups.get(group);
    if found.is_none_or(|group| *group.group_type() != GroupType::AVChatRoom) {
        return;
    }
    context.webhooks.emit(|| {
        let mut event = CallbackOnMemberStateChange::default();
        event.group_id = group.into();
        event.type_ = Some(GroupType::AVChatRoom);
        event.event_type = Some(status);
        event.event_cause = Some(cause);
        event.member_list = account_list([account]);
        event
    });
}

fn check_may_join(group: &Group, account: &str) -> Result<(), ApiError> {
    if group.members.contains(account) {
        let info = format!("{account:?} is a member already");
        return Err(ApiError::new(ErrorCode::ALREADY_GROUP_MEMBER, info));
    }
    if !group.has_capacity_for(1) {
        return Err(ApiError::new(ErrorCode::GROUP_FULL, "the group has no capacity"));
    }
    Ok(())
}

/// Returns whether the owner or an admin must approve new members.
fn needs_approval(group: &Group) -> Result<bool, ApiError> {
    let option = group.profile.apply_join_option.as_ref();
    match (group.type_spec.joining, option) {
        (Joining::Approval | Joining::Invitation, Some(ApplyJoinOption::FreeAccess)) => Ok(false),
        (Joining::Invitation, _) | (Joining::Approval, Some(ApplyJoinOption::DisableApply)) => {
            Err(not_permitted("the group does not allow requests to join"))
        }
        (Joining::Approval, _) => Ok(true),
        _ => Ok(false),
    }
}

/// The error for a user who acts in a group without being a member.
pub(super) fn not_a_member(account: &str) -> ApiError {
    not_permitted(format!("{account:?} is not a member of the group"))
}

pub(super) fn not_permitted(info: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info)
}
