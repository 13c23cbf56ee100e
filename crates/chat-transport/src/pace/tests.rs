//! The limiter in virtual time.

use std::{cell::RefCell, rc::Rc};

use std::time::Duration;

use futures_util::future::{FutureExt as _, join_all};
use tokio::time::{Instant, sleep};

use super::*;
use crate::quota::Priority;

mod classes;
mod exactness;
mod slowing;
mod waiting;

const SECOND: Duration = Duration::from_secs(1);

const fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn limiter(windows: &[(u32, Duration)]) -> Arc<Limiter> {
    let windows = windows.iter().map(|&(calls, length)| Window::new(calls, length));
    Limiter::new(Box::new(Log::new(windows)))
}

/// An interactive call that waits for an hour.
fn patient() -> Ask {
    until(Instant::now() + 3_600 * SECOND)
}

fn until(deadline: Instant) -> Ask {
    Ask { deadline, priority: Priority::Interactive, may_wait: true }
}

fn background() -> Ask {
    Ask { priority: Priority::Background, ..patient() }
}

fn hasty() -> Ask {
    Ask { may_wait: false, ..patient() }
}

/// Sends a call that is answered at once.
async fn call(limiter: &Arc<Limiter>, ask: Ask) -> Result<Turn, NoTurn> {
    let turn = limiter.turn(ask).await?;
    turn.sent();
    turn.answered();
    Ok(turn)
}

fn run<T>(test: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().unwrap().block_on(test)
}

/// Nobody waits, nobody is about to leave, and after the longest hold all of the quota is there.
async fn expect_no_trace(limiter: &Arc<Limiter>, (calls, length): (u32, Duration)) {
    sleep(length + SECOND).await;
    let turns: Vec<_> = (0..calls).map(|_| limiter.turn(hasty()).now_or_never()).collect();
    assert!(turns.iter().all(|turn| matches!(turn, Some(Ok(_)))), "{turns:?}");
    assert!(matches!(limiter.turn(hasty()).now_or_never(), Some(Err(NoTurn::WouldBlock(_)))));
}
