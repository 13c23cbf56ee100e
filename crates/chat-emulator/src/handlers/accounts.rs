use chat_types::{
    ErrorCode, UserId,
    account::{
        AccountCheck, AccountCheckResponse, AccountDelete, AccountDeleteResponse, AccountImport,
        AccountImportResponse, AccountStatus, CheckedAccount, DeletedAccount, MultiaccountImport,
        MultiaccountImportResponse,
    },
    profile::ProfileTag,
};

use crate::{
    response::Refusal,
    router::{Router, Turn},
    state::accounts::{DeletedRecently, Profile},
};

pub(super) fn register(router: &mut Router) {
    router.on(account_import);
    router.on(multiaccount_import);
    router.on(account_check);
    router.on(account_delete);
}

fn account_import(
    turn: &mut Turn<'_>,
    request: &AccountImport,
) -> Result<AccountImportResponse, Refusal> {
    import(turn, &request.user_id, profile(&request.nick, &request.face_url))?;
    Ok(AccountImportResponse::default())
}

fn multiaccount_import(
    turn: &mut Turn<'_>,
    request: &MultiaccountImport,
) -> Result<MultiaccountImportResponse, Refusal> {
    let listed = request
        .account_list
        .iter()
        .map(|account| (&account.user_id, profile(&account.nick, &account.face_url)));
    let bare = request.accounts.iter().map(|account| (account, Profile::default()));
    let mut response = MultiaccountImportResponse::default();
    for (index, (account, profile)) in listed.chain(bare).enumerate() {
        let refused = turn.refused_items.contains(&index);
        if refused || import(turn, account, profile).is_err() {
            response.fail_accounts.push(account.clone());
        }
    }
    Ok(response)
}

fn profile(nick: &Option<String>, face_url: &Option<String>) -> Profile {
    let fields = [(ProfileTag::Nick, nick), (ProfileTag::Image, face_url)];
    let said = fields.into_iter().filter_map(|(tag, text)| Some((tag, text.clone()?.into())));
    said.collect()
}

fn import(turn: &mut Turn<'_>, account: &UserId, profile: Profile) -> Result<(), Refusal> {
    check_user_id(account)?;
    let account = account.as_str();
    turn.app.accounts.import(account, profile, turn.now).map_err(|DeletedRecently| {
        let info = format!("{account:?} was deleted less than three months ago");
        Refusal::new(ErrorCode::ACCOUNT_RECENTLY_DELETED, info)
    })
}

fn account_check(
    turn: &mut Turn<'_>,
    request: &AccountCheck,
) -> Result<AccountCheckResponse, Refusal> {
    let mut response = AccountCheckResponse::default();
    for (index, item) in request.check_item.iter().enumerate() {
        let mut checked = CheckedAccount::default();
        checked.user_id = item.user_id.clone();
        checked.result_info = Some(String::new());
        match check_item(turn, index, &item.user_id) {
            Err(refusal) => {
                (checked.result_code, checked.result_info) = (refusal.code, Some(refusal.info));
            }
            Ok(()) if turn.app.accounts.contains(item.user_id.as_str()) => {
                checked.account_status = Some(AccountStatus::Imported);
            }
            Ok(()) => checked.account_status = Some(AccountStatus::NotImported),
        }
        response.result_item.push(checked);
    }
    Ok(response)
}

fn account_delete(
    turn: &mut Turn<'_>,
    request: &AccountDelete,
) -> Result<AccountDeleteResponse, Refusal> {
    let mut response = AccountDeleteResponse::default();
    for (index, item) in request.delete_item.iter().enumerate() {
        let mut deleted = DeletedAccount::default();
        deleted.user_id = item.user_id.clone();
        deleted.result_info = Some(String::new());
        let outcome =
            check_item(turn, index, &item.user_id).and_then(|()| delete(turn, &item.user_id));
        if let Err(refusal) = outcome {
            (deleted.result_code, deleted.result_info) = (refusal.code, Some(refusal.info));
        }
        response.result_item.push(deleted);
    }
    Ok(response)
}

/// Takes an account out of everything that it is in. Mutes and bans are of the id and stay.
fn delete(turn: &mut Turn<'_>, account: &UserId) -> Result<(), Refusal> {
    let account = account.as_str();
    if !turn.app.accounts.delete(account, turn.now) {
        let info = format!("there is no account {account:?}, or no longer");
        return Err(Refusal::new(ErrorCode::ACCOUNT_NOT_FOUND, info));
    }
    for group in turn.app.groups.values_mut() {
        group.remove(account);
    }
    Ok(())
}

/// Refuses an item whose UserID can be none.
fn check_item(turn: &Turn<'_>, index: usize, account: &UserId) -> Result<(), Refusal> {
    if turn.refused_items.contains(&index) {
        let info = format!("UserID {account:?} is too long");
        return Err(Refusal::new(ErrorCode::ACCOUNT_INVALID_PARAMETER, info));
    }
    check_user_id(account)
}

fn check_user_id(account: &UserId) -> Result<(), Refusal> {
    let account = account.as_str();
    let info = if account.is_empty() {
        String::from("UserID is empty")
    } else if account.chars().any(char::is_control) {
        format!("UserID {account:?} holds a control character")
    } else {
        return Ok(());
    };
    Err(Refusal::new(ErrorCode::ACCOUNT_INVALID_PARAMETER, info))
}
