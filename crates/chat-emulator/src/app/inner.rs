//! The app behind its handle: what calls and the handle share.

use std::sync::{Mutex, MutexGuard, PoisonError};

use chat_usersig::Signer;

use crate::{quota::RateCounter, state::AppState};

/// One app: its key, its rate counter and its state.
///
/// A lock is held only while one call does its work, never across an await.
#[derive(Debug)]
pub(crate) struct AppInner {
    pub(crate) signer: Signer,
    rate_counter: Mutex<RateCounter>,
    state: Mutex<AppState>,
}

impl AppInner {
    pub(crate) fn new(signer: Signer, rate_counter: RateCounter, state: AppState) -> Self {
        Self { signer, rate_counter: Mutex::new(rate_counter), state: Mutex::new(state) }
    }

    pub(crate) fn rate_counter(&self) -> MutexGuard<'_, RateCounter> {
        lock(&self.rate_counter)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, AppState> {
        lock(&self.state)
    }
}

/// Locks a mutex, even if its last holder panicked.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
