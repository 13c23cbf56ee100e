use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout_at},
};

use super::{
    ledger::{Gone, Ledger, Obstacle, Taken},
    line::Lines,
    log::{Full, Reason},
    spread::Spread,
    turn::{Turn, Waited},
};
use crate::quota::Priority;
#[cfg(feature = "redis")]
use crate::shared::Unreachable;

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
    ledger: Box<dyn Ledger>,
    lines: Lines,
    /// How many in them wait for their turn, and not just for what a server says.
    patient: usize,
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

impl Ask {
    /// Until when it is of use to go.
    fn patience(&self, now: Instant) -> Instant {
        if self.may_wait { self.deadline } else { now }
    }
}

/// The call may not be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoTurn {
    /// Its turn would come after its deadline.
    TooLate,
    /// It would have to wait, at least so long, and does not want to.
    WouldBlock(Duration),
    /// The server of the shared quota cannot be asked.
    #[cfg(feature = "redis")]
    Unreachable(Unreachable),
}

impl Limiter {
    pub(super) fn new(ledger: Box<dyn Ledger>) -> Arc<Self> {
        let (interactive, background, changed) = Default::default();
        let spread = ledger.spread();
        let state = State { ledger, lines: Lines::default(), patient: 0, spread };
        let state = Mutex::new(state);
        Arc::new(Self { state, interactive, background, changed })
    }

    /// Waits for the call's turn. Fails at once when the turn would come after the deadline though
    /// all goes well with those ahead, and at the deadline when it did not come.
    pub(crate) async fn turn(self: &Arc<Self>, ask: Ask) -> Result<Turn, NoTurn> {
        let mut waiting = match self.enter(ask)? {
            Entry::Go(turn) => return Ok(turn),
            Entry::Wait(waiting) => waiting,
        };
        let line = match ask.priority {
            Priority::Interactive => &self.interactive,
            Priority::Background => &self.background,
        };
        let _head = timeout_at(ask.deadline, line.lock()).await.map_err(|_| NoTurn::TooLate)?;
        loop {
            // Whatever changes from here on is heard.
            let changed = self.changed.notified();
            match waiting.try_go()? {
                Go::Now(turn) => return Ok(turn),
                // Woken early or not, the state decides anew.
                Go::Later(at) => drop(timeout_at(at, changed).await),
            }
        }
    }

    /// The service refused a call because too many came, or warned that it soon will.
    pub(crate) fn refused(&self) {
        let mut state = self.state();
        state.ledger.refused(Instant::now());
    }

    pub(super) fn sent(&self, taken: Taken) -> Gone {
        self.change(|ledger, now| ledger.sent(taken, now))
    }

    pub(super) fn answered(&self, gone: Gone) {
        self.change(|ledger, now| ledger.answered(gone, now));
    }

    pub(super) fn lost(&self, gone: Gone) {
        self.change(|ledger, _| ledger.lost(gone));
    }

    pub(super) fn give_back(&self, taken: Taken) {
        self.change(|ledger, _| ledger.give_back(taken));
    }

    fn change<T>(&self, change: impl FnOnce(&mut dyn Ledger, Instant) -> T) -> T {
        let mut state = self.state();
        // Under the lock, so that the log is in the order of time.
        let outcome = change(&mut *state.ledger, Instant::now());
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
        let Look { obstacle, asked: _asked } = self.look(&mut state, ask, now);
        #[cfg(feature = "redis")]
        match &obstacle {
            Some(Obstacle::Unreachable(why)) => return Err(NoTurn::Unreachable(why.clone())),
            Some(Obstacle::AskingAgain(why)) if !_asked => {
                return Err(NoTurn::Unreachable(why.clone()));
            }
            _ => {}
        }
        let is_first = state.lines.waiting(ask.priority) == 0;
        if obstacle.is_none() && is_first {
            let taken = state.go(ask.priority, now);
            return Ok(Entry::Go(Turn::new(Arc::clone(self), taken, None)));
        }
        let earliest = state.ledger.earliest(state.lines.ahead_of(ask.priority), now);
        // To hear what the server of a shared quota says is no wait for a turn, and those who are
        // ahead go or give up as soon as they have heard.
        let is_heard = state.patient == 0 && obstacle.as_ref().is_some_and(Obstacle::is_asking);
        if !ask.may_wait && !is_heard {
            let wait = earliest.saturating_duration_since(now);
            return Err(NoTurn::WouldBlock(wait.max(SHORTEST_WAIT)));
        }
        if earliest > ask.deadline {
            return Err(NoTurn::TooLate);
        }
        state.join(ask);
        let reason = obstacle.as_ref().and_then(Obstacle::reason).unwrap_or(Reason::Line);
        drop(state);
        let limiter = Arc::clone(self);
        Ok(Entry::Wait(Place { limiter, ask, since: now, reason, went: false }))
    }

    /// Why the head of the line cannot go now. Asks the server of a shared quota where that is due.
    fn look(self: &Arc<Self>, state: &mut State, ask: Ask, now: Instant) -> Look {
        let obstacle = state.obstacle(ask, now);
        #[cfg(feature = "redis")]
        let inquiry = state.inquiry(ask, now);
        #[cfg(feature = "redis")]
        if let Some(inquiry) = inquiry {
            let limiter = Arc::clone(self);
            // By itself, since a call that gives up must not take along what is leased for others.
            // A runtime that ends drops it unfinished, even here, so that must not lock anything.
            tokio::spawn(async move {
                // Calls often come together, and one question will do for them.
                tokio::task::yield_now().await;
                let waiting = limiter.state().lines.len();
                let (reply, _under_way) = inquiry.ask(waiting).await;
                limiter.change(|ledger, now| ledger.replied(reply, now));
            });
            return Look { obstacle, asked: true };
        }
        Look { obstacle, asked: false }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Why the head of the line cannot go now.
    fn obstacle(&mut self, ask: Ask, now: Instant) -> Option<Obstacle> {
        let Ask { priority, .. } = ask;
        let yields = |until| Full { until, reason: Reason::Yields(priority) };
        if self.lines.yields(priority) {
            // The other line's head will tell.
            return Some(Obstacle::Full(yields(now + A_WHILE)));
        }
        let full = match self.ledger.room(ask.patience(now), now) {
            Ok(()) => None,
            Err(Obstacle::Full(full)) => Some(full),
            #[cfg(feature = "redis")]
            Err(other) => return Some(other),
        };
        let spread = self.spread.as_ref().filter(|_| priority == Priority::Background);
        let spread = spread.and_then(|spread| spread.later(now)).map(yields);
        full.into_iter().chain(spread).max_by_key(|full| full.until).map(Obstacle::Full)
    }

    #[cfg(feature = "redis")]
    fn inquiry(&mut self, ask: Ask, now: Instant) -> Option<super::leases::Inquiry> {
        let waiting = self.lines.len().max(1);
        self.ledger.inquiry(waiting, ask.patience(now), now)
    }

    fn join(&mut self, ask: Ask) {
        self.lines.join(ask.priority);
        self.patient += usize::from(ask.may_wait);
    }

    fn leave(&mut self, ask: Ask) {
        self.lines.leave(ask.priority);
        self.patient -= usize::from(ask.may_wait);
    }

    fn go(&mut self, priority: Priority, now: Instant) -> Taken {
        self.lines.went(priority);
        if let Some(spread) = &mut self.spread
            && priority == Priority::Background
        {
            spread.went(now);
        }
        self.ledger.take(now)
    }
}

struct Look {
    obstacle: Option<Obstacle>,
    /// Whether this call made the server of a shared quota be asked.
    asked: bool,
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
    ask: Ask,
    since: Instant,
    /// Why it is not the call's turn.
    reason: Reason,
    went: bool,
}

impl Place {
    /// Only the head of the line may try.
    fn try_go(&mut self) -> Result<Go, NoTurn> {
        let Ask { deadline, priority, may_wait } = self.ask;
        let mut state = self.limiter.state();
        let now = Instant::now();
        match self.limiter.look(&mut state, self.ask, now).obstacle {
            None => {}
            Some(Obstacle::Full(Full { until, reason })) => {
                self.reason = reason;
                if !may_wait {
                    let wait = until.saturating_duration_since(now);
                    return Err(NoTurn::WouldBlock(wait.max(SHORTEST_WAIT)));
                }
                let is_late =
                    now >= deadline || until > deadline && state.ledger.earliest(0, now) > deadline;
                let later = Go::Later(until.min(deadline));
                return if is_late { Err(NoTurn::TooLate) } else { Ok(later) };
            }
            #[cfg(feature = "redis")]
            Some(Obstacle::Asking | Obstacle::AskingAgain(_)) if now >= deadline => {
                return Err(NoTurn::TooLate);
            }
            #[cfg(feature = "redis")]
            Some(Obstacle::Asking | Obstacle::AskingAgain(_)) => {
                return Ok(Go::Later(deadline.min(now + A_WHILE)));
            }
            #[cfg(feature = "redis")]
            Some(Obstacle::Unreachable(why)) => return Err(NoTurn::Unreachable(why)),
        }
        state.leave(self.ask);
        let taken = state.go(priority, now);
        let is_awaited = !state.lines.is_empty();
        drop(state);
        self.went = true;
        if is_awaited {
            self.limiter.changed.notify_waiters();
        }
        let waited = Waited { time: now - self.since, reason: self.reason };
        Ok(Go::Now(Turn::new(Arc::clone(&self.limiter), taken, Some(waited))))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if !self.went {
            self.limiter.state().leave(self.ask);
            self.limiter.changed.notify_waiters();
        }
    }
}

/// The least wait that a call is told, lest its caller try again without a pause.
const SHORTEST_WAIT: Duration = Duration::from_millis(1);

/// How long the head of a line that must yield waits for news before it looks again all the same.
const A_WHILE: Duration = Duration::from_secs(1);
