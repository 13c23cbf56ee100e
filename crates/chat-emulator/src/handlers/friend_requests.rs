//! Responses to friend requests that wait for approval.

use std::sync::Arc;

use chat_types::{
    Entries, ErrorCode, UserId,
    relationship::FriendTag,
    webhook::{FriendCommand, FriendResponseAction, sns::NewFriend},
};

use super::new_friends::{add, report_new_friends, seconds};
use crate::{response::ApiError, router::Context, state::relationships::Friend};

/// Returns an error if a request of this account does not wait for the approval of the other.
pub(crate) fn check_pending(
    context: &Context<'_>,
    account: &str,
    requester: &str,
) -> Result<(), ApiError> {
    let relations = context.app.relationships.get(account);
    if relations.is_some_and(|relations| relations.requests.contains(requester)) {
        return Ok(());
    }
    let info = format!("{requester:?} has not asked {account:?}");
    Err(ApiError::new(ErrorCode::PENDING_REQUEST_NOT_FOUND, info))
}

/// Responds to a request that waits for approval.
pub(crate) fn respond(
    context: &mut Context<'_>,
    account: &Arc<str>,
    requester: &Arc<str>,
    action: &FriendResponseAction,
) -> Result<(), ApiError> {
    let mut pairs = Entries::default();
    let mut make_friend = |context: &mut Context<'_>, of: &Arc<str>, friend: &Arc<str>| {
        let mut data = Friend::default();
        data.fields.insert(FriendTag::AddTime, seconds(context.now.get()));
        let mut pair = NewFriend::default();
        pair.from_account = UserId::from(&**of);
        pair.to_account = UserId::from(&**friend);
        pair.initiator_account = Some(UserId::from(&**requester));
        pairs.push(pair);
        add(context, of, Arc::clone(friend), data)
    };
    match action {
        FriendResponseAction::AgreeAndAdd => {
            make_friend(context, requester, account)?;
            make_friend(context, account, requester)?;
        }
        FriendResponseAction::Agree => make_friend(context, requester, account)?,
        FriendResponseAction::Reject => {}
        other => {
            let info = format!("unknown response {:?}", other.as_str());
            return Err(ApiError::new(ErrorCode::RELATIONSHIP_INVALID_PARAMETER, info));
        }
    }
    context.app.relationships.change(account).requests.remove(requester);
    report_new_friends(context, pairs, FriendCommand::ClientFriendResponse, false);
    Ok(())
}
