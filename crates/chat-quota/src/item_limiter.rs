//! Gives out the permits for the items of calls, for limits that count items.
//!
//! A call needs a permit for each of its items. One call at a time collects them, so that two calls
//! never wait for what the other one holds.

use std::{sync::Arc, time::Duration};

use futures_util::future::try_join_all;
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, timeout_at},
};

use crate::{
    acquire_error::AcquireError, acquire_options::AcquireOptions, limiter::Limiter, permit::Permit,
    priority::Priority, window::Window,
};

/// Lets the items of calls go, call by call.
#[derive(Debug)]
pub(crate) struct ItemLimiter {
    limiter: Arc<Limiter>,
    /// No call waits for more permits than a window has.
    max: u32,
    /// As many as a call can have, for calls that do not say.
    most: u32,
    /// Held by the call that collects permits.
    collecting: Mutex<()>,
    /// Held by the first background call, so that at most one of them is ahead of an interactive
    /// call.
    background: Mutex<()>,
}

impl ItemLimiter {
    pub(crate) fn new(limiter: Arc<Limiter>, windows: &[Window], most: Option<u32>) -> Self {
        let max = windows.iter().map(Window::calls).min().unwrap_or(usize::MAX);
        let max = u32::try_from(max).unwrap_or(u32::MAX).max(1);
        let (collecting, background) = Default::default();
        Self { limiter, max, most: most.unwrap_or(1), collecting, background }
    }

    /// Waits for the permits of a call's items.
    pub(crate) async fn acquire(
        &self,
        options: AcquireOptions,
    ) -> Result<Vec<Permit>, AcquireError> {
        let _background = match options.priority {
            Priority::Background => Some(lock(&self.background, options).await?),
            Priority::Interactive => None,
        };
        let _collecting = lock(&self.collecting, options).await?;
        let count = options.items.unwrap_or(self.most).clamp(1, self.max);
        try_join_all((0..count).map(|_| self.limiter.acquire(options))).await
    }
}

async fn lock(
    mutex: &Mutex<()>,
    options: AcquireOptions,
) -> Result<MutexGuard<'_, ()>, AcquireError> {
    if options.wait {
        let deadline = options.deadline_from(Instant::now());
        return timeout_at(deadline, mutex.lock()).await.map_err(|_| AcquireError::TIMEOUT);
    }
    mutex.try_lock().map_err(|_| AcquireError::would_block(Duration::ZERO))
}
