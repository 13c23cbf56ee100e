//! Keeps the calls to each endpoint within its quota.
//!
//! Each endpoint has a log of the instants at which its last calls were sent, and a line in which
//! calls wait until the log has room. An instant enters the log when the first byte of a call is
//! about to be written, not when the call may go: opening a connection takes a while, and calls
//! that were let through in one second would otherwise arrive in the next.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chat_types::spec::EndpointSpec;
use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::quota::{Key, Quota, key};

/// The limiters of the endpoints that were called so far.
///
/// Made ahead, from the table of all endpoints, they would put that table with all its texts into
/// every program.
pub(crate) struct Pace {
    quota: Quota,
    limiters: Mutex<HashMap<Key, Option<Arc<Limiter>>>>,
}

impl Pace {
    pub(crate) fn new(quota: Quota) -> Self {
        Self { quota, limiters: Mutex::default() }
    }

    /// `None` where nothing limits the calls to this endpoint.
    pub(crate) fn limiter(&self, spec: &'static EndpointSpec) -> Option<Arc<Limiter>> {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        limiters.entry(key(spec)).or_insert_with(|| self.quota.limiter(spec)).clone()
    }
}

/// So many calls in any period of this length.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    calls: usize,
    length: Duration,
}

impl Window {
    pub(crate) fn new(calls: u32, length: Duration) -> Self {
        Self { calls: usize::try_from(calls).unwrap_or(usize::MAX), length: length + MARGIN }
    }
}

/// Lets calls through in the order in which they come.
#[derive(Debug)]
pub(crate) struct Limiter {
    windows: Vec<Window>,
    state: Mutex<State>,
    /// Held by the call at the head of the line. It hands itself on in the order of asking.
    line: tokio::sync::Mutex<()>,
    /// Tells the head of the line that the state has changed.
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Calls that stand in line.
    waiting: usize,
    /// Calls that may go and have not been sent yet.
    leaving: usize,
    /// When calls were sent, oldest first, as far back as the longest window reaches.
    sent: VecDeque<Instant>,
}

/// What a call asks of the limiter.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    pub(crate) deadline: Instant,
    pub(crate) priority: crate::Priority,
    pub(crate) may_wait: bool,
}

/// The call's turn would come after its deadline.
#[derive(Debug)]
pub(crate) enum NoTurn {
    TooLate,
    WouldWait(Duration),
}

#[derive(Debug)]
pub(crate) struct Waited {
    pub(crate) time: Duration,
    pub(crate) reason: &'static str,
}

impl Limiter {
    pub(crate) fn new(windows: Vec<Window>) -> Arc<Self> {
        let (state, line, changed) = Default::default();
        Arc::new(Self { windows, state, line, changed })
    }

    /// Waits for the call's turn. Fails at once when, going by those ahead, the turn would come
    /// after the deadline.
    pub(crate) fn refused(&self) {}

    pub(crate) async fn turn(self: &Arc<Self>, ask: Ask) -> Result<Turn, NoTurn> {
        let Ask { deadline, .. } = ask;
        if !ask.may_wait {
            return self.try_leave().map_err(|at| NoTurn::WouldWait(at - Instant::now()));
        }

        if let Ok(_line) = self.line.try_lock()
            && let Ok(turn) = self.try_leave()
        {
            return Ok(turn);
        }
        let _place = self.queue_up(deadline)?;
        let _line = timeout_at(deadline, self.line.lock()).await.map_err(|_| NoTurn::TooLate)?;
        loop {
            match self.try_leave() {
                Ok(turn) => return Ok(turn),
                Err(at) if at > deadline => return Err(NoTurn::TooLate),
                // Woken early or not, the state decides anew.
                Err(at) => drop(timeout_at(at, self.changed.notified()).await),
            }
        }
    }

    /// Lets the head of the line go, or tells when to look again.
    fn try_leave(self: &Arc<Self>) -> Result<Turn, Instant> {
        let now = Instant::now();
        let mut state = self.state(now);
        match self.windows.iter().filter_map(|window| state.free_at(window, 0, now)).max() {
            Some(at) => Err(at),
            None => {
                state.leaving += 1;
                Ok(Turn { limiter: Mutex::new(Some(Arc::clone(self))) })
            }
        }
    }

    fn queue_up(&self, deadline: Instant) -> Result<Place<'_>, NoTurn> {
        let now = Instant::now();
        let mut state = self.state(now);
        let ahead = state.waiting;
        let is_late = |window| state.free_at(window, ahead, now).is_some_and(|at| at > deadline);
        if self.windows.iter().any(is_late) {
            return Err(NoTurn::TooLate);
        }
        state.waiting += 1;
        Ok(Place(self))
    }

    fn leave(&self, sent: bool) {
        let now = Instant::now();
        let mut state = self.state(now);
        state.leaving -= 1;
        if sent {
            state.sent.push_back(now);
        }
        let is_awaited = state.waiting > 0;
        drop(state);
        if is_awaited {
            self.changed.notify_one();
        }
    }

    /// The state without what has left the longest window. Nothing in here panics under the lock.
    fn state(&self, now: Instant) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let longest = self.windows.iter().map(|window| window.length).max().unwrap_or_default();
        while state.sent.front().is_some_and(|&sent| sent + longest <= now) {
            state.sent.pop_front();
        }
        state
    }
}

impl State {
    /// When the window has room for a call with so many `ahead` of it; `None` if it has now.
    ///
    /// Calls that are leaving count as sent now, and those ahead as sent as soon as they can be.
    fn free_at(&self, window: &Window, ahead: usize, now: Instant) -> Option<Instant> {
        let gone = self.sent.partition_point(|&sent| sent + window.length <= now);
        let sent = self.sent.len() - gone;
        let taken = sent + self.leaving;
        let mut at = now;
        let mut ahead = ahead;
        while taken + ahead >= window.calls {
            let awaited = taken + ahead - window.calls;
            at += window.length;
            if let Some(&oldest) = self.sent.get(gone + awaited) {
                return Some(oldest + (at - now));
            }
            if awaited < taken {
                return Some(at);
            }
            ahead = awaited - taken;
        }
        (at > now).then_some(at)
    }
}

/// A place in line.
struct Place<'a>(&'a Limiter);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.state(Instant::now()).waiting -= 1;
    }
}

/// The right to send one call. It is given back when it is dropped before the call was sent.
#[derive(Debug)]
pub(crate) struct Turn {
    limiter: Mutex<Option<Arc<Limiter>>>,
}

impl Turn {
    pub(crate) fn waited(&self) -> Option<Waited> {
        None
    }

    fn take(&self) -> Option<Arc<Limiter>> {
        self.limiter.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Enters the call into the log.
    pub(crate) fn sent(&self) {
        if let Some(limiter) = self.take() {
            limiter.leave(true);
        }
    }

    pub(crate) fn answered(&self) {}

    pub(crate) fn release(&self) {
        if let Some(limiter) = self.take() {
            limiter.leave(false);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.release();
    }
}

/// Calls need not take the same time to the service: what left a second apart may arrive closer
/// together.
const MARGIN: Duration = Duration::from_millis(50);

#[cfg(test)]
mod tests;
