//! One run.

use std::{path::Path, time::Duration};

use chat_admin::{Admin, End, Job, Journal, Outcome, Source};
use chat_emulator::{Emulator, QuotaMode};
use chat_transport::{Client, Quota};
use chat_types::{GroupType, clock::Clock, message::SendGroupSystemNotification};
use chat_usersig::SecretKey;
use futures_util::future::join_all;
use tokio::time::{Instant, sleep};

use crate::{
    network::Network,
    scenario::{JobKind, JobPlan, Scenario},
    verdict::{Reported, Verdict},
};

/// In a group of this type, everyone can be muted.
pub(crate) const LIVE: &str = "live";

/// In a group of this type, notifications can have receivers.
const TALK: &str = "talk";

/// Everything of one run, on one thread and in virtual time.
pub(crate) struct World {
    network: Network,
    clock: VirtualClock,
    quota_scale: f64,
}

/// The time of tokio, so that everything agrees on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VirtualClock {
    pub(crate) start: Instant,
}

impl Clock for VirtualClock {
    fn unix_millis(&self) -> u64 {
        1_790_000_000_000 + u64::try_from(self.start.elapsed().as_millis()).unwrap()
    }
}

impl World {
    /// Plays a scenario, panics where something is wrong, and returns what crossed the network.
    pub(crate) fn play(scenario: &Scenario) -> Vec<String> {
        // Waits before a retry are random.
        fastrand::seed(scenario.seed);
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().start_paused(true).max_blocking_threads(1).build();
        runtime.unwrap().block_on(async {
            let world = Self::new(scenario).await;
            world.run(scenario).await;
            world.network.trace()
        })
    }

    async fn new(scenario: &Scenario) -> Self {
        let clock = VirtualClock { start: Instant::now() };
        let emulator = Emulator::builder()
            .clock(clock)
            .quotas(QuotaMode::Scaled(scenario.quota_scale))
            .keep_requests(1_000_000)
            .start()
            .await
            .unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        app.create_group(LIVE, GroupType::AVChatRoom).unwrap();
        app.create_group(TALK, GroupType::Public).unwrap();
        let network = Network::new(emulator, scenario.network, scenario.seed);
        Self { network, clock, quota_scale: scenario.quota_scale }
    }

    /// A new process, which knows nothing of the calls of others, except through the quota.
    fn admin(&self, quota: &Quota) -> Admin {
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let client = Client::builder(Emulator::DEFAULT_APP, key)
            .endpoint("http://127.0.0.1:1")
            .clock(self.clock)
            .quota(quota.clone())
            .backend(self.network.clone())
            .build();
        Admin::new(client.unwrap())
    }

    fn quota(&self) -> Quota {
        Quota::builder().scale(self.quota_scale).build().unwrap()
    }

    async fn run(&self, scenario: &Scenario) {
        let directory = directory();
        let shared = self.quota();
        let jobs = scenario.jobs.iter().enumerate().map(async |(number, plan)| {
            let path = directory.path().join(number.to_string());
            let names = (0..plan.items).map(|item| format!("job{number}-{item}")).collect();
            let reported = self.run_job(plan, names, &path, &shared).await;
            (plan.kind, reported)
        });
        let reports = join_all(jobs).await;
        // What is still on its way arrives.
        sleep(Duration::from_secs(60)).await;
        let mut verdict = Verdict::new(self.network.emulator());
        for (kind, reported) in &reports {
            verdict.check(*kind, reported);
        }
        verdict.check_quota();
    }

    /// Runs a job to its end, in as many processes as are killed on the way.
    async fn run_job(
        &self,
        plan: &JobPlan,
        names: Vec<String>,
        path: &Path,
        shared: &Quota,
    ) -> Reported {
        for after in &plan.kills {
            self.run_process(plan, &names, Some(path), shared, Some(*after)).await;
        }
        let journal = (!plan.kills.is_empty()).then_some(path);
        let outcomes = self.run_process(plan, &names, journal, shared, None).await;
        Reported { names, outcomes: outcomes.unwrap() }
    }

    async fn run_process(
        &self,
        plan: &JobPlan,
        names: &[String],
        journal: Option<&Path>,
        shared: &Quota,
        kill_after: Option<usize>,
    ) -> Option<Vec<(String, Outcome)>> {
        let admin = self.admin(shared);
        let names = names.to_vec();
        match plan.kind {
            JobKind::Mute => {
                let job = admin.group(LIVE).mute(names).batch_size(plan.batch_size);
                watch(job, journal, kill_after).await
            }
            JobKind::Unmute => {
                let job = admin.group(LIVE).unmute(names).batch_size(plan.batch_size);
                watch(job, journal, kill_after).await
            }
            JobKind::Notify => {
                let template = SendGroupSystemNotification::new(TALK, "closing");
                let job = admin.batch(template, names).batch_size(plan.batch_size);
                watch(job, journal, kill_after).await
            }
        }
    }
}

/// Creates a directory for journals, in memory where the system has such a file system. While a file is
/// written to a disk, virtual time stands still but other tasks run, so that the speed of the disk would
/// decide their order.
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| tempfile::tempdir().unwrap())
}

/// Runs a job to its end and returns the outcomes, or kills it after some chunks.
async fn watch<S: Source>(
    job: Job<S>,
    journal: Option<&Path>,
    kill_after: Option<usize>,
) -> Option<Vec<(String, Outcome)>> {
    let job = match journal {
        Some(path) => job.journal(Journal::open(path).unwrap()),
        None => job,
    };
    let mut running = job.start();
    let mut outcomes = Vec::new();
    let mut chunks = 0;
    while kill_after.is_none_or(|after| chunks < after) {
        let Some(chunk) = running.next().await else { break };
        chunks += 1;
        outcomes.extend(chunk.items.into_iter().map(|item| (item.key, item.outcome)));
    }
    if kill_after.is_some() {
        drop(running);
        // Its tasks end before the next process starts.
        sleep(Duration::from_secs(1)).await;
        return None;
    }
    assert!(matches!(running.end(), Some(End::Complete)), "{:?}", running.end());
    assert_eq!(running.progress().summary.items(), outcomes.len() as u64);
    Some(outcomes)
}
