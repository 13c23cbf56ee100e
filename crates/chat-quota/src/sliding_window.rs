//! A budget that counts what this process sent.

use std::{
    collections::{BTreeSet, VecDeque},
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    budget::{Blocked, Budget, InFlight, Reservation},
    reason::{Exhausted, Reason},
    round_trips::{LEAST_MARGIN, LONGEST_HOLD, RoundTrips},
    smoothing::Smoothing,
    throttle::Throttle,
    window::Window,
};

/// A log of the calls that were sent, as far back as they count.
///
/// A call enters the log when its first byte is about to be written, not when it gets its permit:
/// opening a connection takes a while, and calls that were let through in one second would otherwise
/// arrive in the next.
#[derive(Debug)]
pub(crate) struct SlidingWindow {
    windows: Vec<Slots>,
    /// The number of calls that have a permit and were not sent yet. They hold slots in all windows.
    reserved: usize,
    /// When calls were sent, oldest first, as far back as the longest window reaches.
    sent: VecDeque<Instant>,
    next_id: u64,
    round_trips: RoundTrips,
    throttle: Throttle,
}

/// The slots of a window that sent calls hold.
#[derive(Debug)]
struct Slots {
    window: Window,
    /// When each becomes free, and the call that holds it.
    held: BTreeSet<(Instant, u64)>,
}

impl SlidingWindow {
    pub(crate) fn new(windows: impl IntoIterator<Item = Window>) -> Self {
        let slots = |window| Slots { window, held: BTreeSet::new() };
        Self {
            windows: windows.into_iter().map(slots).collect(),
            reserved: 0,
            sent: VecDeque::new(),
            next_id: 0,
            round_trips: RoundTrips::default(),
            throttle: Throttle::default(),
        }
    }

    /// Returns when one of `calls` slots of a window is free for the call with `ahead` calls ahead.
    fn free_at(&self, window: Window, calls: usize, ahead: usize, now: Instant) -> Instant {
        let period = period(window);
        let expired = self.sent.partition_point(|&sent| sent + period <= now);
        let sent = self.sent.len() - expired;
        let position = sent + self.reserved + ahead;
        if position < calls {
            return now;
        }
        // A call goes a period after the one that is a full quota ahead of it, that one a period
        // after another, and so on, as far back as calls go or to one that was sent.
        let periods = (ahead / calls + 1).min(position / calls);
        let wait = period.saturating_mul(u32::try_from(periods).unwrap_or(u32::MAX));
        let first = position - periods * calls;
        if first < sent { self.sent[expired + first] + wait } else { now + wait }
    }
}

impl Budget for SlidingWindow {
    fn smoothing(&self) -> Option<Smoothing> {
        let windows = self.windows.iter().map(|slots| slots.window);
        let shortest = windows.min_by_key(Window::length)?;
        (shortest.length() <= LONGEST_SMOOTHED)
            .then(|| Smoothing::new(shortest.calls(), shortest.length()))
    }

    fn check(&mut self, _deadline: Instant, now: Instant) -> Result<(), Blocked> {
        for slots in &mut self.windows {
            slots.expire(now);
        }
        let exhausted = |slots: &Slots| slots.exhausted(self.reserved, &self.throttle, now);
        let latest = self.windows.iter().filter_map(exhausted).max_by_key(|it| it.until);
        latest.map_or(Ok(()), |exhausted| Err(Blocked::Exhausted(exhausted)))
    }

    fn reserve(&mut self, now: Instant) -> Reservation {
        self.reserved += 1;
        Reservation { at: now, lease: None }
    }

    fn cancel(&mut self, _: Reservation) {
        self.reserved -= 1;
    }

    fn sent(&mut self, _: Reservation, now: Instant) -> InFlight {
        self.reserved -= 1;
        let id = self.next_id;
        self.next_id += 1;
        let longest = self.windows.iter().map(|slots| period(slots.window)).max();
        let longest = longest.unwrap_or_default();
        while self.sent.front().is_some_and(|&sent| sent + longest <= now) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        for slots in &mut self.windows {
            slots.held.insert((now + slots.window.length() + LONGEST_HOLD, id));
        }
        InFlight { id, sent_at: now, lease: None }
    }

    fn completed(&mut self, call: InFlight, now: Instant) {
        let round_trip = now.saturating_duration_since(call.sent_at);
        self.round_trips.note(round_trip, now);
        let hold = self.round_trips.hold(round_trip);
        for slots in &mut self.windows {
            let end = call.sent_at + slots.window.length();
            if slots.held.remove(&(end + LONGEST_HOLD, call.id)) {
                slots.held.insert((end + hold, call.id));
            }
        }
    }

    fn lost(&mut self, _: InFlight) {
        // It holds its slots for as long as it may have been on its way.
    }

    fn refused(&mut self, now: Instant) {
        self.throttle.refused(now);
    }

    /// Calls with a reservation count as sent now, those ahead as sent as soon as they can be, and
    /// none of them as slow on its way.
    fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        let earliest = |slots: &Slots| {
            let window = slots.window;
            let unthrottled = self.free_at(window, window.calls(), ahead, now);
            let calls = self.throttle.calls_now(window, now);
            if calls == window.calls() {
                return unthrottled;
            }
            // By then the share has grown, and fewer slots need to be free.
            let latest = self.free_at(window, calls, 0, now);
            let grown = self.throttle.calls_now(window, latest);
            self.free_at(window, grown, 0, now).max(unthrottled)
        };
        self.windows.iter().map(earliest).max().unwrap_or(now)
    }
}

impl Slots {
    /// Forgets the slots that have become free.
    fn expire(&mut self, now: Instant) {
        while self.held.first().is_some_and(|&(free, _)| free <= now) {
            self.held.pop_first();
        }
    }

    fn exhausted(&self, reserved: usize, throttle: &Throttle, now: Instant) -> Option<Exhausted> {
        let quota = self.window.calls();
        let taken = self.held.len() + reserved;
        let calls = throttle.calls_now(self.window, now);
        if taken < calls {
            return None;
        }
        // While all are only reserved, a change wakes the waiting calls, not time.
        let free_for = |calls: usize| {
            let rank = taken.saturating_sub(calls).min(FAR_ENOUGH);
            self.held.iter().nth(rank).map_or(now + self.window.length(), |held| held.0)
        };
        let latest = free_for(calls);
        if calls == quota {
            return Some(Exhausted { until: latest, reason: Reason::Quota(self.window) });
        }
        // By then the share has grown, and fewer slots need to be free.
        let free = free_for(throttle.calls_now(self.window, latest));
        let grown = throttle.reached_at(taken + 1, quota, now).filter(|_| taken < quota);
        let until = grown.map_or(free, |grown| grown.min(free));
        let reason = if taken < quota { Reason::Throttled } else { Reason::Quota(self.window) };
        Some(Exhausted { until, reason })
    }
}

/// For how long a call that is not slow on its way holds its slot.
fn period(window: Window) -> Duration {
    window.length() + LEAST_MARGIN
}

/// In a longer period than this, smoothed calls would wait for longer than it is worth.
const LONGEST_SMOOTHED: Duration = Duration::from_secs(1);

/// No more slots than this are looked through. The next call wakes early then, and checks again.
const FAR_ENOUGH: usize = 1_000;
