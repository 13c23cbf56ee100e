//! What users do with clients, in the control API: logging in, groups and friends.

use chat_types::{
    GroupType, account::LoginPlatform, group::CreateGroup, relationship::FriendToAdd,
    webhook::FriendResponseAction,
};
use serde::{Deserialize, Serialize};

use super::{
    call::{Call, Nothing},
    error::ControlError,
    route::Route,
};
use crate::{ClientError, FriendOutcome, JoinOutcome, UserClient};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post_and_wait(
            "log_in",
            "/apps/{sdkappid}/clients/{account}/log_in",
            "Logs a client of a user in. Registers the account if it does not exist.",
            |call, LogIn { platform }: LogIn| {
                let client = client(call)?;
                let platform = LoginPlatform::from(platform.as_deref().unwrap_or("Android"));
                Ok(async move { Ok(Instance { instid: client.log_in(platform).await? }) })
            },
        ),
        Route::post_and_wait(
            "log_out",
            "/apps/{sdkappid}/clients/{account}/log_out",
            "Logs clients of a user out: the one on a platform, or all.",
            |call, LogOut { platform }: LogOut| {
                let client = client(call)?;
                Ok(async move {
                    let logged_out = match platform {
                        Some(platform) => client.log_out(&platform.as_str().into()).await?,
                        None => client.log_out_everywhere().await?,
                    };
                    Ok(LoggedOut { logged_out })
                })
            },
        ),
        Route::post_and_wait(
            "disconnect",
            "/apps/{sdkappid}/clients/{account}/disconnect",
            "Closes the connection of a client of a user without logging out.",
            |call, Disconnect { platform }: Disconnect| {
                let client = client(call)?;
                Ok(async move {
                    let logged_out = client.disconnect(&platform.as_str().into()).await?;
                    Ok(LoggedOut { logged_out })
                })
            },
        ),
        Route::post_and_wait(
            "create_group",
            "/apps/{sdkappid}/clients/{account}/create_group",
            "Creates a group that the user owns.",
            |call, NewGroup { group, r#type, name }: NewGroup| {
                let client = client(call)?;
                let mut request = CreateGroup::new(GroupType::from(r#type.as_str()), name);
                request.group_id = group.map(Into::into);
                Ok(
                    async move { Ok(Group { group: client.create_group(request).await?.to_string() }) },
                )
            },
        ),
        Route::post_and_wait(
            "join_group",
            "/apps/{sdkappid}/clients/{account}/join_group",
            "Joins a group as a user, or asks to join it.",
            |call, Group { group }: Group| {
                let client = client(call)?;
                Ok(async move {
                    let joined = client.join_group(&group).await? == JoinOutcome::Joined;
                    Ok(Joined { joined })
                })
            },
        ),
        Route::post_and_wait(
            "leave_group",
            "/apps/{sdkappid}/clients/{account}/leave_group",
            "Leaves a group as a user.",
            |call, Group { group }: Group| {
                let client = client(call)?;
                Ok(async move { done(client.leave_group(&group).await) })
            },
        ),
        Route::post_and_wait(
            "add_friend",
            "/apps/{sdkappid}/clients/{account}/add_friend",
            "Adds a friend on both sides as a user, or asks to.",
            |call, NewFriend { friend, source, wording }: NewFriend| {
                let client = client(call)?;
                let source = source.unwrap_or_else(|| DEFAULT_SOURCE.to_owned());
                let mut friend = FriendToAdd::new(friend, source);
                friend.add_wording = wording;
                Ok(async move {
                    let added = client.add_friend(friend).await? == FriendOutcome::Added;
                    Ok(Added { added })
                })
            },
        ),
        Route::post_and_wait(
            "respond_to_friend_request",
            "/apps/{sdkappid}/clients/{account}/respond_to_friend_request",
            "Responds to a friend request as a user.",
            |call, FriendResponse { requester, action }: FriendResponse| {
                let client = client(call)?;
                let action = FriendResponseAction::from(action.as_str());
                Ok(async move { done(client.respond_to_friend_request(&requester, action).await) })
            },
        ),
    ]
}

/// The client that logs in.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// The platform, such as `iPhone`, `Android` or `Web`. Defaults to `Android`.
    platform: Option<String>,
}

/// The client that logs out.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct LogOut {
    /// The platform; all if it is missing.
    platform: Option<String>,
}

/// The client whose connection is lost.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Disconnect {
    /// The platform.
    platform: String,
}

/// A group.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct Group {
    /// The ID of the group.
    group: String,
}

/// A group to create.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NewGroup {
    /// The ID of the group; assigned if it is missing.
    group: Option<String>,
    /// The type of the group, such as `Public`.
    r#type: String,
    /// The name of the group.
    name: String,
}

/// A friend to add.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct NewFriend {
    /// The UserID of the friend.
    friend: String,
    /// Where the request comes from, such as `AddSource_Type_Web`.
    source: Option<String>,
    /// What the user writes to the friend.
    wording: Option<String>,
}

/// A response to a friend request.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct FriendResponse {
    /// The UserID of the user who asked.
    requester: String,
    /// `Response_Action_AgreeAndAdd`, `Response_Action_Agree` or `Response_Action_Reject`.
    action: String,
}

/// A client that has logged in.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Instance {
    /// The ID of the instance.
    instid: u64,
}

/// Whether clients have logged out.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LoggedOut {
    /// Whether a client was logged in.
    logged_out: bool,
}

/// Whether the user has joined.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Joined {
    /// `false` if the owner or an admin of the group must approve.
    joined: bool,
}

/// Whether the user has a new friend.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Added {
    /// `false` if the other user must approve.
    added: bool,
}

pub(super) fn client(call: &Call<'_>) -> Result<UserClient, ControlError> {
    Ok(call.app()?.client(call.decoded_parameter("account")?))
}

/// Returns the response of an action without an outcome.
pub(super) fn done(outcome: Result<(), ClientError>) -> Result<Nothing, ControlError> {
    outcome?;
    Ok(Nothing {})
}

impl From<ClientError> for ControlError {
    fn from(error: ClientError) -> Self {
        Self::refused(error.to_string(), error.code())
    }
}

const DEFAULT_SOURCE: &str = "AddSource_Type_Web";
