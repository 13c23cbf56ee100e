use std::time::Duration;

use chat_transport::Client;
use chat_types::spec::EndpointSpec;

/// How many calls are under way at once.
///
/// While calls have to wait for their turn, as many as it takes to use the quota up at the present
/// latency (Little's law), and a few more, so that there is always one whose turn can come: others
/// would only stand in line. While none of a second's calls has to wait, the quota is not what holds
/// the job up, as at its beginning, and there are as many as the caller allows.
#[derive(Debug)]
pub(crate) struct Width {
    /// What the caller allows.
    most: Option<usize>,
    per_second: Option<f64>,
    /// Of a call without its wait for its turn; smoothed, and how far it strays.
    latency: Option<(f64, f64)>,
    /// Answers since one whose call had to wait; `None` if none ever had.
    since_wait: Option<u32>,
}

/// How long a call took.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timing {
    /// For its turn under the quota.
    pub(crate) waited: Duration,
    /// From then on to its response.
    pub(crate) latency: Duration,
}

impl Width {
    pub(crate) fn new(most: Option<usize>) -> Self {
        Self { most, per_second: None, latency: None, since_wait: None }
    }

    /// Calls go to this endpoint now.
    pub(crate) fn aim_at(&mut self, endpoint: &'static EndpointSpec, client: &Client) {
        const MANY: u64 = 1_000_000;
        let time = client.min_duration(endpoint, MANY).as_secs_f64();
        self.per_second = (time > 0.0).then(|| MANY as f64 / time);
    }

    pub(crate) fn answered(&mut self, timing: Timing) {
        let sample = timing.latency.as_secs_f64();
        self.latency = Some(match self.latency {
            None => (sample, sample / 2.0),
            Some((mean, deviation)) => (
                mean + (sample - mean) / 8.0,
                deviation + ((sample - mean).abs() - deviation) / 4.0,
            ),
        });
        self.since_wait = match self.since_wait {
            _ if !timing.waited.is_zero() => Some(0),
            Some(responses) => Some(responses.saturating_add(1)),
            None => None,
        };
    }

    pub(crate) fn calls(&self) -> usize {
        let Some(per_second) = self.per_second else {
            return self.most.unwrap_or(UNPACED);
        };
        let without_waiting = self.most.unwrap_or_else(|| at_latency(per_second, FIRST_GUESS));
        let wanted = match self.latency {
            None => without_waiting,
            Some((mean, deviation)) => {
                let enough = at_latency(per_second, mean + 2.0 * deviation);
                let has_to_wait =
                    self.since_wait.is_some_and(|responses| f64::from(responses) < per_second);
                if has_to_wait { enough } else { enough.max(without_waiting) }
            }
        };
        wanted.clamp(1, self.most.unwrap_or(MOST))
    }
}

fn at_latency(per_second: f64, latency: f64) -> usize {
    1 + (per_second * (latency + SPARE)).ceil() as usize
}

/// Unless the caller says otherwise. It bounds what is in memory, and how far a job reaches into a
/// line in which others wait too.
const MOST: usize = 256;

/// Of the latency in seconds, until the first response tells it: that of another continent, since it
/// does less harm to have a few calls too many in line than to lose the first second.
const FIRST_GUESS: f64 = 0.3;

/// Where no quota is documented, so that nothing tells how much the service takes.
const UNPACED: usize = 32;

/// Seconds for which calls stand ready, so that there is always one whose turn can come. Not so many
/// that they wait for longer than a call may where the quota is one a second.
const SPARE: f64 = 0.04;

#[cfg(test)]
mod tests {
    use super::*;

    fn paced(most: Option<usize>, latencies: impl Iterator<Item = u64>, waited: u64) -> usize {
        let mut width = Width::new(most);
        width.per_second = Some(200.0);
        for latency in latencies {
            let latency = Duration::from_millis(latency);
            width.answered(Timing { waited: Duration::from_millis(waited), latency });
        }
        width.calls()
    }

    fn steady(millis: u64) -> impl Iterator<Item = u64> {
        std::iter::repeat_n(millis, 100)
    }

    #[test]
    fn as_many_calls_are_under_way_as_quota_and_latency_ask_for() {
        assert!((18..=20).contains(&paced(None, steady(50), 5)));
        assert!((68..=70).contains(&paced(None, steady(300), 5)));
        assert_eq!(paced(None, steady(60_000), 5), MOST, "it is bounded");
    }

    #[test]
    fn while_no_call_has_to_wait_there_are_as_many_as_the_caller_allows() {
        assert_eq!(paced(Some(50), steady(20), 0), 50);
        assert_eq!(paced(Some(50), std::iter::empty(), 0), 50);
        assert!(paced(None, steady(20), 0) > paced(None, steady(20), 5));
    }

    #[test]
    fn the_caller_has_the_last_word() {
        assert_eq!(Width::new(Some(5)).calls(), 5);
        assert_eq!(paced(Some(5), steady(1_000), 5), 5);
    }

    #[test]
    fn a_latency_that_strays_asks_for_more() {
        let straying = (0..100).map(|number| 50 + 100 * (number % 2));
        assert!(paced(None, straying, 5) > paced(None, steady(100), 5));
    }
}
