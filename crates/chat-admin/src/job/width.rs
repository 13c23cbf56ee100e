use std::time::Duration;

use chat_transport::Client;
use chat_types::spec::EndpointSpec;

/// How many calls are under way at once: as many as it takes to use the quota up at the present
/// latency (Little's law), and a few more, so that there is always one whose turn can come.
#[derive(Debug)]
pub(crate) struct Width {
    /// What the caller allows.
    most: usize,
    per_second: Option<f64>,
    /// Of a call without its wait for its turn; smoothed, and how far it strays.
    latency: Option<(f64, f64)>,
}

impl Width {
    pub(crate) fn new(most: Option<usize>) -> Self {
        Self { most: most.unwrap_or(MOST), per_second: None, latency: None }
    }

    /// Calls go to this endpoint now.
    pub(crate) fn aim_at(&mut self, endpoint: &'static EndpointSpec, client: &Client) {
        const MANY: u64 = 1_000_000;
        let time = client.least_time(endpoint, MANY).as_secs_f64();
        self.per_second = (time > 0.0).then(|| MANY as f64 / time);
    }

    /// A call was answered after so long, its wait for its turn not counted.
    pub(crate) fn answered(&mut self, after: Duration) {
        let sample = after.as_secs_f64();
        self.latency = Some(match self.latency {
            None => (sample, sample / 2.0),
            Some((mean, deviation)) => (
                mean + (sample - mean) / 8.0,
                deviation + ((sample - mean).abs() - deviation) / 4.0,
            ),
        });
    }

    pub(crate) fn calls(&self) -> usize {
        let wanted = match (self.per_second, self.latency) {
            (None, _) => UNPACED,
            (Some(per_second), None) => at_latency(per_second, FIRST_GUESS),
            (Some(per_second), Some((mean, deviation))) => {
                at_latency(per_second, mean + 2.0 * deviation)
            }
        };
        wanted.clamp(1, self.most)
    }
}

fn at_latency(per_second: f64, latency: f64) -> usize {
    1 + (per_second * (latency + SPARE)).ceil() as usize
}

/// Unless the caller says otherwise. It bounds what is in memory, and how far a job reaches into a
/// line in which others wait too.
const MOST: usize = 256;

/// Of the latency in seconds, until the first answer tells it: that of another continent, since it
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

    #[test]
    fn as_many_calls_are_under_way_as_quota_and_latency_ask_for() {
        let width = |millis: u64| {
            let mut width = Width::new(None);
            width.per_second = Some(200.0);
            for _ in 0..100 {
                width.answered(Duration::from_millis(millis));
            }
            width.calls()
        };
        assert!((18..=20).contains(&width(50)));
        assert!((68..=70).contains(&width(300)));
        assert_eq!(width(60_000), MOST, "it is bounded");
    }

    #[test]
    fn the_caller_has_the_last_word() {
        let mut width = Width::new(Some(5));
        assert_eq!(width.calls(), 5);
        width.per_second = Some(200.0);
        width.answered(Duration::from_secs(1));
        assert_eq!(width.calls(), 5);
    }

    #[test]
    fn a_latency_that_strays_asks_for_more() {
        let mut steady = Width::new(None);
        let mut straying = Width::new(None);
        steady.per_second = Some(200.0);
        straying.per_second = Some(200.0);
        for number in 0..100 {
            steady.answered(Duration::from_millis(100));
            straying.answered(Duration::from_millis(50 + 100 * (number % 2)));
        }
        assert!(straying.calls() > steady.calls());
    }
}
