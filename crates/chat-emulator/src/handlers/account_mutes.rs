//! Mutes of accounts everywhere: `setnospeaking` and `getnospeaking`.

use chat_types::{
    ErrorCode, MuteTime, UnixSeconds, UserId,
    mute::{GetNoSpeaking, GetNoSpeakingResponse, SetNoSpeaking, SetNoSpeakingResponse},
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::restrictions::{Expiry, Restrictions},
};

pub(super) fn register(router: &mut Router) {
    router.add(setnospeaking);
    router.add(getnospeaking);
}

fn setnospeaking(
    context: &mut Context<'_>,
    request: &SetNoSpeaking,
) -> Result<SetNoSpeakingResponse, ApiError> {
    let account = &request.set_account;
    let account = context.account("Set_Account", account, ErrorCode::MUTED_ACCOUNT_INVALID)?;
    let now = context.now;
    let mutes = &mut context.app.account_mutes;
    let times = [
        (&mut mutes.direct, request.c2c_msg_nospeaking_time),
        (&mut mutes.group, request.group_msg_nospeaking_time),
    ];
    for (mutes, time) in times {
        if let Some(time) = time {
            mutes.mute(account.clone(), time, now);
        }
    }
    Ok(SetNoSpeakingResponse::default())
}

fn getnospeaking(
    context: &mut Context<'_>,
    request: &GetNoSpeaking,
) -> Result<GetNoSpeakingResponse, ApiError> {
    let account = &request.get_account;
    context.account("Get_Account", account, ErrorCode::QUERIED_ACCOUNT_INVALID)?;
    let (now, mutes) = (context.now, &context.app.account_mutes);
    let mut response = GetNoSpeakingResponse::default();
    response.c2c_msg_nospeaking_time = Some(time_left(&mutes.direct, account, now));
    response.group_msg_nospeaking_time = Some(time_left(&mutes.group, account, now));
    Ok(response)
}

fn time_left(mutes: &Restrictions, account: &UserId, now: UnixSeconds) -> MuteTime {
    match mutes.get(account.as_str(), now) {
        None => MuteTime::Unmute,
        Some(Expiry::Never) => MuteTime::Forever,
        Some(Expiry::At(end)) => {
            let seconds = u32::try_from(end.seconds_since(now)).unwrap_or(u32::MAX);
            MuteTime::from(seconds)
        }
    }
}
