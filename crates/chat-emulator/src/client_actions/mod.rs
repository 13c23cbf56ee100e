//! What users do with clients and the server API cannot: log in and out, send messages, join and leave
//! groups, and read.
//!
//! | file | subject |
//! | --- | --- |
//! | `error.rs` | why the service refuses an action |
//! | `login.rs` | logging in and out |
//! | `messages.rs` | sending and reading messages |
//! | `groups.rs` | joining and leaving groups |

mod error;
mod groups;
mod login;
mod messages;

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use hyper::{HeaderMap, Method, Uri};

pub use self::{
    error::ClientError,
    groups::JoinOutcome,
    messages::{SentDirectMessage, SentGroupMessage},
};
use crate::{
    App, LastPage, received::Received, response::ApiError, router::Context,
    webhooks::call::CallWebhooks,
};

/// A user of an app, from [`App::client`]: does what its client SDKs do.
///
/// Actions change the same state as calls, so the server API sees them: the online status, histories,
/// unread counts, member lists and daily figures. They cause no webhooks, and they are not calls: they count against no quota, and
/// [`Emulator::calls`](crate::Emulator::calls) does not count them.
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
/// peter.log_in(LoginPlatform::Android)?;
/// peter.join_group("@TGS#2C5SZEAEF")?;
/// peter.send_text_to_group("@TGS#2C5SZEAEF", "hello")?;
/// // … the code under test mutes peter …
/// # if false {
/// let error = peter.send_text_to_group("@TGS#2C5SZEAEF", "hello?").unwrap_err();
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

    /// Runs an action of a user who is online.
    fn act<T>(
        &self,
        act: impl FnOnce(&mut Context<'_>, &Arc<str>) -> Result<T, ApiError>,
    ) -> Result<T, ClientError> {
        self.run(|context| {
            if !context.app.sessions.is_online(&self.account) {
                return Err(ClientError::NotLoggedIn(self.account.to_string()));
            }
            Ok(act(context, &self.account)?)
        })
    }

    fn run<T>(
        &self,
        act: impl FnOnce(&mut Context<'_>) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        let (uri, headers, body) = (&Uri::default(), &HeaderMap::new(), &Bytes::new());
        let local = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let service = &self.app.service;
        let now = service.now();
        let mut state = self.app.inner.state();
        state.dispatch_due_pushes(now);
        state.groups.dissolve_idle_rooms(now);
        let outcome = act(&mut Context {
            app: &mut state,
            caller: &self.account,
            admins: service.admins(),
            received: &Received {
                method: &Method::POST,
                uri,
                headers,
                body,
                local,
                client: local.ip(),
            },
            now,
            invalid_items: &[],
            last_page: LastPage::Marked,
            some_failed: false,
            info: "",
            webhooks: CallWebhooks::new(None, &[], &OnceLock::new()),
        });
        state.note_changes(now);
        outcome
    }
}
