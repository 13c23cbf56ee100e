//! Accounts: `account_import`, `multiaccount_import`, `account_check` and `account_delete`.

use chat_types::{
    ErrorCode, UserId,
    account::{
        AccountCheck, AccountCheckResponse, AccountDelete, AccountDeleteResponse, AccountImport,
        AccountImportResponse, AccountStatus, CheckedAccount, DeletedAccount, MultiaccountImport,
        MultiaccountImportResponse,
    },
    limits::DELETED_ACCOUNT_DAYS,
    profile::ProfileTag,
};

use crate::{
    response::ApiError,
    router::{Context, Router},
    state::accounts::{AccountProfile, DeletedRecently},
};

pub(super) fn register(router: &mut Router) {
    router.add(account_import);
    router.add(multiaccount_import);
    router.add(account_check);
    router.add(account_delete);
}

fn account_import(
    context: &mut Context<'_>,
    request: &AccountImport,
) -> Result<AccountImportResponse, ApiError> {
    import(context, &request.user_id, profile(&request.nick, &request.face_url))?;
    Ok(AccountImportResponse::default())
}

fn multiaccount_import(
    context: &mut Context<'_>,
    request: &MultiaccountImport,
) -> Result<MultiaccountImportResponse, ApiError> {
    let with_profile = request
        .account_list
        .iter()
        .map(|account| (&account.user_id, profile(&account.nick, &account.face_url)));
    let without_profile =
        request.accounts.iter().map(|account| (account, AccountProfile::default()));
    let mut response = MultiaccountImportResponse::default();
    for (index, (account, profile)) in with_profile.chain(without_profile).enumerate() {
        let invalid = context.invalid_items.contains(&index);
        if invalid || import(context, account, profile).is_err() {
            response.fail_accounts.push(account.clone());
        }
    }
    Ok(response)
}

fn profile(nick: &Option<String>, face_url: &Option<String>) -> AccountProfile {
    let fields = [(ProfileTag::Nick, nick), (ProfileTag::Image, face_url)];
    fields.into_iter().filter_map(|(tag, text)| Some((tag, text.clone()?.into()))).collect()
}

fn import(
    context: &mut Context<'_>,
    account: &UserId,
    profile: AccountProfile,
) -> Result<(), ApiError> {
    check_user_id(account)?;
    let account = account.as_str();
    context.app.accounts.import(account, profile, context.now).map_err(|DeletedRecently| {
        let info = format!("{account:?} was deleted less than {DELETED_ACCOUNT_DAYS} days ago");
        ApiError::new(ErrorCode::ACCOUNT_RECENTLY_DELETED, info)
    })
}

fn account_check(
    context: &mut Context<'_>,
    request: &AccountCheck,
) -> Result<AccountCheckResponse, ApiError> {
    let mut response = AccountCheckResponse::default();
    for (index, item) in request.check_item.iter().enumerate() {
        let mut checked = CheckedAccount::default();
        checked.user_id = item.user_id.clone();
        checked.result_info = Some(String::new());
        match check_item(context, index, &item.user_id) {
            Err(error) => {
                (checked.result_code, checked.result_info) = (error.code, Some(error.info));
            }
            Ok(()) if context.app.accounts.contains(item.user_id.as_str()) => {
                checked.account_status = Some(AccountStatus::Imported);
            }
            Ok(()) => checked.account_status = Some(AccountStatus::NotImported),
        }
        response.result_item.push(checked);
    }
    Ok(response)
}

fn account_delete(
    context: &mut Context<'_>,
    request: &AccountDelete,
) -> Result<AccountDeleteResponse, ApiError> {
    let mut response = AccountDeleteResponse::default();
    for (index, item) in request.delete_item.iter().enumerate() {
        let mut deleted = DeletedAccount::default();
        deleted.user_id = item.user_id.clone();
        deleted.result_info = Some(String::new());
        let outcome =
            check_item(context, index, &item.user_id).and_then(|()| delete(context, &item.user_id));
        if let Err(error) = outcome {
            (deleted.result_code, deleted.result_info) = (error.code, Some(error.info));
        }
        response.result_item.push(deleted);
    }
    Ok(response)
}

/// Deletes an account with its tags, and removes it from all groups, friends, blocklists, follows and subscriptions.
/// Mutes and bans belong to the ID and stay.
pub(super) fn delete(context: &mut Context<'_>, account: &UserId) -> Result<(), ApiError> {
    let account = account.as_str();
    if !context.app.accounts.delete(account, context.now) {
        let info = format!("account {account:?} does not exist or was deleted");
        return Err(ApiError::new(ErrorCode::ACCOUNT_NOT_FOUND, info));
    }
    context.app.log_out_everywhere(account, context.now);
    context.app.relationships.remove_account(account);
    context.app.conversation_lists.remove_account(account);
    context.app.follows.remove_account(account);
    context.app.official_accounts.remove_subscriber(account);
    context.app.robots.delete(account);
    context.app.push.audience.remove_account(account);
    for group in context.app.groups.values_mut() {
        group.remove_deleted(account, context.now);
    }
    Ok(())
}

/// Rejects an item whose UserID is invalid.
fn check_item(context: &Context<'_>, index: usize, account: &UserId) -> Result<(), ApiError> {
    if context.invalid_items.contains(&index) {
        let info = format!("UserID {account:?} is too long");
        return Err(ApiError::new(ErrorCode::ACCOUNT_INVALID_PARAMETER, info));
    }
    check_user_id(account)
}

pub(crate) fn check_user_id(account: &UserId) -> Result<(), ApiError> {
    let account = account.as_str();
    let info = if account.is_empty() {
        String::from("UserID is empty")
    } else if account.chars().any(char::is_control) {
        format!("UserID {account:?} contains a control character")
    } else {
        return Ok(());
    };
    Err(ApiError::new(ErrorCode::ACCOUNT_INVALID_PARAMETER, info))
}
