//! What makes somebody a friend: approval, the entry in the list, and the report.

use std::sync::Arc;

use chat_types::{
    Entries, ErrorCode, TagValue,
    limits::MAX_FRIEND_REQUESTS,
    profile::{FriendAllowType, ProfileTag},
    webhook::{
        FriendCommand,
        sns::{CallbackFriendAdd, NewFriend},
    },
};

use crate::{
    response::ApiError,
    router::Context,
    state::relationships::{Friend, TooManyLists},
};

/// Rejects a friend who accepts no requests, and leaves a request with one who wants to approve it.
pub(super) fn check_approval(
    context: &mut Context<'_>,
    account: &Arc<str>,
    friend: &Arc<str>,
) -> Result<(), ApiError> {
    let allow_type = profile_text(context, friend, &ProfileTag::AllowType);
    if allow_type == Some(FriendAllowType::DenyAny.as_str()) {
        let info = "the other account accepts no friend requests";
        return Err(ApiError::new(ErrorCode::OTHER_USER_REFUSES_FRIENDS, info));
    }
    if allow_type != Some(FriendAllowType::NeedConfirm.as_str())
        || context.app.relationships.has_friend(friend, account)
    {
        return Ok(());
    }
    let requests = &mut context.app.relationships.change(friend).requests;
    if !requests.contains(account) && requests.len() >= MAX_FRIEND_REQUESTS {
        let info = "the other account has too many pending requests";
        return Err(ApiError::new(ErrorCode::PENDING_REQUEST_LIMIT, info));
    }
    requests.insert(Arc::clone(account));
    Err(ApiError::new(ErrorCode::FRIEND_REQUEST_PENDING, "the request waits for approval"))
}

/// Adds a friend, or changes the fields of an existing one. Lists that do not exist are created.
pub(super) fn add(
    context: &mut Context<'_>,
    account: &Arc<str>,
    friend: Arc<str>,
    data: Friend,
) -> Result<(), ApiError> {
    let relations = context.app.relationships.change(account);
    for list in &data.lists {
        relations.add_list(list).map_err(|TooManyLists| too_many_lists())?;
    }
    relations.requests.remove(&friend);
    match relations.friends.get_mut(&friend) {
        Some(existing) => {
            existing.fields.extend(data.fields);
            existing.lists.extend(data.lists);
        }
        None => context.app.relationships.add_friend(account, friend, data),
    }
    Ok(())
}

pub(super) fn too_many_lists() -> ApiError {
    ApiError::new(ErrorCode::FRIEND_GROUP_LIMIT, "the account has too many friend lists")
}

/// Reports new friends, if there are any.
pub(super) fn report_new_friends(
    context: &mut Context<'_>,
    added: Entries<NewFriend>,
    command: FriendCommand,
    forced: bool,
) {
    if added.is_empty() {
        return;
    }
    context.webhooks.emit(|| {
        let mut event = CallbackFriendAdd::default();
        event.pair_list = added;
        event.client_cmd = Some(command);
        let admin = if context.from_client { "" } else { context.caller };
        event.admin_account = Some(admin.into());
        event.force_flag = Some(forced);
        event
    });
}

pub(super) fn profile_text<'a>(
    context: &'a Context<'_>,
    account: &str,
    tag: &ProfileTag,
) -> Option<&'a str> {
    context.app.accounts.profile(account)?.get(tag)?.as_str()
}

pub(super) fn seconds(seconds: u64) -> TagValue {
    TagValue::from(i64::try_from(seconds).unwrap_or(i64::MAX))
}
