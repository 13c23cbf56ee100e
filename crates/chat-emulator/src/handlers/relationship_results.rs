//! The results of calls that report on each account, as the relationship commands do.

use std::sync::Arc;

use chat_types::{Entries, ErrorCode, UserId, relationship::FriendResult, webhook::AccountPair};
use serde::Serialize;

use super::{
    accounts::check_user_id,
    response_fields::{JsonObject, to_json_object},
};
use crate::{response::ApiError, router::Context};

/// Returns the shared ID of the account that a field names.
///
/// # Errors
/// When the account does not exist, or its ID is malformed.
pub(super) fn existing_account(
    context: &Context<'_>,
    field: &str,
    account: &UserId,
) -> Result<Arc<str>, ApiError> {
    check_user_id(account)
        .map_err(|error| ApiError::new(ErrorCode::RELATIONSHIP_ACCOUNT_INVALID, error.info))?;
    context.account(field, account, ErrorCode::RELATIONSHIP_ACCOUNT_NOT_FOUND)
}

/// Applies a change to each item. Returns the result of each, and the accounts of those that failed.
pub(super) fn results<T>(
    context: &mut Context<'_>,
    items: &[T],
    account_of: impl Fn(&T) -> &UserId,
    apply: impl Fn(&mut Context<'_>, &T) -> Result<(), ApiError>,
) -> (Entries<FriendResult>, Entries<UserId>) {
    let (mut results, mut failed) = (Entries::default(), Entries::default());
    for item in items {
        let mut result = FriendResult::default();
        result.to_account = account_of(item).clone();
        result.result_info = Some(String::new());
        if let Err(error) = apply(context, item) {
            (result.result_code, result.result_info) = (error.code, Some(error.info));
            failed.push(account_of(item).clone());
        }
        results.push(result);
    }
    (results, failed)
}

/// Iterates over the accounts for which a call succeeded.
pub(super) fn done(results: &[FriendResult]) -> impl Iterator<Item = &UserId> {
    let done = results.iter().filter(|result| result.result_code == ErrorCode::OK);
    done.map(|result| &result.to_account)
}

/// Returns an entry of a list that changed, as webhooks have it.
pub(super) fn pair(account: &str, other: &UserId) -> AccountPair {
    let mut pair = AccountPair::default();
    pair.from_account = account.into();
    pair.to_account = other.clone();
    pair
}

/// Returns the fields of a response without the arrays of failed accounts, if they are empty: the
/// pages omit them.
pub(super) fn without_empty_accounts<T: Serialize>(response: &T) -> Result<JsonObject, ApiError> {
    let mut fields = to_json_object(response)?;
    fields.retain(|name, value| {
        !FAILED.contains(&name.as_str()) || value.as_array().is_none_or(|list| !list.is_empty())
    });
    Ok(fields)
}

const FAILED: [&str; 2] = ["Fail_Account", "Invalid_Account"];
