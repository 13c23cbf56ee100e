//! Mutes: `forbid_send_msg` and `get_group_muted_account`.

use chat_types::{
    TopicId, UserId,
    group::{
        ForbidSendMsg, ForbidSendMsgResponse, GetGroupMutedAccount, GetGroupMutedAccountResponse,
        MutedAccount,
    },
};

use super::topics::topic_of;
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::{group::Group, restrictions::Restrictions},
};

pub(super) fn register(router: &mut Router) {
    router.add_for_group(forbid_send_msg, |request| &request.group_id);
    router.add_for_group(get_group_muted_account, |request| &request.group_id);
}

fn forbid_send_msg(
    context: &mut Context<'_>,
    request: &ForbidSendMsg,
) -> Result<ForbidSendMsgResponse, ApiError> {
    let now = context.now;
    let accounts: Vec<_> = request
        .members_account
        .iter()
        .map(|account| context.app.accounts.shared_id(account.as_str()))
        .collect();
    let mutes = mutes_of(context.group_mut(&request.group_id)?, request.topic_id.as_ref())?;
    for account in accounts {
        mutes.mute(account, request.mute_time, now);
    }
    Ok(ForbidSendMsgResponse::default())
}

fn get_group_muted_account(
    context: &mut Context<'_>,
    request: &GetGroupMutedAccount,
) -> Result<GetGroupMutedAccountResponse, ApiError> {
    let now = context.now;
    let mutes = mutes_of(context.group_mut(&request.group_id)?, request.topic_id.as_ref())?;
    let mut response = GetGroupMutedAccountResponse::default();
    response.muted_account_list = mutes
        .active(now)
        .iter()
        .map(|(account, &expiry)| {
            let mut muted = MutedAccount::default();
            muted.member_account = UserId::from(&**account);
            muted.muted_until = Some(expiry.to_unix_seconds());
            muted
        })
        .collect();
    response.group_id = Some(request.group_id.clone());
    Ok(response)
}

/// Returns the mutes of one topic, or of the group as a whole.
fn mutes_of<'a>(
    group: &'a mut Group,
    topic: Option<&TopicId>,
) -> Result<&'a mut Restrictions, ApiError> {
    match topic {
        None => Ok(&mut group.mutes),
        Some(topic) => Ok(&mut topic_of(group, topic)?.mutes),
    }
}
