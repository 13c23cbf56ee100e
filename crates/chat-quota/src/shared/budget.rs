//! A budget of leases from a server, for a quota that other processes share.
//!
//! In addition to the leases, a sliding window of its own notes every call. While the server cannot
//! be reached, calls go by that window, with this process's part of the quota, or fail, as the user
//! chose.
//!
//! How long the calls of a lease will take is unknown beforehand, so a booking assumes the worst.
//! Its real end is reported once they are completed, which is worth something only before others
//! book what comes after it. So where calls have to wait anyway, the next request is postponed until
//! then, for as long as the last lease was waited for at most: where all processes do that, they
//! spend half of the time waiting for responses and half waiting for capacity, and lose nothing.

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{
    active_lease::ActiveLease,
    client::LeaseClient,
    lease::{Grant, Lease, LeaseRequest, Usage},
    moving_max::{ENOUGH, MovingMax},
    reply::{PendingReply, Reply},
    settings::WhenUnreachable,
};
use crate::{
    budget::{Blocked, Budget, InFlight, Refill, Reservation},
    reason::{Exhausted, Reason},
    round_trips::{LEAST_MARGIN, LONGEST_HOLD, RoundTrips},
    sliding_window::SlidingWindow,
    smoothing::Smoothing,
    throttle::Throttle,
    unreachable::Unreachable,
    window::Window,
};

/// The leases of one endpoint.
#[derive(Debug)]
pub(crate) struct SharedBudget {
    client: Arc<LeaseClient>,
    key: Arc<str>,
    windows: Vec<Window>,
    throttle: Throttle,
    round_trips: RoundTrips,
    /// The newest one last. The others are used up or expired, and wait for responses.
    leases: Vec<ActiveLease>,
    next_id: u64,
    /// What is to be reported of leases that are over.
    usages: Vec<Usage>,
    reply: Option<PendingReply>,
    server: Server,
    /// How much later than the fastest calls arrived recently.
    arrival_jitter: MovingMax,
    /// How long calls took recently from their permit to their first byte.
    send_delay: MovingMax,
    /// Knows of all calls. It decides while the server cannot be reached, and has a say for a while
    /// after: the server knows nothing of the calls that were sent in the meantime.
    local: SlidingWindow,
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
        error: Unreachable,
        until: Instant,
    },
}

impl SharedBudget {
    pub(crate) fn new(client: Arc<LeaseClient>, key: String, windows: Vec<Window>) -> Self {
        let parts = match client.when_unreachable() {
            WhenUnreachable::LocalShare { processes } => processes.get(),
            WhenUnreachable::Refuse => 1,
        };
        let local = SlidingWindow::new(windows.iter().map(|window| window.part(parts)));
        Self {
            client,
            key: key.into(),
            windows,
            throttle: Throttle::default(),
            round_trips: RoundTrips::known_after(ENOUGH),
            leases: Vec::new(),
            next_id: 0,
            usages: Vec::new(),
            reply: None,
            server: Server::Reachable,
            arrival_jitter: MovingMax::new(ASSUMED_JITTER),
            send_delay: MovingMax::new(CONNECTING),
            local,
            local_until: None,
        }
    }

    fn is_refilling(&self) -> bool {
        self.reply.as_ref().is_some_and(PendingReply::is_pending)
    }

    fn shares_locally(&self) -> bool {
        matches!(self.client.when_unreachable(), WhenUnreachable::LocalShare { .. })
    }

    /// Returns the newest lease if it has permits.
    fn current(&self, now: Instant) -> Option<&ActiveLease> {
        self.leases.last().filter(|lease| lease.has_permits(now))
    }

    fn lease(&mut self, id: Option<u64>) -> Option<&mut ActiveLease> {
        self.leases.iter_mut().find(|lease| Some(lease.id) == id)
    }

    /// Returns until when the next request is postponed, if it is.
    fn postponed_until(&self, deadline: Instant, now: Instant) -> Option<Instant> {
        let ActiveLease { grant, waited, pause, .. } = self.leases.last()?;
        let until = grant.from + *pause;
        // A postponed request might be too late for a call that has little time.
        (now < until && deadline >= until + *waited).then_some(until)
    }

    /// Takes in the outcome of a refill.
    fn receive(&mut self) {
        let received = self.reply.as_ref().and_then(PendingReply::take);
        let Some((reply, at)) = received else { return };
        self.reply = None;
        self.note_reply(reply, at);
    }

    fn note_reply(&mut self, reply: Reply, at: Instant) {
        self.server = match reply {
            Ok(Lease::Granted(grant)) => {
                if matches!(self.server, Server::Unreachable { .. }) {
                    self.local_until = self.shares_locally().then(|| at + SETTLING);
                }
                self.open(grant, at);
                Server::Reachable
            }
            Ok(Lease::TooLate { starts_in }) => Server::Busy { until: at + starts_in },
            Err(error) => {
                if !matches!(self.server, Server::Unreachable { .. }) {
                    tracing::warn!(%error, "the shared quota is unavailable");
                }
                Server::Unreachable { error, until: at + RETRY_AFTER }
            }
        };
    }

    fn open(&mut self, grant: Grant, now: Instant) {
        let id = self.next_id;
        self.next_id += 1;
        // A first burst is booked for connections that have yet to be opened. To know how long they
        // take saves all processes more time than it costs this one.
        let is_first_burst = !self.send_delay.is_known() && grant.calls >= FIRST_BURST;
        let pause = if is_first_burst { CONNECTING + ASSUMED_JITTER } else { Duration::ZERO };
        self.leases.push(ActiveLease::new(id, grant, pause, now));
    }

    /// Removes the leases that are over, and notes what is to be reported of them.
    fn close(&mut self, now: Instant) {
        for lease in self.leases.extract_if(.., |lease| lease.is_over(now)) {
            self.usages.push(lease.into_usage());
        }
        // While the server is away for long, bookings end there as well.
        let stale = self.usages.len().saturating_sub(MOST_USAGES);
        self.usages.drain(..stale);
    }
}

impl Budget for SharedBudget {
    fn smoothing(&self) -> Option<Smoothing> {
        // Leases are small, and other processes may use what this one leaves.
        None
    }

    fn check(&mut self, deadline: Instant, now: Instant) -> Result<(), Blocked> {
        self.receive();
        self.close(now);
        if let Some(lease) = self.current(now) {
            return match lease.grant.from {
                from if from > now => Err(shared_until(from)),
                _ if self.local_until.is_some_and(|until| now < until) => {
                    self.local.check(deadline, now)
                }
                _ => Ok(()),
            };
        }
        match &self.server {
            Server::Reachable => match self.postponed_until(deadline, now) {
                Some(until) => Err(shared_until(until)),
                None => Err(Blocked::Refilling),
            },
            Server::Busy { until } if deadline < *until => Err(shared_until(*until)),
            Server::Busy { .. } => Err(Blocked::Refilling),
            Server::Unreachable { error, until } => match self.client.when_unreachable() {
                WhenUnreachable::LocalShare { .. } => self.local.check(deadline, now),
                WhenUnreachable::Refuse if now >= *until || self.is_refilling() => {
                    Err(Blocked::RefillingAgain(error.clone()))
                }
                WhenUnreachable::Refuse => Err(Blocked::Unavailable(error.clone())),
            },
        }
    }

    fn reserve(&mut self, now: Instant) -> Reservation {
        let local = self.local.reserve(now);
        let lease = self.leases.last_mut().filter(|lease| lease.has_permits(now));
        let lease = lease.map(|lease| {
            lease.left -= 1;
            lease.reserved += 1;
            lease.id
        });
        Reservation { lease, ..local }
    }

    fn cancel(&mut self, reservation: Reservation) {
        self.local.cancel(reservation);
        if let Some(lease) = self.lease(reservation.lease) {
            lease.reserved -= 1;
            lease.left += 1;
        }
    }

    fn sent(&mut self, reservation: Reservation, now: Instant) -> InFlight {
        let local = self.local.sent(reservation, now);
        if reservation.lease.is_some() {
            self.send_delay.note(now.saturating_duration_since(reservation.at), now);
        }
        if let Some(lease) = self.lease(reservation.lease) {
            lease.reserved -= 1;
            lease.sent += 1;
            lease.in_flight += 1;
            lease.arrived_by = lease.arrived_by.max(now);
        }
        InFlight { lease: reservation.lease, ..local }
    }

    fn completed(&mut self, call: InFlight, now: Instant) {
        self.local.completed(call, now);
        let round_trip = now.saturating_duration_since(call.sent_at);
        self.round_trips.note(round_trip, now);
        let excess = self.round_trips.hold(round_trip) - LEAST_MARGIN;
        if self.round_trips.are_known() {
            self.arrival_jitter.note(excess, now);
        }
        let Some(lease) = self.lease(call.lease) else { return };
        lease.in_flight -= 1;
        lease.arrived_by = lease.arrived_by.max(call.sent_at + excess);
    }

    fn lost(&mut self, call: InFlight) {
        if let Some(lease) = self.lease(call.lease) {
            lease.in_flight -= 1;
            lease.arrived_by = lease.arrived_by.max(call.sent_at + LONGEST_HOLD);
        }
    }

    fn refused(&mut self, now: Instant) {
        self.throttle.refused(now);
        self.local.refused(now);
    }

    fn earliest(&self, ahead: usize, now: Instant) -> Instant {
        if matches!(self.server, Server::Unreachable { .. }) && self.shares_locally() {
            return self.local.earliest(ahead, now);
        }
        let first = match (self.current(now), &self.server) {
            (Some(lease), _) => lease.grant.from,
            (None, Server::Busy { until }) => *until,
            (None, _) => now,
        };
        // Even if all others left the whole quota to this process.
        let alone = |window: &Window| {
            let wait = window.min_duration((ahead as u64).saturating_add(1));
            now.checked_add(wait).unwrap_or(now)
        };
        self.windows.iter().map(alone).max().unwrap_or(now).max(first)
    }

    fn refill(&mut self, waiting: usize, deadline: Instant, now: Instant) -> Option<Refill> {
        let is_due = match &self.server {
            Server::Reachable => self.postponed_until(deadline, now).is_none(),
            Server::Busy { until } => deadline >= *until,
            Server::Unreachable { until, .. } => now >= *until,
        };
        if self.is_refilling() || self.current(now).is_some() || !is_due {
            return None;
        }
        let (reply, sender) = PendingReply::new();
        self.reply = Some(reply);
        let calls = |&window: &Window| {
            let calls = self.throttle.calls_now(window, now);
            (u32::try_from(calls).unwrap_or(u32::MAX), window.length())
        };
        let client = Arc::clone(&self.client);
        let mut request = LeaseRequest {
            key: Arc::clone(&self.key),
            windows: self.windows.iter().map(calls).collect(),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            max_wait: deadline.saturating_duration_since(now),
            arrival_jitter: self.arrival_jitter.get(now),
            send_delay: self.send_delay.get(now).max(SCHEDULING),
            usages: std::mem::take(&mut self.usages),
        };
        Some(Box::new(move |waiting| {
            request.waiting = request.waiting.max(u32::try_from(waiting).unwrap_or(u32::MAX));
            Box::pin(async move { sender.send(client.lease(&request).await) })
        }))
    }
}

fn shared_until(until: Instant) -> Blocked {
    Blocked::Exhausted(Exhausted { until, reason: Reason::Shared })
}

/// How late calls may arrive while nothing was measured.
const ASSUMED_JITTER: Duration = Duration::from_millis(100);

/// How long calls may take to be sent while nothing was measured: connections have to be opened, by
/// three round trips to a service far away.
const CONNECTING: Duration = Duration::from_millis(250);

/// How long a machine under load may suspend a process between the permits of some calls and their
/// first bytes, without warning. Nothing can keep those calls from being sent by then.
const SCHEDULING: Duration = Duration::from_millis(50);

/// A lease of this number of calls is for more than an occasional call.
const FIRST_BURST: u32 = 25;

/// Other processes may notice this much later that the server is back: they try once a second, and
/// what they sent by then counts for a second.
const SETTLING: Duration = Duration::from_millis(2_300);

/// How long a server that was not reached is left alone.
const RETRY_AFTER: Duration = Duration::from_secs(1);

const MOST_USAGES: usize = 64;
