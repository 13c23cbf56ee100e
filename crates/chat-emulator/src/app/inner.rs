//! The app behind its handle: what calls and the handle share.

use std::sync::{Mutex, MutexGuard};

use chat_usersig::Signer;

use super::console::Console;
use crate::{
    lock::lock, quota::RateCounter, state::AppState, verified::VerifiedUserSigs,
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
        }
    }

    pub(crate) fn console(&self) -> Console {
        *lock(&self.console)
    }

    pub(crate) fn change_console(&self, change: impl FnOnce(&mut Console)) {
        change(&mut lock(&self.console));
    }

    /// Makes the app what it was at the start, except for its settings in the console.
    pub(crate) fn reset(&self, state: AppState) {
        *self.state() = state;
        self.rate_counter().reset();
        self.webhooks.clear_log();
    }

    pub(crate) fn rate_counter(&self) -> MutexGuard<'_, RateCounter> {
        lock(&self.rate_counter)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, AppState> {
        lock(&self.state)
    }
}
