//! Friends: `friend_add`, `friend_import`, `friend_update`, `friend_delete`, `friend_delete_all`,
//! `friend_check`, `friend_get` and `friend_get_list`.

use std::sync::Arc;

use chat_types::{
    Entries, ErrorCode, TagValue, UserId,
    limits::MAX_FRIENDS,
    profile::{AdminForbidType, ProfileTag},
    relationship::{
        CheckedFriend, FriendAdd, FriendAddResponse, FriendAddType, FriendCheck,
        FriendCheckResponse, FriendCheckType, FriendDelete, FriendDeleteAll,
        FriendDeleteAllResponse, FriendDeleteResponse, FriendDeleteType, FriendImport,
        FriendImportResponse, FriendItem, FriendRelation, FriendTag, FriendToAdd, FriendToImport,
        FriendToUpdate, FriendUpdate, FriendUpdateResponse,
    },
    webhook::{
        AccountPair, FriendCommand,
        sns::{CallbackFriendDelete, NewFriend},
    },
};

use super::{
    new_friends::{add, check_approval, profile_text, report_new_friends, seconds, too_many_lists},
    relationship_results::{done, existing_account, pair, results, without_empty_accounts},
    response_fields::JsonObject,
};
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::relationships::{Friend, TooManyLists},
};

pub(super) fn register(router: &mut Router) {
    router.add(friend_add);
    router.add(friend_import);
    router.add(friend_update);
    router.add(friend_delete);
    router.add(friend_delete_all);
    router.add(friend_check);
}

fn friend_add(context: &mut Context<'_>, request: &FriendAdd) -> Result<JsonObject, ApiError> {
    without_empty_accounts(&add_friends(context, request)?)
}

pub(crate) fn add_friends(
    context: &mut Context<'_>,
    request: &FriendAdd,
) -> Result<FriendAddResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let both = request.add_type != Some(FriendAddType::Single);
    let forced = request.force_add_flags == Some(true);
    let mut response = FriendAddResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.add_friend_item,
        |item| &item.to_account,
        |context, item| {
            let friend = existing_account(context, "To_Account", &item.to_account)?;
            check_addition(context, &account, &friend, both)?;
            if !forced {
                check_approval(context, &account, &friend)?;
            }
            let data = new_friend(context, item);
            add(context, &account, Arc::clone(&friend), data)?;
            if both && !context.app.relationships.has_friend(&friend, &account) {
                let data = new_friend(context, &FriendToAdd::new("", item.add_source.clone()));
                add(context, &friend, Arc::clone(&account), data)?;
            }
            Ok(())
        },
    );
    let added: Entries<_> =
        done(&response.result_item).map(|friend| new_pair(&account, friend)).collect();
    let command =
        if context.from_client { FriendCommand::ClientFriendAdd } else { FriendCommand::FriendAdd };
    report_new_friends(context, added, command, forced);
    Ok(response)
}

fn new_pair(account: &str, friend: &UserId) -> NewFriend {
    let mut pair = NewFriend::default();
    pair.from_account = account.into();
    pair.to_account = friend.clone();
    pair.initiator_account = Some(account.into());
    pair
}

/// Rejects a friend whom the account cannot have.
fn check_addition(
    context: &Context<'_>,
    account: &str,
    friend: &str,
    both: bool,
) -> Result<(), ApiError> {
    let refuse = |code, info: &str| Err(ApiError::new(code, info));
    let relations = &context.app.relationships;
    let is_full = |account| relations.friend_count(account) >= MAX_FRIENDS;
    if account == friend {
        refuse(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, "an account cannot be its own friend")
    } else if is_forbidden_to_add(context, account) {
        refuse(ErrorCode::ADDING_FRIENDS_FORBIDDEN, "an admin forbade the account to add friends")
    } else if relations.blocks(account, friend) {
        refuse(ErrorCode::OTHER_USER_ON_BLOCK_LIST, "the account blocks the other one")
    } else if relations.blocks(friend, account) {
        refuse(ErrorCode::BLOCKED_BY_OTHER_USER, "the other account blocks this one")
    } else if !relations.has_friend(account, friend) && is_full(account) {
        refuse(ErrorCode::FRIEND_LIMIT, "the account has too many friends")
    } else if both && !relations.has_friend(friend, account) && is_full(friend) {
        refuse(ErrorCode::OTHER_USER_FRIEND_LIMIT, "the other account has too many friends")
    } else {
        Ok(())
    }
}

fn is_forbidden_to_add(context: &Context<'_>, account: &str) -> bool {
    let forbidden = AdminForbidType::SendOut;
    profile_text(context, account, &ProfileTag::AdminForbidType) == Some(forbidden.as_str())
}

fn new_friend(context: &Context<'_>, item: &FriendToAdd) -> Friend {
    let texts = [
        (FriendTag::Remark, &item.remark),
        (FriendTag::AddSource, &Some(item.add_source.clone())),
        (FriendTag::AddWording, &item.add_wording),
    ];
    let mut friend = Friend::default();
    friend.fields.extend(
        texts.into_iter().filter_map(|(tag, text)| Some((tag, TagValue::from(text.clone()?)))),
    );
    friend.fields.insert(FriendTag::AddTime, seconds(context.now.get()));
    friend.lists.extend(item.group_name.clone());
    friend
}

fn friend_import(
    context: &mut Context<'_>,
    request: &FriendImport,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = FriendImportResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.add_friend_item,
        |item| &item.to_account,
        |context, item| {
            let friend = existing_account(context, "To_Account", &item.to_account)?;
            let relations = &context.app.relationships;
            if !relations.has_friend(&account, &friend)
                && relations.friend_count(&account) >= MAX_FRIENDS
            {
                let info = "the account has too many friends";
                return Err(ApiError::new(ErrorCode::FRIEND_LIMIT, info));
            }
            let data = imported_friend(context, item)?;
            add(context, &account, friend, data)
        },
    );
    without_empty_accounts(&response)
}

fn imported_friend(context: &Context<'_>, item: &FriendToImport) -> Result<Friend, ApiError> {
    let mut to_add = FriendToAdd::new(item.to_account.clone(), item.add_source.clone());
    to_add.remark.clone_from(&item.remark);
    to_add.add_wording.clone_from(&item.add_wording);
    let mut friend = new_friend(context, &to_add);
    friend.lists.extend(item.group_name.iter().cloned());
    let times = [(FriendTag::RemarkTime, item.remark_time), (FriendTag::AddTime, item.add_time)];
    friend
        .fields
        .extend(times.into_iter().filter_map(|(tag, time)| Some((tag, seconds(time?.get())))));
    for field in &item.custom_item {
        if !is_custom(&field.tag) {
            return Err(invalid_field(field, "must be a custom field"));
        }
        set(&mut friend, field)?;
    }
    Ok(friend)
}

fn friend_update(
    context: &mut Context<'_>,
    request: &FriendUpdate,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let mut response = FriendUpdateResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.update_item,
        |item| &item.to_account,
        |context, item| update(context, &account, item),
    );
    without_empty_accounts(&response)
}

fn update(
    context: &mut Context<'_>,
    account: &Arc<str>,
    item: &FriendToUpdate,
) -> Result<(), ApiError> {
    let friend = existing_account(context, "To_Account", &item.to_account)?;
    let not_friends =
        || ApiError::new(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, "the accounts are not friends");
    let relations = context.app.relationships.change(account);
    let mut changed = relations.friends.get(&friend).ok_or_else(not_friends)?.clone();
    for field in &item.sns_item {
        if !is_changeable(&field.tag) {
            return Err(invalid_field(field, "cannot be changed"));
        }
        set(&mut changed, field)?;
    }
    for list in &changed.lists {
        relations.add_list(list).map_err(|TooManyLists| too_many_lists())?;
    }
    relations.friends.insert(friend, changed);
    Ok(())
}

fn is_changeable(tag: &FriendTag) -> bool {
    matches!(tag, FriendTag::Remark | FriendTag::Group) || is_custom(tag)
}

fn is_custom(tag: &FriendTag) -> bool {
    matches!(tag, FriendTag::Other(_))
}

/// Sets a field, if its value has the right type. An empty string in a custom field is kept.
fn set(friend: &mut Friend, field: &FriendItem) -> Result<(), ApiError> {
    match (&field.tag, &field.value) {
        (FriendTag::Group, TagValue::Array(lists)) => {
            friend.lists = lists.iter().cloned().collect();
        }
        (FriendTag::Group, _) => return Err(invalid_field(field, "must be an array of strings")),
        (tag, TagValue::Integer(_)) if !is_custom(tag) => {
            return Err(invalid_field(field, "must be a string"));
        }
        (tag, TagValue::String(_) | TagValue::Integer(_)) => {
            friend.fields.insert(tag.clone(), field.value.clone());
        }
        _ => return Err(invalid_field(field, "must be a string or an integer")),
    }
    Ok(())
}

fn invalid_field(field: &FriendItem, what: &str) -> ApiError {
    let info = format!("{} {what}", field.tag.as_str());
    ApiError::new(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, info)
}

fn friend_delete(
    context: &mut Context<'_>,
    request: &FriendDelete,
) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let both = request.delete_type == Some(FriendDeleteType::Both);
    let mut response = FriendDeleteResponse::default();
    (response.result_item, response.fail_account) = results(
        context,
        &request.to_account,
        |friend| friend,
        |context, friend| {
            let friend = existing_account(context, "To_Account", friend)?;
            let relationships = &mut context.app.relationships;
            let was_friend = relationships.remove_friend(&account, &friend);
            if both {
                relationships.remove_friend(&friend, &account);
            }
            if !was_friend {
                let info = "the account is not a friend";
                return Err(ApiError::new(ErrorCode::NOT_FRIENDS, info));
            }
            Ok(())
        },
    );
    let deleted = done(&response.result_item).map(|friend| pair(&account, friend)).collect();
    report_deletion(context, deleted);
    without_empty_accounts(&response)
}

fn friend_delete_all(
    context: &mut Context<'_>,
    request: &FriendDeleteAll,
) -> Result<FriendDeleteAllResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let relationships = &mut context.app.relationships;
    let friends: Vec<Arc<str>> = relationships
        .get(&account)
        .map(|relations| relations.friends.iter().map(|(friend, _)| Arc::clone(friend)).collect())
        .unwrap_or_default();
    for friend in &friends {
        relationships.remove_friend(&account, friend);
        if request.delete_type == Some(FriendDeleteType::Both) {
            relationships.remove_friend(friend, &account);
        }
    }
    let deleted = friends.iter().map(|friend| pair(&account, &UserId::from(&**friend))).collect();
    report_deletion(context, deleted);
    Ok(FriendDeleteAllResponse::default())
}

fn report_deletion(context: &mut Context<'_>, deleted: Entries<AccountPair>) {
    if deleted.is_empty() {
        return;
    }
    context.webhooks.emit(|| {
        let mut event = CallbackFriendDelete::default();
        event.pair_list = deleted;
        event
    });
}

fn friend_check(context: &mut Context<'_>, request: &FriendCheck) -> Result<JsonObject, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let both = request.check_type == FriendCheckType::Both;
    let mut response = FriendCheckResponse::default();
    for friend in &request.to_account {
        let mut checked = CheckedFriend::default();
        checked.to_account = friend.clone();
        checked.result_info = Some(String::new());
        if let Err(error) = existing_account(context, "To_Account", friend) {
            (checked.result_code, checked.result_info) = (error.code, Some(error.info));
            response.fail_account.push(friend.clone());
        }
        checked.relation = Some(relation(context, &account, friend, both));
        response.info_item.push(checked);
    }
    without_empty_accounts(&response)
}

fn relation(context: &Context<'_>, account: &str, friend: &UserId, both: bool) -> FriendRelation {
    let relationships = &context.app.relationships;
    let has = relationships.has_friend(account, friend.as_str());
    let is_had = both && relationships.has_friend(friend.as_str(), account);
    match (has, is_had) {
        (false, false) => FriendRelation::NoRelation,
        (true, false) => FriendRelation::AWithB,
        (false, true) => FriendRelation::BWithA,
        (true, true) => FriendRelation::BothWay,
    }
}
