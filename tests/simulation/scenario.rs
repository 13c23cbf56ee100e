//! What a seed decides.

use std::time::Duration;

/// What happens in a run.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) seed: u64,
    /// One or two processes that share a quota, each with a job.
    pub(crate) jobs: Vec<JobPlan>,
    /// The documented quota is multiplied by this.
    pub(crate) quota_scale: f64,
    pub(crate) network: NetworkPlan,
}

/// A job, and when its process is killed.
#[derive(Clone, Debug)]
pub(crate) struct JobPlan {
    pub(crate) kind: JobKind,
    pub(crate) items: usize,
    pub(crate) batch_size: usize,
    /// After this number of chunks each, the process is killed and the job resumed from its journal.
    pub(crate) kills: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobKind {
    /// Can be repeated without harm.
    Mute,
    /// Can be repeated without harm too, by calls to another endpoint.
    Unmute,
    /// Must not be repeated.
    Notify,
}

/// How the network treats requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NetworkPlan {
    /// The least time each way.
    pub(crate) latency: Duration,
    /// How much longer it can take.
    pub(crate) jitter: Duration,
    /// The percentage of requests that something happens to.
    pub(crate) faults: u64,
}

impl Scenario {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let jobs = (0..random.usize(1..=2)).map(|_| JobPlan::new(&mut random)).collect();
        let millis = |random: &mut fastrand::Rng, all: &[u64]| {
            Duration::from_millis(all[random.usize(..all.len())])
        };
        let network = NetworkPlan {
            latency: millis(&mut random, &[1, 20, 150, 400]),
            jitter: millis(&mut random, &[0, 10, 50, 200]),
            faults: [0, 2, 10, 40][random.usize(..4)],
        };
        Self { seed, jobs, quota_scale: [0.05, 0.1, 0.5][random.usize(..3)], network }
    }
}

impl JobPlan {
    fn new(random: &mut fastrand::Rng) -> Self {
        let kind = [JobKind::Mute, JobKind::Unmute, JobKind::Notify][random.usize(..3)];
        let batch_size = random.usize(1..=20);
        let items = random.usize(..=60) * batch_size + random.usize(..batch_size);
        let kills = if random.bool() {
            (0..random.usize(1..=3)).map(|_| random.usize(..20)).collect()
        } else {
            Vec::new()
        };
        Self { kind, items, batch_size, kills }
    }
}
