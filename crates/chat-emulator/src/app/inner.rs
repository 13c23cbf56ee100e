//! The app behind its handle: what calls and the handle share.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock};

use chat_usersig::Signer;

use super::console::Console;
use crate::{
    data::Journal, lock::lock, quota::RateCounter, state::AppState, verified::VerifiedUserSigs,
    webhooks::app::AppWebhooks,
};

/// One app: its key, its settings in the console, its rate counter and its state.
///
/// A lock is held only while one call does its work, never across an await.
#[derive(Debug)]
pub(crate) struct AppInner {
    pub(crate) signer: Signer,
    pub(crate) verified: VerifiedUserSigs,
    pub(crate) webhooks: AppWebhooks,
    console: Mutex<Console>,
    rate_counter: Mutex<RateCounter>,
    state: Mutex<AppState>,
    journal: OnceLock<Arc<Journal>>,
}

impl AppInner {
    pub(crate) fn new(
        signer: Signer,
        rate_counter: RateCounter,
        webhooks: AppWebhooks,
        state: AppState,
    ) -> Self {
        Self {
            signer,
            verified: VerifiedUserSigs::default(),
            webhooks,
            console: Mutex::default(),
            rate_counter: Mutex::new(rate_counter),
            state: Mutex::new(state),
            journal: OnceLock::new(),
        }
    }

    pub(crate) fn console(&self) -> Console {
        *lock(&self.console)
    }

    pub(crate) fn change_console(&self, change: impl FnOnce(&mut Console)) {
        change(&mut lock(&self.console));
    }

    pub(crate) fn rate_counter(&self) -> MutexGuard<'_, RateCounter> {
        lock(&self.rate_counter)
    }

    /// Returns the log of changes; `None` without a data directory.
    pub(crate) fn journal(&self) -> Option<&Arc<Journal>> {
        self.journal.get()
    }

    /// Logs all changes from now on.
    pub(crate) fn log_changes_to(&self, journal: Arc<Journal>) {
        // It is set once, at the start.
        let _ = self.journal.set(journal);
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, AppState> {
        lock(&self.state)
    }
}
