use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::{
    line::Lines,
    log::{Full, Log, Reason, Sent, Window},
    spread::Spread,
    turn::{Turn, Waited},
};
use crate::quota::Priority;

/// Lets calls through in the order in which they come, those of each class by themselves.
#[derive(Debug)]
pub(crate) struct Limiter {
    state: Mutex<State>,
    /// Held by the call at the head of a line. It hands itself on in the order of asking.
    interactive: tokio::sync::Mutex<()>,
    background: tokio::sync::Mutex<()>,
    /// Tells the heads of the lines that they may go earlier than they think.
    changed: Notify,
}

/// Nothing in here panics under the lock, and nobody waits under it.
#[derive(Debug)]
struct State {
    log: Log,
    lines: Lines,
    /// Of the background calls.
    spread: Option<Spread>,
}

/// What a call wants.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ask {
    /// How long it waits at most.
    pub(crate) deadline: Instant,
    pub(crate) priority: Priority,
    /// It would rather be told than wait.
    pub(crate) may_wait: bool,
}

/// The call may not be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// Its turn would come after its deadline.
    TooLate,
    /// It would have to wait, at least so long, and does not want to.
    WouldWait(Duration),
}

impl Limiter {
    pub(crate) fn new(windows: impl IntoIterator<Item = Window>) -> Arc<Self> {
        let (interactive, background, changed) = Default::default();
        let log = Log::new(windows);
        let spread = log.spread();
        let state = State { log, lines: Lines::default(), spread };
        let state = Mutex::new(state);
        Arc::new(Self { state, interactive, background, changed })
    }

    /// Waits for the call's turn. Fails at once when the turn would come after the deadline though
    /// all goes well with those ahead, and at the deadline when it did not come.
    pub(crate) async fn turn(self: &Arc<Self>, ask: Ask) -> Result<Turn, NoTurn> {
        let mut place = match self.enter(ask)? {
            Entry::Go(turn) => return Ok(turn),
            Entry::Wait(place) => place,
        };
        let line = match ask.priority {
            Priority::Interactive => &self.interactive,
            Priority::Background => &self.background,
        };
        let _head = timeout_at(ask.deadline, line.lock()).await.map_err(|_| NoTurn::TooLate)?;
        loop {
            // Whatever changes from here on is heard.
            let changed = self.changed.notified();
            match place.try_go(ask.deadline)? {
                Go::Now(turn) => return Ok(turn),
                // Woken early or not, the state decides anew.
                Go::Later(at) => drop(timeout_at(at, changed).await),
            }
        }
    }

    /// The service refused a call because too many came, or warned that it soon will.
    pub(crate) fn refused(&self) {
        let mut state = self.state();
        state.log.refused(Instant::now());
    }

    pub(super) fn sent(&self) -> Sent {
        self.change(Log::sent)
    }

    pub(super) fn answered(&self, sent: Sent) {
        self.change(|log, now| log.answered(sent, now));
    }

    pub(super) fn give_back(&self) {
        self.change(|log, _| log.give_back());
    }

    fn change<T>(&self, change: impl FnOnce(&mut Log, Instant) -> T) -> T {
        let mut state = self.state();
        // Under the lock, so that the log is in the order of time.
        let outcome = change(&mut state.log, Instant::now());
        let is_awaited = !state.lines.is_empty();
        drop(state);
        if is_awaited {
            self.changed.notify_waiters();
        }
        outcome
    }

    /// Lets the call go or gives it a place in line, where it wants one and can get its turn.
    fn enter(self: &Arc<Self>, ask: Ask) -> Result<Entry, NoTurn> {
        let mut state = self.state();
        let now = Instant::now();
        let obstacle = state.obstacle(ask.priority, now);
        if obstacle.is_none() && state.lines.waiting(ask.priority) == 0 {
            state.go(ask.priority, now);
            return Ok(Entry::Go(Turn::new(Arc::clone(self), None)));
        }
        let earliest = state.log.earliest(state.lines.ahead_of(ask.priority), now);
        if !ask.may_wait {
            let wait = earliest.saturating_duration_since(now);
            return Err(NoTurn::WouldWait(wait.max(SHORTEST_WAIT)));
        }
        if earliest > ask.deadline {
            return Err(NoTurn::TooLate);
        }
        state.lines.join(ask.priority);
        let reason = obstacle.map_or(Reason::Line, |full| full.reason);
        drop(state);
        let limiter = Arc::clone(self);
        Ok(Entry::Wait(Place { limiter, priority: ask.priority, since: now, reason, went: false }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Why the head of the line cannot go now.
    fn obstacle(&mut self, priority: Priority, now: Instant) -> Option<Full> {
        if self.lines.yields(priority) {
            // The other line's head will tell.
            return Some(Full { until: now + A_WHILE, reason: Reason::Yields(priority) });
        }
        let room = self.log.room(now);
        let spread = self.spread.as_ref().filter(|_| priority == Priority::Background);
        let later = spread.and_then(|spread| spread.later(now));
        let spread = later.map(|until| Full { until, reason: Reason::Yields(priority) });
        room.err().into_iter().chain(spread).max_by_key(|full| full.until)
    }

    fn go(&mut self, priority: Priority, now: Instant) {
        self.lines.went(priority);
        if let Some(spread) = &mut self.spread
            && priority == Priority::Background
        {
            spread.went(now);
        }
        self.log.take();
    }
}

enum Entry {
    Go(Turn),
    Wait(Place),
}

enum Go {
    Now(Turn),
    /// At this instant or when something has changed, it is worth another look.
    Later(Instant),
}

/// A place in line.
struct Place {
    limiter: Arc<Limiter>,
    priority: Priority,
    since: Instant,
    /// Why it is not the call's turn.
    reason: Reason,
    went: bool,
}

impl Place {
    /// Only the head of the line may try.
    fn try_go(&mut self, deadline: Instant) -> Result<Go, NoTurn> {
        let mut state = self.limiter.state();
        let now = Instant::now();
        if let Some(Full { until, reason }) = state.obstacle(self.priority, now) {
            self.reason = reason;
            let is_late =
                now >= deadline || until > deadline && state.log.earliest(0, now) > deadline;
            return if is_late { Err(NoTurn::TooLate) } else { Ok(Go::Later(until.min(deadline))) };
        }
        state.lines.leave(self.priority);
        state.go(self.priority, now);
        let is_awaited = !state.lines.is_empty();
        drop(state);
        self.went = true;
        if is_awaited {
            self.limiter.changed.notify_waiters();
        }
        let waited = Waited { time: now - self.since, reason: self.reason };
        Ok(Go::Now(Turn::new(Arc::clone(&self.limiter), Some(waited))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.went {
            self.limiter.state().lines.leave(self.priority);
            self.limiter.changed.notify_waiters();
        }
    }
}

/// The least wait that a call is told, lest its caller try again without a pause.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// How long the head of a line that must yield waits for news before it looks again all the same.
const A_WHILE: Duration = Duration::from_secs(1);
