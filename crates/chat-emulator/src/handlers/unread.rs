//! Unread counts: `set_unread_msg_num`.

use chat_types::{
    Endpoint as _, GroupType,
    conversation::{SetUnreadMsgNum, SetUnreadMsgNumResponse},
};

use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group_of_any_type(set_unread_msg_num, |request| &request.group_id);
}

/// Sets the unread count of a member. Succeeds without effect in groups without unread counts.
fn set_unread_msg_num(
    context: &mut Context<'_>,
    request: &SetUnreadMsgNum,
) -> Result<SetUnreadMsgNumResponse, ApiError> {
    let group = context.group_mut(&request.group_id)?;
    if has_unread_counts(group.group_type()) {
        let account = request.member_account.as_str();
        let newest = group.history.count();
        let member = group.members.stored_mut().and_then(|members| members.get_mut(account));
        let member = member.ok_or_else(|| {
            ApiError::invalid_parameter(format!(
                "Member_Account: {account:?} is not a member of the group"
            ))
        })?;
        member.last_read = newest.saturating_sub(request.unread_msg_num.into());
    }
    Ok(SetUnreadMsgNumResponse::default())
}

/// Returns whether groups of this type have unread counts.
pub(crate) fn has_unread_counts(group_type: &GroupType) -> bool {
    SetUnreadMsgNum::SPEC.group_types.is_some_and(|types| types.contains(group_type))
}
