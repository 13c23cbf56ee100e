//! Blocklists: `black_list_add`, `black_list_delete`, `black_list_check` and `black_list_get`.

use chat_types::{
    Entries, ErrorCode, UserId,
    limits::MAX_BLOCKED_ACCOUNTS,
    relationship::{
        BlackListAdd, BlackListAddResponse, BlackListCheck, BlackListCheckResponse,
        BlackListDelete, BlackListDeleteResponse, BlackListGet, BlackListGetResponse,
        BlockListCheckType, BlockListRelation, BlockedAccount, CheckedBlocking,
    },
    webhook::sns::{CallbackBlackListAdd, CallbackBlackListDelete},
};

use super::{
    paging::page_size,
    relationship_results::{done, existing_account, pair, results, without_empty_accounts},
    response_fields::JsonObject,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
};

pub(super) fn register(router: &mut Router) {
    router.add(black_list_add);
    router.add(black_list_delete);
    router.add(black_list_check);
    router.add(black_list_get);
}

fn black_list_add(
    context: &mut Context<'_>,
    request: &BlackListAdd,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let now = context.now;
    let mut response = BlackListAddResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.to_account,
        |blocked| blocked,
        |context, blocked| {
            let blocked = existing_account(context, "To_Account", blocked)?;
            let relationships = &mut context.app.relationships;
            if relationships.blocks(&account, &blocked) {
                let info = "Err_SNS_BlackListAdd_Already_Exist";
                return Err(ApiError::new(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, info));
            }
            let relations = relationships.change(&account);
            if relations.blocked.len() >= MAX_BLOCKED_ACCOUNTS {
                let info = "the account blocks too many accounts";
                return Err(ApiError::new(ErrorCode::BLOCK_LIST_LIMIT, info));
            }
            relations.requests.remove(&blocked);
            relations.blocked.insert(blocked.clone(), now);
            relationships.remove_friend(&account, &blocked);
            relationships.remove_friend(&blocked, &account);
            Ok(())
        },
    );
    let added = done(&response.result_item).map(|blocked| pair(&account, blocked));
    let added: Entries<_> = added.collect();
    if !added.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackBlackListAdd::default();
            event.pair_list = added;
            event
        });
    }
    without_empty_accounts(&response)
}

fn black_list_delete(
    context: &mut Context<'_>,
    request: &BlackListDelete,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = BlackListDeleteResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.to_account,
        |blocked| blocked,
        |context, blocked| {
            let blocked = existing_account(context, "To_Account", blocked)?;
            context.app.relationships.change(&account).blocked.remove(&blocked);
            Ok(())
        },
    );
    let removed = done(&response.result_item).map(|blocked| pair(&account, blocked));
    let removed: Entries<_> = removed.collect();
    if !removed.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackBlackListDelete::default();
            event.pair_list = removed;
            event
        });
    }
    without_empty_accounts(&response)
}

fn black_list_check(
    context: &mut Context<'_>,
    request: &BlackListCheck,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let both = request.check_type == BlockListCheckType::Both;
    let mut response = BlackListCheckResponse::default();
    for other in &request.to_account {
        let mut checked = CheckedBlocking::default();
        checked.to_account = other.clone();
        checked.result_info = Some(String::new());
        if let Err(error) = existing_account(context, "To_Account", other) {
            (checked.result_code, checked.result_info) = (error.code, Some(error.info));
            response.fail_account.push(other.clone());
        }
        checked.relation = Some(relation(context, &account, other, both));
        response.black_list_check_item.push(checked);
    }
    without_empty_accounts(&response)
}

fn relation(context: &Context<'_>, account: &str, other: &UserId, both: bool) -> BlockListRelation {
    let relationships = &context.app.relationships;
    let blocks = relationships.blocks(account, other.as_str());
    let is_blocked = both && relationships.blocks(other.as_str(), account);
    match (blocks, is_blocked) {
        (false, false) => BlockListRelation::NoRelation,
        (true, false) => BlockListRelation::AWithB,
        (false, true) => BlockListRelation::BWithA,
        (true, true) => BlockListRelation::BothWay,
    }
}

fn black_list_get(
    context: &mut Context<'_>,
    request: &BlackListGet,
) -> Result<BlackListGetResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = BlackListGetResponse::default();
    let Some(relations) = context.app.relationships.get(&account) else { return Ok(response) };
    let size = page_size::<BlackListGet>(Some(request.max_limited));
    let page = relations.blocked.starting_at(request.start_index).take(size);
    response.black_list_item = page
        .map(|(account, &time)| {
            let mut blocked = BlockedAccount::default();
            blocked.to_account = UserId::from(&**account);
            blocked.add_black_time_stamp = Some(time);
            blocked
        })
        .collect();
    let next = request.start_index.saturating_add(size as u64);
    response.start_index = if next < relations.blocked.len() as u64 { next } else { 0 };
    response.current_sequence = Some(relations.version);
    Ok(response)
}
