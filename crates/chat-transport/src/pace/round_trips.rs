use std::time::Duration;

use tokio::time::Instant;

/// How long calls to an endpoint take from their first byte to the head of their response, and what
/// follows from it for the quota.
///
/// The service counts a call when it arrives, which nobody tells the client. What the client knows
/// is an upper bound: a call whose response came at `answered` had arrived by `answered` minus the
/// least time that a response takes to come back. A new call arrives no earlier than the least time
/// to the service after it was sent. Both together are the least round trip. So with
///
/// ```text
/// excess = (answered - sent) - least round trip
/// ```
///
/// a call that is sent later than `sent + length + excess` arrives more than `length` after the
/// first. At a steady latency the excess is nothing and hardly any of the quota is lost, however
/// long the way is; with jitter each call pays for its own.
///
/// The least round trip is not known but seen, and what was seen may be above it. That is what the
/// margin is for: twice as much as lies between the least and the twentieth least round trip. Where
/// round trips crowd at their lower end that is little, and so is what may lie below; where they are
/// spread, or few were seen, it is more than what does. With delays of 0 to 50 ms on both ways, each
/// as likely as the others, the tenth least and not twice as much let one call too many through in
/// thirty starts; these let none through in a thousand.
///
/// Until a hundred round trips were seen nothing is made of them: the least counts as none, the
/// excess is the whole round trip, and that needs no margin for what was not seen. Then the calls
/// that still hold their places for so long are judged anew.
///
/// What was seen is forgotten after one to two minutes, lest a route that becomes longer leave an
/// excess for ever; until then it costs a fifth of a quota per second at most. One that becomes
/// shorter is seen at once.
#[derive(Debug)]
pub(super) struct RoundTrips {
    current: Seen,
    previous: Seen,
    /// When the current ones began.
    since: Option<Instant>,
    /// So many show how they are spread.
    enough: u32,
}

impl RoundTrips {
    /// Known from so many on. Where they are few, the margin makes up for it: it is then nearly
    /// twice what lies between the least and the largest.
    #[cfg(feature = "redis")]
    pub(super) fn known_after(enough: usize) -> Self {
        let enough = u32::try_from(enough.max(RANKS)).unwrap_or(u32::MAX);
        Self { enough, ..Self::default() }
    }

    pub(super) fn note(&mut self, round_trip: Duration, now: Instant) {
        let since = *self.since.get_or_insert(now);
        if self.current.count >= self.enough && now.saturating_duration_since(since) >= MEMORY {
            self.previous = std::mem::take(&mut self.current);
            self.since = Some(now);
        }
        self.current.add(round_trip);
    }

    /// Whether enough was seen to make something of it.
    pub(super) fn are_known(&self) -> bool {
        self.current.count.max(self.previous.count) >= self.enough
    }

    /// For how much longer than the length of a window a call with this round trip holds its place.
    pub(super) fn hold(&self, round_trip: Duration) -> Duration {
        if !self.are_known() {
            return Self::hold_while_unknown(round_trip);
        }
        let (least, margin) = self.bounds();
        round_trip.saturating_sub(least).saturating_add(margin).min(LONGEST_HOLD)
    }

    pub(super) fn hold_while_unknown(round_trip: Duration) -> Duration {
        round_trip.saturating_add(LEAST_MARGIN).min(LONGEST_HOLD)
    }

    /// The least round trip and the margin.
    fn bounds(&self) -> (Duration, Duration) {
        let least = |rank: usize| self.current.least[rank].min(self.previous.least[rank]);
        let spread = least(RANKS - 1).saturating_sub(least(0)).min(MOST_MARGIN);
        (least(0), (2 * spread).clamp(LEAST_MARGIN, MOST_MARGIN))
    }
}

impl Default for RoundTrips {
    fn default() -> Self {
        let (current, previous) = Default::default();
        Self { current, previous, since: None, enough: ENOUGH }
    }
}

/// The least of some round trips, in order.
#[derive(Debug)]
struct Seen {
    count: u32,
    least: [Duration; RANKS],
}

impl Seen {
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

impl Default for Seen {
    fn default() -> Self {
        Self { count: 0, least: [Duration::MAX; RANKS] }
    }
}

/// How much longer than the length of a window a call holds its place at most, and as long as it
/// has no response: an excess of 250 ms and the largest margin. A call that takes longer than that
/// has been slow at the service, or its response on the way back; to bring it there so late takes a
/// connection that lost packets more than once.
pub(super) const LONGEST_HOLD: Duration = Duration::from_millis(250).saturating_add(MOST_MARGIN);

/// Beside what was not seen of the least round trip, for clocks that count in milliseconds and do
/// not run alike.
pub(super) const LEAST_MARGIN: Duration = Duration::from_millis(5);

const MOST_MARGIN: Duration = Duration::from_millis(50);

/// So many round trips show how they are spread, unless told otherwise.
const ENOUGH: u32 = 100;

/// How many of the least round trips are kept.
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

    /// As if one came every 10 ms.
    fn hold_all(trips: &mut RoundTrips, start: Instant, all: &[Duration]) -> Vec<Duration> {
        let at = (0..).map(|index| start + index * ms(10));
        all.iter().zip(at).map(|(&trip, at)| hold(trips, trip, at)).collect()
    }

    #[test]
    fn a_steady_round_trip_costs_the_least_margin_however_long_it_is() {
        for trip in [ms(1), ms(50), ms(300), ms(3_000)] {
            let holds = hold_all(&mut RoundTrips::default(), Instant::now(), &[trip; 101]);
            assert_eq!(holds[0], (trip + LEAST_MARGIN).min(LONGEST_HOLD));
            assert_eq!(holds[98], holds[0]);
            assert_eq!(holds[99], LEAST_MARGIN);
        }
    }

    #[test]
    fn the_margin_is_as_wide_as_the_lower_end_is_blurred() {
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
    fn one_that_is_much_too_long_holds_its_place_no_longer_than_the_longest() {
        let mut trips = RoundTrips::default();
        hold_all(&mut trips, Instant::now(), &[ms(20); 100]);
        assert_eq!(hold(&mut trips, ms(120), Instant::now()), ms(105));
        assert_eq!(hold(&mut trips, Duration::MAX, Instant::now()), LONGEST_HOLD);
    }

    #[test]
    fn a_route_that_becomes_longer_is_learnt_within_two_minutes() {
        let mut trips = RoundTrips::default();
        let start = Instant::now();
        hold_all(&mut trips, start, &[ms(20); 100]);
        let holds = hold_all(&mut trips, start + ms(1_000), &[ms(220); 12_000]);
        assert_eq!(holds[11_000], ms(205));
        assert_eq!(holds[11_999], LEAST_MARGIN);
    }
}
