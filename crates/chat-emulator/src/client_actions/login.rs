//! Logging in and out.

use std::sync::Arc;

use chat_types::{UserId, account::LoginPlatform};

use super::{ClientError, UserClient};
use crate::handlers::accounts::check_user_id;

impl UserClient {
    /// Logs a client in on a platform, in place of one that is logged in there. Registers the account if
    /// it does not exist. Returns the ID of the instance.
    ///
    /// From then on the user is online in `query_online_status`, and counts as an online member of its
    /// groups.
    ///
    /// # Errors
    /// When the UserID is empty or contains a control character.
    pub fn log_in(&self, platform: LoginPlatform) -> Result<u64, ClientError> {
        self.run(|context| {
            check_user_id(&UserId::from(&*self.account))?;
            let account = context.app.accounts.log_in(&self.account);
            context.app.count_logins(vec![Arc::clone(&account)], context.now);
            Ok(context.app.sessions.log_in(account, platform))
        })
    }

    /// Logs the client on a platform out. With its last client the user goes offline, and leaves
    /// audio-video groups and live rooms, where only those who are connected can be. Returns whether it
    /// was logged in.
    ///
    /// # Errors
    /// Never at present.
    pub fn log_out(&self, platform: &LoginPlatform) -> Result<bool, ClientError> {
        self.run(|context| {
            let was_logged_in = context.app.sessions.log_out(&self.account, platform);
            if was_logged_in && !context.app.sessions.is_online(&self.account) {
                context.app.leave_audiences(&self.account, context.now);
            }
            Ok(was_logged_in)
        })
    }

    /// Logs all clients of the user out, as [`log_out`](Self::log_out) does for one. Returns whether any
    /// was logged in.
    ///
    /// # Errors
    /// Never at present.
    pub fn log_out_everywhere(&self) -> Result<bool, ClientError> {
        self.run(|context| Ok(context.app.log_out_everywhere(&self.account, context.now)))
    }

    /// Returns whether a client of the user is logged in.
    pub fn is_online(&self) -> bool {
        self.app.inner.state().sessions.is_online(&self.account)
    }
}
