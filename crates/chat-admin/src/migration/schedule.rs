//! The times with which the messages of a group are sent.

use chat_types::UnixSeconds;

/// Assigns a time to each message of a group, in their order.
///
/// The service requires each time to be after that of the message before and after the creation of the
/// group, and not in the future. A message that shares its second with the one before is moved to the
/// next free second. If the messages of a busy group would move beyond now, they are moved into the
/// past instead, as far as their order permits: each leaves a second for every message after it. Where
/// it does not permit that, or the number of messages is not known, the last ones are in the future,
/// and have to wait until their time has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Schedule {
    /// The time after which the next message must be sent.
    newest: Option<UnixSeconds>,
    now: UnixSeconds,
    /// The number of messages that have no time yet, if it is known.
    remaining: Option<u64>,
}

impl Schedule {
    /// Starts after the creation of the group, if its time is known.
    pub(super) fn new(
        created: Option<UnixSeconds>,
        now: UnixSeconds,
        messages: Option<u64>,
    ) -> Self {
        Self { newest: created, now, remaining: messages }
    }

    /// Returns the time with which the next message is sent.
    pub(super) fn assign(&mut self, time: UnixSeconds) -> UnixSeconds {
        let latest = self.remaining.map(|messages| self.now.get().saturating_sub(messages));
        let wanted = latest.map_or(time, |latest| time.min(UnixSeconds::new(latest)));
        let free = self.newest.map_or(wanted, |newest| newest.after(1));
        let assigned = wanted.max(free);
        self.newest = Some(assigned);
        self.remaining = self.remaining.map(|messages| messages.saturating_sub(1));
        assigned
    }
}

/// How many messages are sent with another time, and how long the last of them has to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Adjustments {
    pub(super) earlier: u64,
    pub(super) later: u64,
    pub(super) wait_seconds: u64,
}

impl Adjustments {
    /// Computes the times of all messages of a group.
    pub(super) fn of(
        created: Option<UnixSeconds>,
        now: UnixSeconds,
        times: &[UnixSeconds],
    ) -> Self {
        let mut schedule = Schedule::new(created, now, Some(times.len() as u64));
        let mut adjustments = Self::default();
        for time in times {
            let assigned = schedule.assign(*time);
            adjustments.earlier += u64::from(assigned < *time);
            adjustments.later += u64::from(assigned > *time);
            let wait = assigned.after(1).seconds_since(now);
            adjustments.wait_seconds = adjustments.wait_seconds.max(wait);
        }
        adjustments
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: u64 = 1_000_000;

    fn assign(created: u64, times: &[u64], knows_count: bool) -> Vec<u64> {
        let count = knows_count.then_some(times.len() as u64);
        let created = Some(UnixSeconds::new(created));
        let mut schedule = Schedule::new(created, UnixSeconds::new(NOW), count);
        times.iter().map(|time| schedule.assign(UnixSeconds::new(*time)).get()).collect()
    }

    #[test]
    fn busy_second_of_the_past_moves_into_the_free_seconds_after_it() {
        assert_eq!(assign(0, &[100, 100, 100, 200], true), [100, 101, 102, 200]);
        assert_eq!(assign(100, &[100, 101], true), [101, 102]);
    }

    #[test]
    fn busy_second_of_now_moves_into_the_past() {
        let times = [NOW - 1; 4];
        assert_eq!(assign(0, &times, true), [NOW - 4, NOW - 3, NOW - 2, NOW - 1]);
        assert_eq!(assign(0, &times, false), [NOW - 1, NOW, NOW + 1, NOW + 2]);
    }

    #[test]
    fn without_room_in_the_past_the_last_messages_wait() {
        let times = [NOW - 1; 4];
        assert_eq!(assign(NOW - 3, &times, true), [NOW - 2, NOW - 1, NOW, NOW + 1]);
        let times = times.map(UnixSeconds::new);
        let created = Some(UnixSeconds::new(NOW - 3));
        let found = Adjustments::of(created, UnixSeconds::new(NOW), &times);
        assert_eq!(found, Adjustments { earlier: 1, later: 2, wait_seconds: 2 });
    }

    proptest! {
        #[test]
        fn times_increase_and_are_in_the_past_if_there_is_room(
            mut times in prop::collection::vec(NOW - 50..NOW, 0..80),
            created in NOW - 200..NOW - 40,
        ) {
            times.sort_unstable();
            let assigned = assign(created, &times, true);
            prop_assert!(assigned.is_sorted_by(|one, other| one < other));
            prop_assert!(assigned.iter().all(|time| *time > created));
            if created + (times.len() as u64) < NOW {
                prop_assert!(assigned.iter().all(|time| *time < NOW));
            }
            let later: Vec<u64> = {
                let count = Some(times.len() as u64);
                let created = Some(UnixSeconds::new(created));
                let mut schedule = Schedule::new(created, UnixSeconds::new(NOW + 500), count);
                times.iter().map(|time| schedule.assign(UnixSeconds::new(*time)).get()).collect()
            };
            prop_assert!(
                assigned.iter().zip(&later).all(|(one, other)| one <= other),
                "a run that resumes later keeps the order of what was sent"
            );
        }
    }
}
