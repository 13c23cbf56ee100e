//! The limiter in virtual time.

use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

use futures_util::future::{FutureExt as _, join_all};
use tokio::time::{Instant, sleep};

use crate::{
    acquire_error::AcquireError, acquire_options::AcquireOptions, limiter::Limiter, permit::Permit,
    priority::Priority, sliding_window::SlidingWindow, window::Window,
};

mod classes;
mod cold_starts;
mod exactness;
mod slowing;
mod waiting;

const SECOND: Duration = Duration::from_secs(1);

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn limiter(windows: &[(u32, Duration)]) -> Arc<Limiter> {
    let windows = windows.iter().map(|&(calls, length)| Window::new(calls, length));
    Limiter::new(Box::new(SlidingWindow::new(windows)))
}

/// Returns the options of an interactive call that waits for an hour.
fn patient() -> AcquireOptions {
    until(Instant::now() + 3_600 * SECOND)
}

fn until(deadline: Instant) -> AcquireOptions {
    AcquireOptions {
        priority: Priority::Interactive,
        deadline: Some(deadline),
        wait: true,
        items: None,
    }
}

fn background() -> AcquireOptions {
    AcquireOptions { priority: Priority::Background, ..patient() }
}

fn hasty() -> AcquireOptions {
    AcquireOptions { wait: false, ..patient() }
}

/// Makes a call that is completed at once.
async fn call(limiter: &Arc<Limiter>, options: AcquireOptions) -> Result<Permit, AcquireError> {
    let permit = limiter.acquire(options).await?;
    permit.sent();
    permit.completed();
    Ok(permit)
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(test)
}

/// Checks that no call waits or holds a reservation: after the longest hold all of the quota is free.
async fn expect_no_trace(limiter: &Arc<Limiter>, (calls, length): (u32, Duration)) {
    sleep(length + SECOND).await;
    let permits: Vec<_> = (0..calls).map(|_| limiter.acquire(hasty()).now_or_never()).collect();
    assert!(permits.iter().all(|permit| matches!(permit, Some(Ok(_)))), "{permits:?}");
    let next = limiter.acquire(hasty()).now_or_never().unwrap();
    assert!(next.unwrap_err().is_would_block());
}
