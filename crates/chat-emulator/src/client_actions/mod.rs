//! What users do with clients: log in and out, send, read and recall messages, create, join and leave
//! groups, and make friends.
//!
//! | file | subject |
//! | --- | --- |
//! | `action.rs` | how an action runs |
//! | `replay.rs` | does actions of the log of a data directory again |
//! | `error.rs` | why the service refuses an action |
//! | `platforms.rs` | the platforms of clients, as webhooks name them |
//! | `login.rs` | logging in and out |
//! | `messages.rs` | sending and recalling messages |
//! | `reads.rs` | reading messages, and read receipts |
//! | `groups.rs` | creating, joining and leaving groups |
//! | `friends.rs` | adding friends, and responding to requests |

mod action;
mod error;
mod friends;
mod groups;
mod login;
mod messages;
mod platforms;
mod reads;
pub(crate) mod replay;

use std::sync::Arc;

pub use self::{
    error::ClientError,
    friends::FriendOutcome,
    groups::JoinOutcome,
    messages::{SentDirectMessage, SentGroupMessage},
};
use crate::App;

/// A user of an app, from [`App::client`]: does what its client SDKs do.
///
/// Actions change the same state as calls, so the server API sees them: the online status, histories,
/// unread counts, member lists and daily figures. They cause the same webhooks, and obey the responses; so
/// an action can take the 2 seconds that the service waits for each. They are not calls: they count against
/// no quota, and [`Emulator::calls`](crate::Emulator::calls) does not count them.
///
/// ```
/// use chat_emulator::Emulator;
/// use chat_types::{ErrorCode, GroupType, account::LoginPlatform};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let app = emulator.app(Emulator::DEFAULT_APP)?;
/// app.create_group("@TGS#2C5SZEAEF", GroupType::ChatRoom)?;
///
/// let peter = app.client("peter");
/// peter.log_in(LoginPlatform::Android).await?;
/// peter.join_group("@TGS#2C5SZEAEF").await?;
/// peter.send_text_to_group("@TGS#2C5SZEAEF", "hello").await?;
/// // … the code under test mutes peter …
/// # if false {
/// let error = peter.send_text_to_group("@TGS#2C5SZEAEF", "hello?").await.unwrap_err();
/// assert_eq!(error.code(), Some(ErrorCode::GROUP_SENDER_MUTED));
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct UserClient {
    app: App,
    account: Arc<str>,
}

impl App {
    /// Returns a handle on a user of the app, who need not exist yet: logging in registers the account.
    pub fn client(&self, account: impl AsRef<str>) -> UserClient {
        UserClient { app: self.clone(), account: account.as_ref().into() }
    }
}

impl UserClient {
    /// Returns the UserID of the user.
    pub fn account(&self) -> &str {
        &self.account
    }
}
