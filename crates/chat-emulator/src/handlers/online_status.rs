//! Online status: `query_online_status`, `querystate` and `kick`.

use chat_types::{
    ErrorCode, UserId,
    account::{
        AccountOnlineStatus, FailedStatusQuery, KickAccount, KickAccountResponse, PlatformStatus,
        QueryOnlineStatus, QueryOnlineStatusResponse, QueryState, QueryStateResponse,
        UserOnlineState, UserOnlineStatus,
    },
};

use super::accounts::check_user_id;
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(query_online_status);
    router.add(querystate);
    router.add(kick);
}

fn query_online_status(
    context: &mut Context<'_>,
    request: &QueryOnlineStatus,
) -> Result<QueryOnlineStatusResponse, ApiError> {
    let mut response = QueryOnlineStatusResponse::default();
    for account in &request.to_account {
        if context.app.accounts.contains(account.as_str()) {
            let mut status = UserOnlineStatus::default();
            status.to_account = account.clone();
            status.status = Some(status_of(context, account));
            if request.is_need_detail == Some(true) {
                let with_id = request.is_return_instid == Some(true);
                status.detail = platforms(context, account, with_id).into();
            }
            response.query_result.push(status);
        } else {
            response.error_list.push(not_found(account));
        }
    }
    check_any_found(request.to_account.len(), response.error_list.len())?;
    Ok(response)
}

fn querystate(
    context: &mut Context<'_>,
    request: &QueryState,
) -> Result<QueryStateResponse, ApiError> {
    let mut response = QueryStateResponse::default();
    for account in &request.to_account {
        if context.app.accounts.contains(account.as_str()) {
            let mut state = UserOnlineState::default();
            state.to_account = account.clone();
            state.state = Some(status_of(context, account));
            if request.is_need_detail == Some(true) {
                state.detail = platforms(context, account, false).into();
            }
            response.query_result.push(state);
        } else {
            response.error_list.push(not_found(account));
        }
    }
    check_any_found(request.to_account.len(), response.error_list.len())?;
    Ok(response)
}

fn not_found(account: &UserId) -> FailedStatusQuery {
    let mut failed = FailedStatusQuery::default();
    failed.to_account = account.clone();
    failed.error_code = ErrorCode::ACCOUNT_NOT_FOUND;
    failed
}

/// Rejects a query that found none of its accounts.
fn check_any_found(accounts: usize, not_found: usize) -> Result<(), ApiError> {
    if accounts > 0 && accounts == not_found {
        let info = "To_Account: none of the accounts exists";
        return Err(ApiError::new(ErrorCode::ACCOUNT_NOT_FOUND, info));
    }
    Ok(())
}

fn status_of(context: &Context<'_>, account: &UserId) -> AccountOnlineStatus {
    if context.app.sessions.is_online(account.as_str()) {
        AccountOnlineStatus::Online
    } else {
        AccountOnlineStatus::Offline
    }
}

/// Returns the platforms on which an account is logged in.
fn platforms(context: &Context<'_>, account: &UserId, with_id: bool) -> Vec<PlatformStatus> {
    let clients = context.app.sessions.of(account.as_str());
    clients
        .map(|(platform, id)| {
            let mut status = PlatformStatus::new(platform.clone());
            status.status = Some(AccountOnlineStatus::Online);
            status.instid = with_id.then_some(id);
            status
        })
        .collect()
}

fn kick(context: &mut Context<'_>, request: &KickAccount) -> Result<KickAccountResponse, ApiError> {
    let account = &request.user_id;
    check_user_id(account)?;
    context.account("UserID", account, ErrorCode::ACCOUNT_NOT_FOUND)?;
    context.app.log_out_everywhere(account.as_str(), context.now);
    Ok(KickAccountResponse::default())
}
