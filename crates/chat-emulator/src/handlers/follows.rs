//! Following: `follow_add`, `follow_delete`, `follow_check`, `follow_get` and `follow_get_info`.

use std::sync::Arc;

use chat_types::{
    Entries, ErrorCode, UserId,
    follow::{
        CheckedFollow, FollowAdd, FollowAddResponse, FollowCheck, FollowCheckResponse,
        FollowCounts, FollowDelete, FollowDeleteResponse, FollowGet, FollowGetInfo,
        FollowGetInfoResponse, FollowGetResponse, FollowListType, FollowRelation, FollowResult,
        FollowedAccount,
    },
    profile::ProfileItem,
    webhook::follow::{self as webhook, CallbackAfterFollowAdd, CallbackAfterFollowDelete},
};

use super::relationship_results::existing_account;
use crate::{
    response::ApiError,
    router::{Context, Router},
    state::follows::{FollowLists, FollowsTooMany},
};

pub(super) fn register(router: &mut Router) {
    router.add(follow_add);
    router.add(follow_delete);
    router.add(follow_check);
    router.add(follow_get);
    router.add(follow_get_info);
}

fn follow_add(
    context: &mut Context<'_>,
    request: &FollowAdd,
) -> Result<FollowAddResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let accounts = request.follow_item.iter().map(|item| &item.to_account);
    let (mut response, mut followed) = (FollowAddResponse::default(), Entries::default());
    response.result_item = results(context, accounts, |context, other| {
        if *other == account {
            let info = "an account cannot follow itself";
            return Err(ApiError::new(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, info));
        }
        let follows = &mut context.app.follows;
        let is_new = follows.follow(&account, other, context.now).map_err(|FollowsTooMany| {
            ApiError::new(ErrorCode::FOLLOWING_LIMIT, "the account follows too many accounts")
        })?;
        if is_new {
            let mut entry = webhook::FollowedAccount::default();
            entry.to_account = (&**other).into();
            followed.push(entry);
        }
        Ok(())
    });
    if !followed.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterFollowAdd::default();
            event.from_account = request.from_account.clone();
            event.follow_list = followed;
            event
        });
    }
    Ok(response)
}

fn follow_delete(
    context: &mut Context<'_>,
    request: &FollowDelete,
) -> Result<FollowDeleteResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let (mut response, mut unfollowed) = (FollowDeleteResponse::default(), Entries::default());
    response.result_item = results(context, &request.to_account, |context, other| {
        if context.app.follows.unfollow(&account, other) {
            unfollowed.push(UserId::from(&**other));
        }
        Ok(())
    });
    if !unfollowed.is_empty() {
        context.webhooks.emit(|| {
            let mut event = CallbackAfterFollowDelete::default();
            event.from_account = request.from_account.clone();
            event.to_account = unfollowed;
            event
        });
    }
    Ok(response)
}

/// Applies a change to each account that exists, and returns the result of each.
fn results<'a>(
    context: &mut Context<'_>,
    accounts: impl IntoIterator<Item = &'a UserId>,
    mut apply: impl FnMut(&mut Context<'_>, &Arc<str>) -> Result<(), ApiError>,
) -> Entries<FollowResult> {
    let result_of = |account: &UserId| {
        let mut result = FollowResult::default();
        result.to_account = account.clone();
        result.result_info = Some(String::new());
        let outcome = existing_account(context, "To_Account", account)
            .and_then(|account| apply(context, &account));
        if let Err(error) = outcome {
            (result.result_code, result.result_info) = (error.code, Some(error.info));
        }
        result
    };
    accounts.into_iter().map(result_of).collect()
}

fn follow_check(
    context: &mut Context<'_>,
    request: &FollowCheck,
) -> Result<FollowCheckResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let follows = &context.app.follows;
    let check = |other: &UserId| {
        let mut checked = CheckedFollow::default();
        checked.to_account = other.clone();
        checked.result_info = Some(String::new());
        match existing_account(context, "To_Account", other) {
            Err(error) => {
                (checked.result_code, checked.result_info) = (error.code, Some(error.info));
            }
            Ok(other) => {
                checked.follow_type = Some(
                    match (follows.follows(&account, &other), follows.follows(&other, &account)) {
                        (false, false) => FollowRelation::NoRelation,
                        (false, true) => FollowRelation::Follower,
                        (true, false) => FollowRelation::Following,
                        (true, true) => FollowRelation::Mutual,
                    },
                );
            }
        }
        checked
    };
    let mut response = FollowCheckResponse::default();
    response.result_item = request.to_account.iter().map(check).collect();
    Ok(response)
}

fn follow_get(
    context: &mut Context<'_>,
    request: &FollowGet,
) -> Result<FollowGetResponse, ApiError> {
    let account = existing_account(context, "From_Account", &request.from_account)?;
    let start = match request.start_cursor.as_str() {
        "" => 0,
        cursor => cursor.parse().map_err(|_| {
            let info = format!("StartCursor: {cursor:?} is not from a response");
            ApiError::new(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, info)
        })?,
    };
    let mut response = FollowGetResponse::default();
    let Some(lists) = context.app.follows.get(&account) else { return Ok(response) };
    let mut rest = lists.list(request.follow_type, start);
    for (_, other, began) in rest.by_ref().take(request.want_num as usize) {
        let mut entry = FollowedAccount::default();
        entry.to_account = UserId::from(&**other);
        entry.follow_time = Some(began);
        let profile = context.app.accounts.profile(other).into_iter().flatten();
        entry.profile_item =
            profile.map(|(tag, value)| ProfileItem::new(tag.clone(), value.clone())).collect();
        response.follow_item.push(entry);
    }
    response.next_cursor = rest.next().map(|(serial, ..)| serial.to_string()).unwrap_or_default();
    Ok(response)
}

fn follow_get_info(
    context: &mut Context<'_>,
    request: &FollowGetInfo,
) -> Result<FollowGetInfoResponse, ApiError> {
    existing_account(context, "From_Account", &request.from_account)?;
    let count_of = |account: &UserId| {
        let mut counts = FollowCounts::default();
        counts.to_account = account.clone();
        counts.result_info = Some(String::new());
        match existing_account(context, "To_Account", account) {
            Err(error) => (counts.result_code, counts.result_info) = (error.code, Some(error.info)),
            Ok(account) => count(&mut counts, context.app.follows.get(&account)),
        }
        counts
    };
    let mut response = FollowGetInfoResponse::default();
    response.follow_info = request.to_account.iter().map(count_of).collect();
    Ok(response)
}

fn count(counts: &mut FollowCounts, lists: Option<&FollowLists>) {
    let number_of = |list: FollowListType| {
        Some(lists.map_or(0, |lists| match list {
            FollowListType::Followers => lists.followers.len(),
            FollowListType::Following => lists.following.len(),
            _ => lists.mutual_count(),
        }) as u64)
    };
    counts.follower_count = number_of(FollowListType::Followers);
    counts.following_count = number_of(FollowListType::Following);
    counts.mutual_following_count = number_of(FollowListType::Mutual);
}
