//! Adding friends, and responding to their requests.

use std::sync::Arc;

use chat_types::{
    Entries, ErrorCode, UserId,
    relationship::{FriendAdd, FriendAddType, FriendToAdd},
    webhook::{
        FriendResponseAction, FriendVerdict, Verdict, WebhookResponse as _,
        sns::{
            CallbackPrevFriendAdd, CallbackPrevFriendResponse, FriendResponseToAllow, FriendToAllow,
        },
    },
};
use serde::{Deserialize, Serialize};

use super::{ClientError, UserClient, action::Action};
use crate::{
    handlers::{
        friend_requests::{check_pending, respond},
        friends::add_friends,
    },
    response::ApiError,
    router::Context,
};

/// What became of a friend request; see [`UserClient::add_friend`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FriendOutcome {
    /// The users are friends of each other now.
    Added,
    /// The other user must approve, with
    /// [`respond_to_friend_request`](UserClient::respond_to_friend_request).
    NeedsApproval,
}

impl UserClient {
    /// Adds a friend on both sides, or asks to. The app's server is asked first.
    ///
    /// # Errors
    /// As `friend_add` on the server API for one friend, and when the user is not logged in, or the app's
    /// server refuses with a code of its own.
    pub async fn add_friend(&self, friend: FriendToAdd) -> Result<FriendOutcome, ClientError> {
        self.perform(AddFriend { friend }).await
    }

    /// Responds to a friend request. The app's server is asked first.
    ///
    /// # Errors
    /// When the other user has not asked (30614) or one of the users has too many friends, the user is not
    /// logged in, or the app's server refuses with a code of its own.
    pub async fn respond_to_friend_request(
        &self,
        requester: &str,
        action: FriendResponseAction,
    ) -> Result<(), ClientError> {
        self.perform(RespondToFriend { requester: UserId::from(requester), action }).await
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct AddFriend {
    friend: FriendToAdd,
}

impl Action for AddFriend {
    const KIND: &'static str = "add_friend";

    type Outcome = FriendOutcome;

    fn run(
        &self,
        context: &mut Context<'_>,
        account: &Arc<str>,
    ) -> Result<FriendOutcome, ClientError> {
        let user = UserId::from(&**account);
        let response = context.webhooks.ask(|| {
            let mut event = CallbackPrevFriendAdd::default();
            event.requester_account = Some(user.clone());
            event.from_account = user.clone();
            event.friend_item.push(to_allow(&self.friend));
            event.add_type = Some(FriendAddType::Both);
            event.force_add_flags = Some(false);
            event
        })?;
        let verdicts = response.parts().changes.map(|changes| changes.result_item.as_slice());
        check_verdict(verdicts, &self.friend.to_account)?;
        let added = add_friends(context, &FriendAdd::new(user, [self.friend.clone()]))?;
        match added.result_item.first() {
            Some(result) if result.result_code == ErrorCode::FRIEND_REQUEST_PENDING => {
                Ok(FriendOutcome::NeedsApproval)
            }
            Some(result) if result.result_code != ErrorCode::OK => {
                let info = result.result_info.clone().unwrap_or_default();
                Err(ApiError::new(result.result_code, info).into())
            }
            _ => Ok(FriendOutcome::Added),
        }
    }
}

fn to_allow(friend: &FriendToAdd) -> FriendToAllow {
    let mut item = FriendToAllow::default();
    item.to_account = friend.to_account.clone();
    item.remark.clone_from(&friend.remark);
    item.group_name.clone_from(&friend.group_name);
    item.add_source = Some(friend.add_source.clone());
    item.add_wording.clone_from(&friend.add_wording);
    item
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RespondToFriend {
    requester: UserId,
    action: FriendResponseAction,
}

impl Action for RespondToFriend {
    const KIND: &'static str = "respond_to_friend";

    type Outcome = ();

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<(), ClientError> {
        let unknown = ErrorCode::RELATIONSHIP_ACCOUNT_NOT_FOUND;
        let requester = context.account("requester", &self.requester, unknown)?;
        check_pending(context, account, &requester)?;
        let response = context.webhooks.ask(|| {
            let mut item = FriendResponseToAllow::default();
            item.to_account = self.requester.clone();
            item.response_action = Some(self.action.clone());
            let mut event = CallbackPrevFriendResponse::default();
            event.requester_account = Some(UserId::from(&**account));
            event.from_account = UserId::from(&**account);
            event.response_friend_item = Entries::from_iter([item]);
            event
        })?;
        let verdicts = response.parts().changes.map(|changes| changes.result_item.as_slice());
        check_verdict(verdicts, &self.requester)?;
        let account = context.app.accounts.shared_id(account);
        Ok(respond(context, &account, &requester, &self.action)?)
    }
}

/// Returns an error if the app's server refused the account.
fn check_verdict(verdicts: Option<&[FriendVerdict]>, account: &UserId) -> Result<(), ApiError> {
    let verdict = verdicts.into_iter().flatten().find(|verdict| verdict.to_account == *account);
    match verdict.map(|verdict| (verdict.result_code, &verdict.result_info)) {
        Some((Verdict::Refuse(code), info)) => {
            Err(ApiError::new(ErrorCode::from(code.get()), info.clone()))
        }
        _ => Ok(()),
    }
}
