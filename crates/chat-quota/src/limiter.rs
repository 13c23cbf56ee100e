//! Gives out the permits of one endpoint.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use crate::{
    acquire_error::AcquireError,
    acquire_options::AcquireOptions,
    budget::{Blocked, Budget, InFlight, Reservation},
    permit::{Permit, Waited},
    priority::Priority,
    reason::{Exhausted, Reason},
    smoothing::Smoothing,
    wait_queue::WaitQueue,
};

/// Lets calls go in the order in which they asked, within each priority.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: Mutex<State>,
    /// Held by the first call of each priority's queue. A tokio mutex is handed over in the order of
    /// asking.
    interactive: tokio::sync::Mutex<()>,
    background: tokio::sync::Mutex<()>,
    /// Wakes the first calls of the queues, which may be able to go earlier than they expect.
    changed: Notify,
}

/// Nothing panics while holding the lock, and nothing waits under it.
#[derive(Debug)]
struct State {
    budget: Box<dyn Budget>,
    queue: WaitQueue,
    /// The number of queued calls that wait for a permit, and not just for a refill.
    waiting: usize,
    /// Of background calls.
    smoothing: Option<Smoothing>,
}

impl Limiter {
    pub(crate) fn new(budget: Box<dyn Budget>) -> Arc<Self> {
        let (interactive, background, changed) = Default::default();
        let smoothing = budget.smoothing();
        let state = State { budget, queue: WaitQueue::default(), waiting: 0, smoothing };
        Arc::new(Self { state: Mutex::new(state), interactive, background, changed })
    }

    /// Waits for a permit. Fails at once if the permit would come after the deadline even if all
    /// goes well with the calls ahead, and at the deadline if it did not come.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        options: AcquireOptions,
    ) -> Result<Permit, AcquireError> {
        let mut waiter = match self.enter(options)? {
            Entry::Go(permit) => return Ok(permit),
            Entry::Wait(waiter) => waiter,
        };
        let queue = match options.priority {
            Priority::Interactive => &self.interactive,
            Priority::Background => &self.background,
        };
        let first = timeout_at(waiter.deadline, queue.lock()).await;
        let _first = first.map_err(|_| AcquireError::TIMEOUT)?;
        loop {
            // Any change from here on is noticed.
            let changed = self.changed.notified();
            match waiter.try_go()? {
                Go::Now(permit) => return Ok(permit),
                // Woken early or not, the state decides again.
                Go::Later(at) => drop(timeout_at(at, changed).await),
            }
        }
    }

    /// The service refused a call because of too many calls, or warned that it soon will.
    pub(crate) fn refused(&self) {
        self.state().budget.refused(Instant::now());
    }

    pub(crate) fn sent(&self, reservation: Reservation) -> InFlight {
        self.change(|budget, now| budget.sent(reservation, now))
    }

    pub(crate) fn completed(&self, call: InFlight) {
        self.change(|budget, now| budget.completed(call, now));
    }

    pub(crate) fn lost(&self, call: InFlight) {
        self.change(|budget, _| budget.lost(call));
    }

    pub(crate) fn cancel(&self, reservation: Reservation) {
        self.change(|budget, _| budget.cancel(reservation));
    }

    fn change<T>(&self, change: impl FnOnce(&mut dyn Budget, Instant) -> T) -> T {
        let mut state = self.state();
        // The clock is read under the lock, so that the budget sees instants in ascending order.
        let outcome = change(&mut *state.budget, Instant::now());
        let is_awaited = !state.queue.is_empty();
        drop(state);
        if is_awaited {
            self.changed.notify_waiters();
        }
        outcome
    }

    /// Lets the call go or queues it, if it wants to wait and can get a permit in time.
    fn enter(self: &Arc<Self>, options: AcquireOptions) -> Result<Entry, AcquireError> {
        let mut state = self.state();
        let now = Instant::now();
        let Check { blocked, started_refill } = self.check(&mut state, options, now);
        match &blocked {
            Some(Blocked::Unavailable(error)) => {
                return Err(AcquireError::unavailable(error.clone()));
            }
            Some(Blocked::RefillingAgain(error)) if !started_refill => {
                return Err(AcquireError::unavailable(error.clone()));
            }
            _ => {}
        }
        let is_first = state.queue.waiting(options.priority) == 0;
        if blocked.is_none() && is_first {
            let reservation = state.go(options.priority, now);
            return Ok(Entry::Go(Permit::new(Arc::clone(self), reservation, None)));
        }
        let ahead = state.queue.ahead_of(options.priority);
        let earliest = state.budget.earliest(ahead, now);
        // Waiting for the outcome of a refill does not count as waiting for a permit, and the calls
        // ahead go or fail as soon as it is known.
        let awaits_refill =
            state.waiting == 0 && blocked.as_ref().is_some_and(Blocked::is_refilling);
        if !options.wait && !awaits_refill {
            return Err(AcquireError::would_block(earliest.saturating_duration_since(now)));
        }
        let deadline = options.deadline_from(now);
        if earliest > deadline {
            return Err(AcquireError::TIMEOUT);
        }
        state.join(options);
        let reason = blocked.as_ref().and_then(Blocked::exhausted);
        let reason = reason.map_or(Reason::Queue, |exhausted| exhausted.reason);
        drop(state);
        let limiter = Arc::clone(self);
        Ok(Entry::Wait(Waiter { limiter, options, deadline, since: now, reason, went: false }))
    }

    /// Returns why the first call of a queue cannot go now, and starts a refill where one is due.
    fn check(self: &Arc<Self>, state: &mut State, options: AcquireOptions, now: Instant) -> Check {
        let blocked = state.blocked(options, now);
        let waiting = state.queue.len().max(1);
        let refill = state.budget.refill(waiting, options.latest_start(now), now);
        let started_refill = refill.is_some();
        if let Some(refill) = refill {
            let limiter = Arc::clone(self);
            // In a task of its own, since a call that is canceled must not take along what is leased
            // for others. A runtime that shuts down drops the task unfinished, even here under the
            // lock, so dropping it must not lock anything.
            tokio::spawn(async move {
                // Calls often come together, and one refill is enough for them.
                tokio::task::yield_now().await;
                let waiting = limiter.state().queue.len();
                refill(waiting).await;
                limiter.changed.notify_waiters();
            });
        }
        Check { blocked, started_refill }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Returns why the first call of a queue cannot go now.
    fn blocked(&mut self, options: AcquireOptions, now: Instant) -> Option<Blocked> {
        let priority = options.priority;
        let yields = |until| Exhausted { until, reason: Reason::Yields(priority) };
        if self.queue.yields(priority) {
            // The first call of the other queue gives notice.
            return Some(Blocked::Exhausted(yields(now + CHECK_INTERVAL)));
        }
        let exhausted = match self.budget.check(options.latest_start(now), now) {
            Ok(()) => None,
            Err(Blocked::Exhausted(exhausted)) => Some(exhausted),
            Err(other) => return Some(other),
        };
        let smoothing = self.smoothing.as_ref().filter(|_| priority == Priority::Background);
        let smoothed = smoothing.and_then(|smoothing| smoothing.next_at(now)).map(yields);
        let latest = exhausted.into_iter().chain(smoothed).max_by_key(|it| it.until);
        latest.map(Blocked::Exhausted)
    }

    fn join(&mut self, options: AcquireOptions) {
        self.queue.join(options.priority);
        self.waiting += usize::from(options.wait);
    }

    fn leave(&mut self, options: AcquireOptions) {
        self.queue.leave(options.priority);
        self.waiting -= usize::from(options.wait);
    }

    fn go(&mut self, priority: Priority, now: Instant) -> Reservation {
        self.queue.went(priority);
        if let Some(smoothing) = &mut self.smoothing
            && priority == Priority::Background
        {
            smoothing.note(now);
        }
        self.budget.reserve(now)
    }
}

struct Check {
    blocked: Option<Blocked>,
    started_refill: bool,
}

enum Entry {
    Go(Permit),
    Wait(Waiter),
}

enum Go {
    Now(Permit),
    /// Check again at this instant, or when something has changed.
    Later(Instant),
}

/// A queued call.
struct Waiter {
    limiter: Arc<Limiter>,
    options: AcquireOptions,
    deadline: Instant,
    since: Instant,
    /// Why it has to wait.
    reason: Reason,
    went: bool,
}

impl Waiter {
    /// Lets the call go if it can. Only for the first call of its queue.
    fn try_go(&mut self) -> Result<Go, AcquireError> {
        let deadline = self.deadline;
        let AcquireOptions { priority, wait, .. } = self.options;
        let mut state = self.limiter.state();
        let now = Instant::now();
        match self.limiter.check(&mut state, self.options, now).blocked {
            None => {}
            Some(Blocked::Exhausted(Exhausted { until, reason })) => {
                self.reason = reason;
                if !wait {
                    return Err(AcquireError::would_block(until.saturating_duration_since(now)));
                }
                let is_late =
                    now >= deadline || until > deadline && state.budget.earliest(0, now) > deadline;
                let later = Go::Later(until.min(deadline));
                return if is_late { Err(AcquireError::TIMEOUT) } else { Ok(later) };
            }
            Some(Blocked::Refilling | Blocked::RefillingAgain(_)) if now >= deadline => {
                return Err(AcquireError::TIMEOUT);
            }
            Some(Blocked::Refilling | Blocked::RefillingAgain(_)) => {
                return Ok(Go::Later(deadline.min(now + CHECK_INTERVAL)));
            }
            Some(Blocked::Unavailable(error)) => return Err(AcquireError::unavailable(error)),
        }
        state.leave(self.options);
        let reservation = state.go(priority, now);
        let is_awaited = !state.queue.is_empty();
        drop(state);
        self.went = true;
        if is_awaited {
            self.limiter.changed.notify_waiters();
        }
        let waited = Waited { time: now - self.since, reason: self.reason };
        Ok(Go::Now(Permit::new(Arc::clone(&self.limiter), reservation, Some(waited))))
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if !self.went {
            self.limiter.state().leave(self.options);
            self.limiter.changed.notify_waiters();
        }
    }
}

/// How long the first call of a queue waits for notice before it checks again anyway.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
