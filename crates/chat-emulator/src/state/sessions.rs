//! The clients that are logged in.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use chat_types::account::LoginPlatform;
use serde::{Deserialize, Serialize};

/// The clients that are logged in, by account. An account has at most one per platform.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sessions {
    #[serde(with = "crate::snapshot::by_id")]
    by_account: HashMap<Arc<str>, BTreeMap<LoginPlatform, u64>>,
    logins: u64,
}

impl Sessions {
    /// Logs a client in, in place of one on the same platform. Returns the ID of the instance, and whether
    /// it replaced another.
    pub(crate) fn log_in(&mut self, account: Arc<str>, platform: LoginPlatform) -> (u64, bool) {
        self.logins += 1;
        let clients = self.by_account.entry(account).or_default();
        let replaced = clients.insert(platform, self.logins);
        (self.logins, replaced.is_some())
    }

    /// Logs a client out. Returns whether it was logged in.
    pub(crate) fn log_out(&mut self, account: &str, platform: &LoginPlatform) -> bool {
        let Some(clients) = self.by_account.get_mut(account) else { return false };
        let was_logged_in = clients.remove(platform).is_some();
        if clients.is_empty() {
            self.by_account.remove(account);
        }
        was_logged_in
    }

    /// Logs all clients of an account out. Returns whether any was logged in.
    pub(crate) fn log_out_everywhere(&mut self, account: &str) -> bool {
        self.by_account.remove(account).is_some()
    }

    /// Returns whether a client of the account is logged in.
    pub(crate) fn is_online(&self, account: &str) -> bool {
        self.by_account.contains_key(account)
    }

    /// Returns the platform of the client that logged in last.
    pub(crate) fn newest_platform(&self, account: &str) -> Option<&LoginPlatform> {
        self.of(account).max_by_key(|(_, id)| *id).map(|(platform, _)| platform)
    }

    /// Iterates over the clients of an account that are logged in: the platform and the ID of the
    /// instance of each.
    pub(crate) fn of(&self, account: &str) -> impl Iterator<Item = (&LoginPlatform, u64)> {
        self.by_account.get(account).into_iter().flatten().map(|(platform, id)| (platform, *id))
    }
}
