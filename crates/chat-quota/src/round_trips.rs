//! For how long a call counts against the quota after it was sent.

use std::time::Duration;

use tokio::time::Instant;

/// How long calls to an endpoint take from their first byte to the head of their response, and what
/// follows from it for the quota.
///
/// The service counts a call when it arrives, which the client cannot observe. What the client knows
/// is an upper bound: a call whose response came at `completed` had arrived by `completed` minus the
/// least time that a response takes to come back. A new call arrives no earlier than the least time
/// to the service after it was sent. The sum of the two is the least round trip. So with
///
/// ```text
/// excess = (completed - sent) - least round trip
/// ```
///
/// a call that is sent later than `sent + length + excess` arrives more than `length` after the
/// first. At a steady latency the excess is zero and hardly any of the quota is lost, however high
/// the latency is; with jitter each call pays for its own.
///
/// The least round trip is not known but measured, and the measurement may be too high. That is what
/// the margin is for: twice the difference between the least and the twentieth least round trip.
/// Where round trips are dense at their lower end that is little, and so is what may lie below;
/// where they are spread out, or few were measured, it is more than what does. With delays of 0 to
/// 50 ms both ways, uniformly distributed, the tenth least without the factor of two let one call
/// too many through in thirty starts; these let none through in a thousand.
///
/// Nothing is concluded from fewer than a hundred round trips, nor from those of the first second: a
/// service or a route often responds more slowly to a first burst, and the least round trip of that
/// burst would release its slots too early for the faster calls that follow. Until then the least
/// counts as zero, the excess is the whole round trip, and no margin is needed for what was not
/// measured.
///
/// An excess counts up to [`LONGEST_HOLD`]. Calls that are held up for longer than that on their way,
/// and then arrive together with later ones, can exceed the quota by the number of calls that were
/// sent in the time beyond it.
///
/// Measurements are forgotten after one to two minutes, so that a route that becomes longer does not
/// leave an excess forever; until then it costs a fifth of a quota per second at most. A route that
/// becomes shorter is noticed at once.
#[derive(Debug)]
pub(crate) struct RoundTrips {
    current: Sample,
    previous: Sample,
    /// When the current sample began.
    since: Option<Instant>,
    /// This number of round trips shows how they are distributed.
    enough: u32,
    /// Whether enough was measured to conclude something.
    are_known: bool,
}

impl RoundTrips {
    /// Returns round trips that are known after `enough` of them. Where these are few, the margin
    /// makes up for it: it is then nearly twice the difference between the least and the largest.
    #[cfg(feature = "redis")]
    pub(crate) fn known_after(enough: usize) -> Self {
        let enough = u32::try_from(enough.max(RANKS)).unwrap_or(u32::MAX);
        Self { enough, ..Self::default() }
    }

    pub(crate) fn note(&mut self, round_trip: Duration, now: Instant) {
        let since = *self.since.get_or_insert(now);
        if self.current.count >= self.enough && now.saturating_duration_since(since) >= MEMORY {
            self.previous = std::mem::take(&mut self.current);
            self.since = Some(now);
        }
        self.current.add(round_trip);
        let is_past_burst = now.saturating_duration_since(since) >= FIRST_BURST;
        self.are_known |= is_past_burst && self.current.count >= self.enough;
    }

    /// Returns whether enough was measured to conclude something.
    #[cfg(feature = "redis")]
    pub(crate) fn are_known(&self) -> bool {
        self.are_known
    }

    /// Returns for how much longer than the length of a window a call with this round trip holds its
    /// slot.
    pub(crate) fn hold(&self, round_trip: Duration) -> Duration {
        let (least, margin) =
            if self.are_known { self.bounds() } else { (Duration::ZERO, LEAST_MARGIN) };
        round_trip.saturating_sub(least).saturating_add(margin).min(LONGEST_HOLD)
    }

    /// Returns the least round trip and the margin.
    fn bounds(&self) -> (Duration, Duration) {
        let least = |rank: usize| self.current.least[rank].min(self.previous.least[rank]);
        let spread = least(RANKS - 1).saturating_sub(least(0)).min(MOST_MARGIN);
        (least(0), (2 * spread).clamp(LEAST_MARGIN, MOST_MARGIN))
    }
}

impl Default for RoundTrips {
    fn default() -> Self {
        let (current, previous) = Default::default();
        Self { current, previous, since: None, enough: ENOUGH, are_known: false }
    }
}

/// The least of a number of round trips, in ascending order.
#[derive(Debug)]
struct Sample {
    count: u32,
    least: [Duration; RANKS],
}

impl Sample {
    fn add(&mut self, round_trip: Duration) {
        self.count = self.count.saturating_add(1);
        let rank = self.least.partition_point(|&least| least <= round_trip);
        if let Some(higher) = self.least.get_mut(rank..)
            && !higher.is_empty()
        {
            higher.rotate_right(1);
            higher[0] = round_trip;
        }
    }
}

impl Default for Sample {
    fn default() -> Self {
        Self { count: 0, least: [Duration::MAX; RANKS] }
    }
}

/// How much longer than the length of a window a call holds its slot at most, and as long as it has
/// no response: an excess of 250 ms and the largest margin. A call that takes longer than that was
/// slow at the service, or its response on the way back; only a connection that lost packets more
/// than once delivers a request that late.
pub(crate) const LONGEST_HOLD: Duration = Duration::from_millis(250).saturating_add(MOST_MARGIN);

/// In addition to what was not measured of the least round trip, for clocks that count in
/// milliseconds and run at slightly different rates.
pub(crate) const LEAST_MARGIN: Duration = Duration::from_millis(5);

const MOST_MARGIN: Duration = Duration::from_millis(50);

/// This number of round trips shows how they are distributed, unless set otherwise.
const ENOUGH: u32 = 100;

/// The round trips of calls that were sent together say nothing about those of later calls.
const FIRST_BURST: Duration = Duration::from_secs(1);

/// The number of least round trips that are kept.
const RANKS: usize = 20;

const MEMORY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn hold(trips: &mut RoundTrips, trip: Duration, at: Instant) -> Duration {
        trips.note(trip, at);
        trips.hold(trip)
    }

    /// Notes one round trip every 10 ms.
    fn hold_all(trips: &mut RoundTrips, start: Instant, all: &[Duration]) -> Vec<Duration> {
        let at = (0..).map(|index| start + index * ms(10));
        all.iter().zip(at).map(|(&trip, at)| hold(trips, trip, at)).collect()
    }

    #[test]
    fn steady_round_trip_costs_the_least_margin_however_long() {
        for trip in [ms(1), ms(50), ms(300), ms(3_000)] {
            let holds = hold_all(&mut RoundTrips::default(), Instant::now(), &[trip; 101]);
            assert_eq!(holds[0], (trip + LEAST_MARGIN).min(LONGEST_HOLD));
            assert_eq!(holds[99], holds[0]);
            assert_eq!(holds[100], LEAST_MARGIN);
        }
    }

    #[test]
    fn calls_of_the_first_second_hold_their_slots_for_their_whole_round_trips() {
        let mut trips = RoundTrips::default();
        let start = Instant::now();
        for _ in 0..1_000 {
            assert_eq!(hold(&mut trips, ms(150), start + ms(999)), ms(155));
        }
        assert_eq!(hold(&mut trips, ms(50), start + ms(1_999)), MOST_MARGIN);
    }

    #[test]
    fn margin_follows_the_spread_at_the_lower_end() {
        let mut trips = RoundTrips::default();
        let blurred: Vec<_> = (0..100).map(|index| ms(100) + index * ms(1) / 2).collect();
        hold_all(&mut trips, Instant::now(), &blurred);
        assert_eq!(trips.bounds(), (ms(100), ms(19)));
        hold_all(&mut trips, Instant::now(), &[ms(101); 30]);
        assert_eq!(trips.bounds(), (ms(100), LEAST_MARGIN));
        trips.note(ms(1), Instant::now());
        assert_eq!(trips.bounds(), (ms(1), MOST_MARGIN));
    }

    #[test]
    fn outlier_holds_its_slot_for_the_longest_hold_at_most() {
        let mut trips = RoundTrips::default();
        let start = Instant::now();
        hold_all(&mut trips, start, &[ms(20); 101]);
        assert_eq!(hold(&mut trips, ms(120), start + ms(1_010)), ms(105));
        assert_eq!(hold(&mut trips, Duration::MAX, start + ms(1_010)), LONGEST_HOLD);
    }

    #[test]
    fn longer_route_is_learned_within_two_minutes() {
        let mut trips = RoundTrips::default();
        let start = Instant::now();
        hold_all(&mut trips, start, &[ms(20); 100]);
        let holds = hold_all(&mut trips, start + ms(1_000), &[ms(220); 12_000]);
        assert_eq!(holds[11_000], ms(205));
        assert_eq!(holds[11_999], LEAST_MARGIN);
    }
}
