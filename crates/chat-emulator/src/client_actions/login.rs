//! Logging in and out.

use std::sync::Arc;

use chat_types::{
    UserId,
    account::LoginPlatform,
    group::MemberOnlineStatus,
    webhook::{
        MemberStateCause, StateChangeAction, StateChangeReason,
        state::{KickedDevice, StateChange, StateChangeInfo},
    },
};
use serde::{Deserialize, Serialize};

use super::{
    ClientError, UserClient,
    action::Action,
    groups::report_member_state,
    platforms::{device_platform, opt_platform_of_state},
};
use crate::{handlers::accounts::check_user_id, router::Context};

impl UserClient {
    /// Logs a client in on a platform, in place of one that is logged in there. Registers the account if
    /// it does not exist. Returns the ID of the instance.
    ///
    /// From then on the user is online in `query_online_status`, and counts as an online member of its
    /// groups. Causes `State.StateChange`.
    ///
    /// # Errors
    /// When the UserID is empty or contains a control character.
    pub async fn log_in(&self, platform: LoginPlatform) -> Result<u64, ClientError> {
        self.perform(LogIn { platform }).await
    }

    /// Logs the client on a platform out. With its last client the user goes offline, and leaves
    /// audio-video groups and live rooms, where only those who are connected can be. Returns whether it
    /// was logged in. Causes `State.StateChange`.
    ///
    /// # Errors
    /// Never at present.
    pub async fn log_out(&self, platform: &LoginPlatform) -> Result<bool, ClientError> {
        self.perform(LogOut { platform: Some(platform.clone()), disconnected: false }).await
    }

    /// Logs all clients of the user out, as [`log_out`](Self::log_out) does for one. Returns whether any
    /// was logged in.
    ///
    /// # Errors
    /// Never at present.
    pub async fn log_out_everywhere(&self) -> Result<bool, ClientError> {
        self.perform(LogOut { platform: None, disconnected: false }).await
    }

    /// Closes the connection of the client on a platform without logging out, as a failure of the network
    /// does. Otherwise like [`log_out`](Self::log_out): only webhooks differ.
    ///
    /// # Errors
    /// Never at present.
    pub async fn disconnect(&self, platform: &LoginPlatform) -> Result<bool, ClientError> {
        self.perform(LogOut { platform: Some(platform.clone()), disconnected: true }).await
    }

    /// Returns whether a client of the user is logged in.
    pub fn is_online(&self) -> bool {
        self.app.inner.state().sessions.is_online(&self.account)
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LogIn {
    platform: LoginPlatform,
}

impl Action for LogIn {
    const KIND: &'static str = "log_in";

    type Outcome = u64;

    const NEEDS_LOGIN: bool = false;

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<u64, ClientError> {
        check_user_id(&UserId::from(&**account))?;
        let account = context.app.accounts.log_in(account);
        context.app.count_logins(vec![Arc::clone(&account)], context.now);
        let platform = self.platform.clone();
        let (instance, has_replaced) = context.app.sessions.log_in(Arc::clone(&account), platform);
        context.webhooks.emit_on(opt_platform_of_state(&self.platform), || {
            let mut event =
                state_change(&account, StateChangeAction::Login, StateChangeReason::Register);
            if has_replaced {
                let device = KickedDevice::new(device_platform(&self.platform));
                event.kicked_device.push(device);
            }
            event
        });
        Ok(instance)
    }

    fn platform(&self) -> Option<&LoginPlatform> {
        Some(&self.platform)
    }
}

/// The clients on this platform or on all go offline.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LogOut {
    platform: Option<LoginPlatform>,
    /// Whether the connection is lost.
    disconnected: bool,
}

impl Action for LogOut {
    const KIND: &'static str = "log_out";

    type Outcome = bool;

    const NEEDS_LOGIN: bool = false;

    fn run(&self, context: &mut Context<'_>, account: &Arc<str>) -> Result<bool, ClientError> {
        let clients = context.app.sessions.of(account).map(|(platform, _)| platform);
        let is_meant = |platform: &&LoginPlatform| {
            self.platform.as_ref().is_none_or(|meant| meant == *platform)
        };
        let platforms: Vec<_> = clients.filter(is_meant).cloned().collect();
        let (action, reason, cause) = if self.disconnected {
            let cause = MemberStateCause::HeartbeatInterrupt;
            (StateChangeAction::Disconnect, StateChangeReason::LinkClose, cause)
        } else {
            (StateChangeAction::Logout, StateChangeReason::Unregister, MemberStateCause::Quit)
        };
        for platform in &platforms {
            context.app.sessions.log_out(account, platform);
            context.webhooks.emit_on(opt_platform_of_state(platform), || {
                state_change(account, action.clone(), reason.clone())
            });
        }
        if !platforms.is_empty() && !context.app.sessions.is_online(account) {
            for id in context.app.leave_audiences(account, context.now) {
                let (status, cause) = (MemberOnlineStatus::Offline, cause.clone());
                report_member_state(context, &id, account, status, cause);
            }
        }
        Ok(!platforms.is_empty())
    }

    fn platform(&self) -> Option<&LoginPlatform> {
        self.platform.as_ref()
    }
}

fn state_change(
    account: &str,
    action: StateChangeAction,
    reason: StateChangeReason,
) -> StateChange {
    let mut info = StateChangeInfo::new(action, account);
    info.reason = Some(reason);
    StateChange::new(info)
}
