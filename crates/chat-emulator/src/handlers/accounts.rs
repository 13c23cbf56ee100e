use chat_types::{
    ErrorCode, UserId,
    account::{
        AccountImport, AccountImportResponse, MultiaccountImport, MultiaccountImportResponse,
    },
};

use crate::{
    answer::Refusal,
    router::{Router, Turn},
    state::accounts::{DeletedRecently, Profile},
};

pub(super) fn register(router: &mut Router) {
    router.on(account_import);
    router.on(multiaccount_import);
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
    for (place, (account, profile)) in listed.chain(bare).enumerate() {
        let refused = turn.refused_items.contains(&place);
        if refused || import(turn, account, profile).is_err() {
            response.fail_accounts.push(account.clone());
        }
    }
    Ok(response)
}

fn profile(nick: &Option<String>, face_url: &Option<String>) -> Profile {
    Profile { nick: nick.clone(), face_url: face_url.clone() }
}

fn import(turn: &mut Turn<'_>, account: &UserId, profile: Profile) -> Result<(), Refusal> {
    let account = account.as_str();
    if account.is_empty() {
        return Err(Refusal::new(ErrorCode::ACCOUNT_INVALID_PARAMETER, "UserID is empty"));
    }
    if account.chars().any(char::is_control) {
        let info = format!("UserID {account:?} holds a control character");
        return Err(Refusal::new(ErrorCode::ACCOUNT_INVALID_PARAMETER, info));
    }
    turn.app.accounts.import(account, profile, turn.now).map_err(|DeletedRecently| {
        let info = format!("{account:?} was deleted less than three months ago");
        Refusal::new(ErrorCode::ACCOUNT_RECENTLY_DELETED, info)
    })
}
