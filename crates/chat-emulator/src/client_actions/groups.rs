//! Joining and leaving groups.

use std::sync::Arc;

use chat_types::{
    ErrorCode, GroupId,
    group::{ApplyJoinOption, Role},
    spec::Joining,
};

use super::{ClientError, UserClient};
use crate::{
    response::ApiError,
    state::{group::Group, members::Member},
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
    /// Joins a group, or enters an audio-video group or a room.
    ///
    /// The [type](chat_types::spec::GroupTypeSpec::joining) and the `ApplyJoinOption` of the group decide.
    ///
    /// # Errors
    /// When the group does not exist (10010), does not allow requests or has banned the user (10007), or is
    /// full (10014), or the user is a member already (10013) or is not logged in.
    pub fn join_group(&self, group: &str) -> Result<JoinOutcome, ClientError> {
        self.act(|context, account| {
            let now = context.now;
            let account = context.app.accounts.shared_id(account);
            let group = context.group_mut(&GroupId::from(group))?;
            check_may_join(group, &account)?;
            if group.bans.get(&account, now).is_some() {
                return Err(not_permitted(format!("{account:?} is banned from the group")));
            }
            if needs_approval(group)? {
                return Ok(JoinOutcome::NeedsApproval);
            }
            let is_owner = group.owner.as_ref() == Some(&account);
            let role = if is_owner { Role::Owner } else { Role::Member };
            let member = Member::new(role, now, group.history.count());
            let joined = group.join(Arc::clone(&account), member);
            context.app.count_joins(usize::from(joined), now);
            Ok(JoinOutcome::Joined)
        })
    }

    /// Leaves a group, an audio-video group or a room.
    ///
    /// # Errors
    /// When the group does not exist (10010), the user is not a member (10007), owns a group of a type whose
    /// [owner cannot leave](chat_types::spec::GroupTypeSpec::owner_leaves) (10009), or is not logged in.
    pub fn leave_group(&self, group: &str) -> Result<(), ClientError> {
        self.act(|context, account| {
            let now = context.now;
            let group = context.group_mut(&GroupId::from(group))?;
            if group.owner.as_ref() == Some(account) && !group.type_spec.owner_leaves {
                let info = "the owner cannot leave; transfer or disband the group";
                return Err(ApiError::new(ErrorCode::OWNER_CANNOT_LEAVE_GROUP, info));
            }
            if !group.remove(account, now) {
                return Err(not_a_member(account));
            }
            context.app.count_quits(1, now);
            Ok(())
        })
    }
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

fn not_permitted(info: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::GROUP_OPERATION_NOT_PERMITTED, info)
}
