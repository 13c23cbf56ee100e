//! A quota that other processes share, as leases from a server.
//!
//! Beside them a log of its own notes every call. While the server cannot be reached calls go by
//! that log, with this process's part of the quota, or fail, as the user chose.
//!
//! Nobody knows beforehand how long the calls of a lease will be on their way, so a booking is made
//! for the worst. Its end is told once they were answered, and that is worth something only before
//! others book what comes after it. So where calls have to wait in any case, the next question is
//! put off until then, for as long as the last lease was waited for at most: where all processes do
//! that, they wait half of the time for answers and half for their turn, and lose nothing.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    ledger::{Gone, Ledger, Obstacle, Taken},
    log::{Full, Log, Reason, Sent, Window},
    recent::Recent,
    round_trips::{LEAST_MARGIN, LONGEST_HOLD, RoundTrips},
    slowdown::Slowdown,
    spread::Spread,
};
use crate::shared::{Lease, Permits, Request, Shared, Unreachable, Usage, WhenUnreachable};

/// The leases of one endpoint.
#[derive(Debug)]
pub(super) struct Leases {
    shared: Arc<Shared>,
    key: Arc<str>,
    windows: Vec<Window>,
    slowdown: Slowdown,
    round_trips: RoundTrips,
    /// The newest one last. The others are used up or over, and wait for answers.
    leases: Vec<Open>,
    next_id: u64,
    /// What is to be told of leases that are closed.
    usages: Vec<Usage>,
    /// A question that is under way. It ends with the runtime that it was asked on, and with it the
    /// value behind this.
    question: Weak<UnderWay>,
    server: Server,
    /// How late calls arrived lately, beyond the fastest.
    lateness: Recent,
    /// How long calls took lately from their turn to their first byte.
    departure: Recent,
    /// Knows of all calls. It decides while the server cannot be reached, and has a say for a while
    /// after: the server knows nothing of the calls that went in the meantime.
    local: Log,
    local_until: Option<Instant>,
}

#[derive(Clone, Debug)]
enum Server {
    Reachable,
    /// It booked nothing, since that would have started only then.
    Busy {
        until: Instant,
    },
    /// It is asked again from then on.
    Unreachable {
        why: Unreachable,
        until: Instant,
    },
}

/// A lease of which calls are still to be sent or answered.
#[derive(Debug)]
struct Open {
    id: u64,
    permits: Permits,
    /// Turns are handed out until then, so that calls are sent before the lease ends.
    last_turn: Instant,
    left: u32,
    leaving: u32,
    sent: u32,
    under_way: u32,
    arrived_by: Instant,
    /// The calls that were answered while the round trips were not known, with their own.
    early: Vec<(Sent, Duration)>,
    /// How long it was until it began.
    waited: Duration,
    /// How long after that the next question is put off, unless all calls were answered.
    pause: Duration,
}

/// A question to the server.
#[derive(Debug)]
pub(super) struct Inquiry {
    shared: Arc<Shared>,
    key: Arc<str>,
    windows: Vec<(u32, Duration)>,
    waiting: u32,
    latest_start: Duration,
    spread: Duration,
    departure: Duration,
    usages: Vec<Usage>,
    under_way: Arc<UnderWay>,
}

/// Lives as long as a question is under way.
#[derive(Debug)]
pub(super) struct UnderWay;

pub(super) type Reply = Result<Lease, Unreachable>;

impl Inquiry {
    /// For so many calls that wait by now. Lasts no longer than the time limit of the server.
    pub(super) async fn ask(self, waiting: usize) -> (Reply, Arc<UnderWay>) {
        let request = Request {
            key: &self.key,
            windows: &self.windows,
            waiting: self.waiting.max(u32::try_from(waiting).unwrap_or(u32::MAX)),
            latest_start: self.latest_start,
            spread: self.spread,
            departure: self.departure,
            usages: &self.usages,
        };
        (self.shared.lease(request).await, self.under_way)
    }
}

impl Leases {
    pub(super) fn new(shared: Arc<Shared>, key: String, windows: Vec<Window>) -> Self {
        let part = match shared.when_unreachable() {
            WhenUnreachable::LocalShare { processes } => processes.get(),
            WhenUnreachable::Refuse => 1,
        };
        let local = Log::new(windows.iter().map(|window| window.part(part)));
        Self {
            shared,
            key: key.into(),
            windows,
            slowdown: Slowdown::default(),
            round_trips: RoundTrips::known_after(ENOUGH),
            leases: Vec::new(),
            next_id: 0,
            usages: Vec::new(),
            question: Weak::new(),
            server: Server::Reachable,
            lateness: Recent::of(FIRST_GUESS),
            departure: Recent::of(CONNECTING),
            local,
            local_until: None,
        }
    }

    fn is_asking(&self) -> bool {
        self.question.strong_count() > 0
    }

    /// Until when the next question is put off, where it is.
    fn pause(&self, deadline: Instant, now: Instant) -> Option<Instant> {
        let Open { permits, waited, pause, .. } = self.leases.last()?;
        let until = permits.from + *pause;
        // Put off, a question might be too late for a call that has little time.
        (now < until && deadline >= until + *waited).then_some(until)
    }

    fn open(&mut self, permits: Permits, now: Instant) {
        let id = self.next_id;
        self.next_id += 1;
        let departure = permits.departure;
        let waited = permits.from.saturating_duration_since(now);
        // A first burst is booked for connections that have yet to be opened. To know what they
        // take saves all processes more time than it costs this one.
        let is_first_burst = !self.departure.is_known() && permits.calls >= FIRST_BURST;
        let least = if is_first_burst { CONNECTING + FIRST_GUESS } else { Duration::ZERO };
        self.leases.push(Open {
            id,
            last_turn: permits.until.checked_sub(departure).unwrap_or(now),
            left: permits.calls,
            leaving: 0,
            sent: 0,
            under_way: 0,
            arrived_by: permits.from,
            early: Vec::new(),
            waited,
            pause: waited.clamp(least, LONGEST_PAUSE),
            permits,
        });
    }

    fn shares_locally(&self) -> bool {
        matches!(self.shared.when_unreachable(), WhenUnreachable::LocalShare { .. })
    }

    fn lease(&mut self, taken: Taken) -> Option<&mut Open> {
        let (id, _) = taken.lease?;
        self.leases.iter_mut().find(|lease| lease.id == id)
    }

    /// Closes leases that are over, and notes what is to be told of them.
    fn close(&mut self, now: Instant) {
        let over =
            |lease: &mut Open| !lease.has_turns(now) && lease.leaving == 0 && lease.under_way == 0;
        for lease in self.leases.extract_if(.., over) {
            let Open { permits, sent, arrived_by, early, .. } = lease;
            // A first burst can be late as a whole, so that its least round trip is late as well.
            let arrival = |&(sent, round_trip): &(Sent, Duration)| {
                sent.at() + round_trip.min(self.round_trips.hold(round_trip) + FIRST_LATENESS)
            };
            let arrived_by = early.iter().map(arrival).fold(arrived_by, Instant::max);
            self.usages.push(permits.used(sent, arrived_by));
        }
        // A server that is away for long is told nothing of what is over there as well.
        let stale = self.usages.len().saturating_sub(MOST_USAGES);
        self.usages.drain(..stale);
    }
}

impl Ledger for Leases {
    fn spread(&self) -> Option<Spread> {
        // Leases are small, and what one process does not take another may.
        None
    }

    fn room(&mut self, deadline: Instant, now: Instant) -> Result<(), Obstacle> {
        self.close(now);
        if let Some(lease) = self.leases.last().filter(|lease| lease.has_turns(now)) {
            return match lease.permits.from {
                from if from > now => Err(shared_until(from)),
                _ if self.local_until.is_some_and(|until| now < until) => {
                    self.local.room(now).map_err(Obstacle::Full)
                }
                _ => Ok(()),
            };
        }
        match &self.server {
            Server::Reachable => match self.pause(deadline, now) {
                Some(until) => Err(shared_until(until)),
                None => Err(Obstacle::Asking),
            },
            Server::Busy { until } if deadline < *until => Err(shared_until(*until)),
            Server::Busy { .. } => Err(Obstacle::Asking),
            Server::Unreachable { why, until } => match self.shared.when_unreachable() {
                WhenUnreachable::LocalShare { .. } => self.local.room(now).map_err(Obstacle::Full),
                WhenUnreachable::Refuse if now >= *until || self.is_asking() => {
                    Err(Obstacle::AskingAgain(why.clone()))
                }
                WhenUnreachable::Refuse => Err(Obstacle::Unreachable(why.clone())),
            },
        }
    }

    fn take(&mut self, now: Instant) -> Taken {
        self.local.take();
        let lease = self.leases.last_mut().filter(|lease| lease.has_turns(now));
        let lease = lease.map(|lease| {
            lease.left -= 1;
            lease.leaving += 1;
            (lease.id, now)
        });
        Taken { lease }
    }

    fn give_back(&mut self, taken: Taken) {
        self.local.give_back();
        if let Some(lease) = self.lease(taken) {
            lease.leaving -= 1;
            lease.left += 1;
        }
    }

    fn sent(&mut self, taken: Taken, now: Instant) -> Gone {
        let sent = self.local.sent(now);
        if let Some((_, turn)) = taken.lease {
            self.departure.note(now.saturating_duration_since(turn), now);
        }
        if let Some(lease) = self.lease(taken) {
            lease.leaving -= 1;
            lease.sent += 1;
            lease.under_way += 1;
            lease.arrived_by = lease.arrived_by.max(now);
        }
        Gone { sent, taken }
    }

    fn answered(&mut self, gone: Gone, now: Instant) {
        self.local.answered(gone.sent, now);
        let round_trip = now.saturating_duration_since(gone.sent.at());
        self.round_trips.note(round_trip, now);
        let excess = self.round_trips.hold(round_trip) - LEAST_MARGIN;
        let is_known = self.round_trips.are_known();
        if is_known {
            self.lateness.note(excess, now);
        }
        let Some(lease) = self.lease(gone.taken) else { return };
        lease.under_way -= 1;
        if is_known {
            lease.arrived_by = lease.arrived_by.max(gone.sent.at() + excess);
        } else {
            lease.early.push((gone.sent, round_trip));
        }
    }

    fn lost(&mut self, gone: Gone) {
        if let Some(lease) = self.lease(gone.taken) {
            lease.under_way -= 1;
            lease.arrived_by = lease.arrived_by.max(gone.sent.at() + LONGEST_HOLD);
        }
    }

    fn refused(&mut self, now: Instant) {
        self.slowdown.refused(now);
        self.local.refused(now);
    }

    fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        if matches!(self.server, Server::Unreachable { .. }) && self.shares_locally() {
            return self.local.earliest(ahead, now);
        }
        let lease = self.leases.last().filter(|lease| lease.has_turns(now));
        let first = match (lease, &self.server) {
            (Some(lease), _) => lease.permits.from,
            (None, Server::Busy { until }) => *until,
            (None, _) => now,
        };
        // Even if all others left the whole quota to this process.
        let alone = self.windows.iter().map(|window| window.earliest(ahead, now)).max();
        alone.unwrap_or(now).max(first)
    }

    fn inquiry(&mut self, waiting: usize, deadline: Instant, now: Instant) -> Option<Inquiry> {
        let is_due = match &self.server {
            Server::Reachable => self.pause(deadline, now).is_none(),
            Server::Busy { until } => deadline >= *until,
            Server::Unreachable { until, .. } => now >= *until,
        };
        let has_lease = self.leases.last().is_some_and(|lease| lease.has_turns(now));
        if self.is_asking() || has_lease || !is_due {
            return None;
        }
        let under_way = Arc::new(UnderWay);
        self.question = Arc::downgrade(&under_way);
        let calls = |window: &Window| {
            let calls = window.calls_now(&self.slowdown, now);
            (u32::try_from(calls).unwrap_or(u32::MAX), window.length())
        };
        Some(Inquiry {
            shared: Arc::clone(&self.shared),
            key: Arc::clone(&self.key),
            windows: self.windows.iter().map(calls).collect(),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            latest_start: deadline.saturating_duration_since(now),
            spread: self.lateness.largest(now),
            departure: self.departure.largest(now).max(HELD_UP),
            usages: std::mem::take(&mut self.usages),
            under_way,
        })
    }

    fn replied(&mut self, reply: Reply, now: Instant) {
        self.question = Weak::new();
        self.server = match reply {
            Ok(Lease::Granted(permits)) => {
                if matches!(self.server, Server::Unreachable { .. }) {
                    self.local_until = self.shares_locally().then(|| now + SETTLING);
                }
                self.open(permits, now);
                Server::Reachable
            }
            Ok(Lease::TooLate { starts_in }) => Server::Busy { until: now + starts_in },
            Err(why) => {
                if !matches!(self.server, Server::Unreachable { .. }) {
                    tracing::warn!(%why, "the shared quota cannot be asked");
                }
                Server::Unreachable { why, until: now + ASK_AGAIN }
            }
        };
    }
}

impl Open {
    fn has_turns(&self, now: Instant) -> bool {
        self.left > 0 && now < self.last_turn
    }
}

fn shared_until(until: Instant) -> Obstacle {
    Obstacle::Full(Full { until, reason: Reason::Shared })
}

/// How late calls may arrive as long as nothing is known of that.
const FIRST_GUESS: Duration = Duration::from_millis(100);

/// How long calls may take to leave as long as nothing is known of that: connections have to be
/// opened, by three round trips to a service far away.
const CONNECTING: Duration = Duration::from_millis(250);

/// So long a machine under load may let a process wait between the turns of some calls and their
/// first bytes, without a sign before. Nothing can keep those calls from being sent by then.
const HELD_UP: Duration = Duration::from_millis(50);

/// So many values show how they are spread: as many as a lease is for.
pub(super) const ENOUGH: usize = 25;

/// By how much all calls of a first burst may be late.
const FIRST_LATENESS: Duration = Duration::from_millis(50);

/// A lease of so many calls is for more than a call now and then.
const FIRST_BURST: u32 = 25;

/// A response that takes longer than this is told with a later lease.
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

/// Other processes may notice so much later that the server is back: they try once a second, and
/// what they sent by then counts for a second.
const SETTLING: Duration = Duration::from_millis(2_300);

/// A server that was not reached is left alone for so long.
const ASK_AGAIN: Duration = Duration::from_secs(1);

const MOST_USAGES: usize = 64;
