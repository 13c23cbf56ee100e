use chat_types::{
    MuteTime, TopicId, UserId,
    group::{
        ForbidSendMsg, ForbidSendMsgResponse, GetGroupMutedAccount, GetGroupMutedAccountResponse,
        MutedAccount,
    },
};

use super::topics::topic_of;
use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::{
        deadlines::{Deadlines, End},
        group::Group,
    },
};

pub(super) fn register(router: &mut Router) {
    router.on(forbid_send_msg);
    router.on(get_group_muted_account);
}

fn forbid_send_msg(
    turn: &mut Turn<'_>,
    request: &ForbidSendMsg,
) -> Result<ForbidSendMsgResponse, Refusal> {
    let now = turn.now;
    let names: Vec<_> = request
        .members_account
        .iter()
        .map(|account| turn.app.accounts.name(account.as_str()))
        .collect();
    let mutes = mutes_of(turn.group_mut(&request.group_id)?, request.topic_id.as_ref())?;
    for account in names {
        match request.mute_time {
            MuteTime::Unmute => mutes.lift(&account),
            MuteTime::For(period) => {
                mutes.set(account, End::At(now.after(period.get().into())), now);
            }
            MuteTime::Forever => mutes.set(account, End::Never, now),
        }
    }
    Ok(ForbidSendMsgResponse::default())
}

fn get_group_muted_account(
    turn: &mut Turn<'_>,
    request: &GetGroupMutedAccount,
) -> Result<GetGroupMutedAccountResponse, Refusal> {
    let now = turn.now;
    let mutes = mutes_of(turn.group_mut(&request.group_id)?, request.topic_id.as_ref())?;
    let mut response = GetGroupMutedAccountResponse::default();
    response.muted_account_list = mutes
        .in_force(now)
        .iter()
        .map(|(account, &end)| {
            let mut muted = MutedAccount::default();
            muted.member_account = UserId::from(&**account);
            muted.muted_until = Some(end.to_unix_seconds());
            muted
        })
        .collect();
    response.group_id = Some(request.group_id.clone());
    Ok(response)
}

/// The mutes of the group as a whole, or of one topic.
fn mutes_of<'a>(
    group: &'a mut Group,
    topic: Option<&TopicId>,
) -> Result<&'a mut Deadlines, Refusal> {
    match topic {
        None => Ok(&mut group.mutes),
        Some(topic) => Ok(&mut topic_of(group, topic)?.mutes),
    }
}
