use chat_types::{
    Endpoint as _,
    conversation::{SetUnreadMsgNum, SetUnreadMsgNumResponse},
};

use crate::{
    response::Refusal,
    router::{Router, Turn},
};

pub(super) fn register(router: &mut Router) {
    router.on_any_group_type(set_unread_msg_num);
}

/// Succeeds and changes nothing in groups that have no unread counts.
fn set_unread_msg_num(
    turn: &mut Turn<'_>,
    request: &SetUnreadMsgNum,
) -> Result<SetUnreadMsgNumResponse, Refusal> {
    let group = turn.group_mut(&request.group_id)?;
    let counts =
        SetUnreadMsgNum::SPEC.group_types.is_some_and(|types| types.contains(group.group_type()));
    if counts {
        let account = request.member_account.as_str();
        let newest = group.history.count();
        let member = group.members.stored_mut().and_then(|members| members.get_mut(account));
        let member = member.ok_or_else(|| {
            Refusal::parameter(format!("Member_Account: {account:?} is no member of the group"))
        })?;
        member.read = newest.saturating_sub(request.unread_msg_num.into());
    }
    Ok(SetUnreadMsgNumResponse::default())
}
