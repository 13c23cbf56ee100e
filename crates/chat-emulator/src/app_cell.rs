use std::sync::{Mutex, MutexGuard, PoisonError};

use chat_usersig::Signer;

use crate::{quota::Quota, state::AppState};

/// One app: its key, its limits and what it has. The locks are held for the length of one call's
/// work and never across a wait.
#[derive(Debug)]
pub(crate) struct AppInner {
    pub(crate) signer: Signer,
    quota: Mutex<Quota>,
    state: Mutex<AppState>,
}

impl AppInner {
    pub(crate) fn new(signer: Signer, quota: Quota, state: AppState) -> Self {
        Self { signer, quota: Mutex::new(quota), state: Mutex::new(state) }
    }

    pub(crate) fn quota(&self) -> MutexGuard<'_, Quota> {
        lock(&self.quota)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, AppState> {
        lock(&self.state)
    }
}

/// Takes a lock, also after a panic of its last holder.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
