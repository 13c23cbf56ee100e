use std::{
    collections::{BTreeSet, VecDeque},
    fmt,
    time::Duration,
};

use tokio::time::Instant;

use super::{
    round_trips::{LEAST_MARGIN, LONGEST_HOLD, RoundTrips},
    slowdown::{RECOVERY, Slowdown},
    spread::Spread,
};
use crate::quota::Priority;

/// So many calls in any period of this length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    calls: usize,
    length: Duration,
}

impl Window {
    pub(crate) fn new(calls: u32, length: Duration) -> Self {
        Self { calls: usize::try_from(calls).unwrap_or(usize::MAX), length }
    }

    /// How long after the first of so many calls the last one can go at the earliest.
    pub(crate) fn min_duration(&self, calls: u64) -> Duration {
        let per_window = u64::try_from(self.calls).unwrap_or(u64::MAX).max(1);
        let periods = calls.saturating_sub(1) / per_window;
        self.length.saturating_mul(u32::try_from(periods).unwrap_or(u32::MAX))
    }

    /// One of so many equal parts, and at least one call.
    #[cfg(feature = "redis")]
    pub(super) fn part(&self, parts: u32) -> Self {
        let parts = usize::try_from(parts).unwrap_or(usize::MAX).max(1);
        Self { calls: (self.calls / parts).max(1), ..*self }
    }

    #[cfg(feature = "redis")]
    pub(super) fn length(&self) -> Duration {
        self.length
    }

    /// When a call can go at the earliest with so many ahead of it, even if none went before.
    #[cfg(feature = "redis")]
    pub(super) fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        let wait = self.min_duration((ahead as u64).saturating_add(1));
        now.checked_add(wait).unwrap_or(now)
    }

    /// How many calls it lets through now. A period that is longer than a slow-down would not be
    /// spread by it but stand still.
    pub(super) fn calls_now(&self, slowdown: &Slowdown, now: Instant) -> usize {
        if self.length > RECOVERY { self.calls } else { slowdown.share_of(self.calls, now) }
    }

    /// For how long a call that is not slow on its way holds its place.
    fn period(&self) -> Duration {
        self.length + LEAST_MARGIN
    }
}

impl Sent {
    #[cfg(feature = "redis")]
    pub(super) fn at(&self) -> Instant {
        self.at
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} calls in {:?}", self.calls, self.length)
    }
}

/// Knows how much of a quota is used.
///
/// The line asks it whether there is [`room`](Self::room), [`takes`](Self::take) a place for the
/// call that goes, and gives it back, or tells when the call was sent and when it was answered.
/// Whatever has these methods, and wakes the heads of the lines when there is room earlier than it
/// said, can stand in for it.
#[derive(Debug)]
pub(super) struct Log {
    windows: Vec<Places>,
    /// Calls that may go and have not been sent yet. They hold places in all windows.
    leaving: usize,
    /// When calls were sent, oldest first, as far back as the longest window reaches.
    sent: VecDeque<Instant>,
    next_id: u64,
    round_trips: RoundTrips,
    /// The calls that were answered while the round trips were not known, with their own.
    early: Vec<(Sent, Duration)>,
    slowdown: Slowdown,
}

/// The places of a window that calls hold which were sent.
#[derive(Debug)]
struct Places {
    window: Window,
    /// When each is free again, and the call that holds it.
    held: BTreeSet<(Instant, u64)>,
}

/// A call that is in the log.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    id: u64,
    at: Instant,
}

/// There is no room.
#[derive(Clone, Copy, Debug)]
pub(super) struct Full {
    /// When there is, if no call gives up its place earlier.
    pub(super) until: Instant,
    pub(super) reason: Reason,
}

/// Why a call had to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The quota was used up.
    Quota(Window),
    /// The quota had room, but a share of it is not used.
    SlowedDown,
    /// Others had come first.
    Line,
    /// Other processes use the same quota as well.
    #[cfg(feature = "redis")]
    Shared,
    /// It was the other line's turn, or may soon be, and not the one of these calls.
    Yields(Priority),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quota(window) => window.fmt(f),
            Self::SlowedDown => f.write_str("slowed down after a refusal"),
            Self::Line => f.write_str("others came first"),
            #[cfg(feature = "redis")]
            Self::Shared => f.write_str("the shared quota is used up"),
            Self::Yields(Priority::Interactive) => f.write_str("yields to a background call"),
            Self::Yields(Priority::Background) => f.write_str("yields to interactive calls"),
        }
    }
}

impl Log {
    pub(super) fn new(windows: impl IntoIterator<Item = Window>) -> Self {
        let places = |window| Places { window, held: BTreeSet::new() };
        Self {
            windows: windows.into_iter().map(places).collect(),
            leaving: 0,
            sent: VecDeque::new(),
            next_id: 0,
            round_trips: RoundTrips::default(),
            early: Vec::new(),
            slowdown: Slowdown::default(),
        }
    }

    /// How background calls are spread; `None` where the calls of no period are worth it.
    pub(super) fn spread(&self) -> Option<Spread> {
        let windows = self.windows.iter().map(|places| places.window);
        let shortest = windows.min_by_key(|window| window.length)?;
        (shortest.length <= LONGEST_SPREAD).then(|| Spread::new(shortest.calls, shortest.length))
    }

    /// Whether one more call may go.
    pub(super) fn room(&mut self, now: Instant) -> Result<(), Full> {
        for places in &mut self.windows {
            places.tidy(now);
        }
        let full = |places: &Places| places.full(self.leaving, &self.slowdown, now);
        let full = self.windows.iter().filter_map(full).max_by_key(|full| full.until);
        full.map_or(Ok(()), Err)
    }

    /// Takes a place for a call that may go.
    pub(super) fn take(&mut self) {
        self.leaving += 1;
    }

    /// The call does not go after all.
    pub(super) fn give_back(&mut self) {
        self.leaving -= 1;
    }

    /// The call that took a place is sent now.
    pub(super) fn sent(&mut self, now: Instant) -> Sent {
        self.leaving -= 1;
        let id = self.next_id;
        self.next_id += 1;
        let longest = self.windows.iter().map(|places| places.window.period()).max();
        let longest = longest.unwrap_or_default();
        while self.sent.front().is_some_and(|&sent| sent + longest <= now) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
        for places in &mut self.windows {
            places.held.insert((now + places.window.length + LONGEST_HOLD, id));
        }
        Sent { id, at: now }
    }

    /// The head of its response is there now.
    pub(super) fn answered(&mut self, sent: Sent, now: Instant) {
        let round_trip = now.saturating_duration_since(sent.at);
        self.round_trips.note(round_trip, now);
        if !self.round_trips.are_known() {
            self.early.push((sent, round_trip));
        }
        self.shorten(sent, LONGEST_HOLD, self.round_trips.hold(round_trip));
        if self.round_trips.are_known() {
            for (sent, round_trip) in std::mem::take(&mut self.early) {
                let held = RoundTrips::hold_while_unknown(round_trip);
                self.shorten(sent, held, self.round_trips.hold(round_trip));
            }
        }
    }

    /// Lets the call hold its places for so much longer than the lengths of the windows.
    fn shorten(&mut self, sent: Sent, from: Duration, to: Duration) {
        for places in &mut self.windows {
            let end = sent.at + places.window.length;
            if to < from && places.held.remove(&(end + from, sent.id)) {
                places.held.insert((end + to, sent.id));
            }
        }
    }

    /// The service refused a call because too many came.
    pub(super) fn refused(&mut self, now: Instant) {
        self.slowdown.refused(now);
    }

    /// When a call can go at the earliest with so many `ahead` of it.
    ///
    /// Calls that are leaving count as sent now, those ahead as sent as soon as they can be, and
    /// none of them as slow on its way.
    pub(super) fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        let earliest = |places: &Places| {
            let Window { calls, .. } = places.window;
            let in_full = self.free_at(places.window, calls, ahead, now);
            let slowed = places.calls(&self.slowdown, now);
            if slowed == calls {
                return in_full;
            }
            // By then the share has grown, and fewer places need to be free.
            let latest = self.free_at(places.window, slowed, 0, now);
            let grown = places.calls(&self.slowdown, latest);
            self.free_at(places.window, grown, 0, now).max(in_full)
        };
        self.windows.iter().map(earliest).max().unwrap_or(now)
    }

    /// When one of so many `calls` in a window is free for the call with so many `ahead` of it.
    fn free_at(&self, window: Window, calls: usize, ahead: usize, now: Instant) -> Instant {
        let period = window.period();
        let gone = self.sent.partition_point(|&sent| sent + period <= now);
        let sent = self.sent.len() - gone;
        let taken = sent + self.leaving;
        let position = taken + ahead;
        if position < calls {
            return now;
        }
        // A call goes a period after the one that is as many as the quota before it, that one a
        // period after another, and so on, as far back as there are calls or to one that has gone.
        let periods = (ahead / calls + 1).min(position / calls);
        let wait = period.saturating_mul(u32::try_from(periods).unwrap_or(u32::MAX));
        let first = position - periods * calls;
        if first < sent { self.sent[gone + first] + wait } else { now + wait }
    }
}

impl Places {
    /// Forgets the places that are free.
    fn tidy(&mut self, now: Instant) {
        while self.held.first().is_some_and(|&(free, _)| free <= now) {
            self.held.pop_first();
        }
    }

    fn full(&self, leaving: usize, slowdown: &Slowdown, now: Instant) -> Option<Full> {
        let Window { calls: quota, length } = self.window;
        let taken = self.held.len() + leaving;
        let calls = self.calls(slowdown, now);
        if taken < calls {
            return None;
        }
        // When all are still leaving, it is news that wakes the line, not time.
        let free_for = |calls: usize| {
            let rank = taken.saturating_sub(calls).min(FAR_ENOUGH);
            self.held.iter().nth(rank).map_or(now + length, |held| held.0)
        };
        let latest = free_for(calls);
        if calls == quota {
            return Some(Full { until: latest, reason: Reason::Quota(self.window) });
        }
        // By then the share has grown, and fewer places need to be free.
        let free = free_for(self.calls(slowdown, latest));
        let grown = slowdown.reaches(taken + 1, quota, now).filter(|_| taken < quota);
        let until = grown.map_or(free, |grown| grown.min(free));
        let reason = if taken < quota { Reason::SlowedDown } else { Reason::Quota(self.window) };
        Some(Full { until, reason })
    }

    fn calls(&self, slowdown: &Slowdown, now: Instant) -> usize {
        self.window.calls_now(slowdown, now)
    }
}

/// In a longer period than this, calls that are spread would wait for longer than they are worth.
const LONGEST_SPREAD: Duration = Duration::from_secs(1);

/// Nobody looks at more places than this. The head of the line wakes early then, and looks again.
const FAR_ENOUGH: usize = 1_000;
