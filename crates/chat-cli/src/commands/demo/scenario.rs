//! The jobs of the demo, one after the other.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use chat_admin::{Admin, Batch, End, Journal, Progress};
use chat_emulator::{App, AppError};
use chat_transport::Stats;
use chat_types::{
    Batched, Endpoint, GROUP_TYPES, GroupId, GroupType, UserId,
    account::{AccountToImport, MultiaccountImport},
    group::{
        AddGroupMember, CreateGroup, DeleteGroupMember, ForbidSendMsg, GetGroupBanMember,
        GetGroupMutedAccount, UnbanGroupMember,
    },
    spec::EndpointSpec,
};
use futures_util::TryStreamExt as _;

use super::{
    member_list::{MemberList, citizens, unwritable, viewers},
    steps::{Step, rate},
};
use crate::{error::Error, job::Bar, output::Output};

/// Runs the jobs and measures them.
pub(super) struct Scenario<'a> {
    admin: Admin,
    app: App,
    list: MemberList,
    steps: Vec<Step>,
    out: &'a Output,
}

impl<'a> Scenario<'a> {
    pub(super) fn new(admin: Admin, app: App, list: MemberList, out: &'a Output) -> Self {
        Self { admin, app, list, steps: Vec::new(), out }
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    pub(super) async fn run(&mut self) -> Result<(), Error> {
        self.import_accounts().await?;
        let community = self.create_groups().await?;
        self.fill_groups(&community).await?;
        self.mute_in_two_runs().await?;
        self.ban_some().await?;

        let removing = self.admin.group(community).remove_members(citizens()).silently();
        self.batch::<DeleteGroupMember>("remove", removing).await?;
        let unmuting = self.admin.group(LIVE).unmute(self.list.accounts()?);
        self.batch::<ForbidSendMsg>("unmute all", unmuting).await
    }

    async fn import_accounts(&mut self) -> Result<(), Error> {
        let accounts = citizens().map(AccountToImport::new);
        let importing = self.admin.accounts().import(accounts);
        self.batch::<MultiaccountImport>("import", importing).await
    }

    /// Creates a group of every type and returns the Community.
    async fn create_groups(&mut self) -> Result<GroupId, Error> {
        let start = Instant::now();
        let before = self.admin.client().stats();
        let mut community = None;
        for spec in GROUP_TYPES {
            let name = spec.group_type.as_str();
            let mut request = CreateGroup::new(spec.group_type.clone(), name);
            request.owner_account = Some("citizen-00000".into());
            let id = self.admin.groups().create(&request).await?;
            if spec.group_type == GroupType::Community {
                community = Some(id);
            }
        }
        let groups = GROUP_TYPES.len() as u64;
        let quota = CreateGroup::SPEC.calls_per_second;
        self.add_step("create groups", groups, start, before, quota, 0);
        community.ok_or_else(|| Error::configuration("Community is not a group type"))
    }

    async fn fill_groups(&mut self, community: &GroupId) -> Result<(), Error> {
        let adding = self.admin.group(community).add_members(citizens()).silently();
        self.batch::<AddGroupMember>("add members", adding).await?;

        // An admin cannot add members to an audio-video group: users join it with their clients.
        let configuration = |error: AppError| Error::configuration(error.to_string());
        self.app.create_group(LIVE, GroupType::AVChatRoom).map_err(configuration)?;
        let accounts = viewers(self.list.length()).map(UserId::into_string);
        let joined = self.app.join(LIVE, accounts).map_err(configuration)?;
        self.out.note(format_args!("{joined} users joined the audio-video group"));
        Ok(())
    }

    /// Mutes half of the list, as if the job had been interrupted there, then resumes it.
    async fn mute_in_two_runs(&mut self) -> Result<(), Error> {
        let live = self.admin.group(LIVE);
        let directory = tempfile::tempdir().map_err(unwritable)?;
        let journal = directory.path().join("mute.journal");
        let half = u64::from(self.list.length() / 2);
        for (step, end) in [("mute half", half), ("mute the rest", u64::MAX)] {
            let muting = live.mute(self.list.accounts()?).for_duration(Duration::from_secs(3_600));
            let journal =
                Journal::open(&journal).map_err(|error| Error::input(error.to_string()))?;
            self.batch_up_to(step, muting.journal(journal).concurrency(8), end).await?;
        }
        self.listing("list muted", GetGroupMutedAccount::SPEC, async {
            Ok(live.muted_members().await?.len() as u64)
        })
        .await
    }

    async fn ban_some(&mut self) -> Result<(), Error> {
        let live = self.admin.group(LIVE);
        let some = self.list.length().min(1_000);
        let banning = live.ban(viewers(some));
        self.batch("ban some", banning.for_duration(Duration::from_secs(60))).await?;
        self.listing("list banned", GetGroupBanMember::SPEC, async {
            let banned = live.banned_members().items();
            Ok(banned.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
        .await?;
        let unbanning = live.unban(viewers(some));
        self.batch::<UnbanGroupMember>("unban", unbanning).await
    }

    async fn batch<E: Batched>(
        &mut self,
        step: &'static str,
        batch: Batch<'_, E>,
    ) -> Result<(), Error> {
        self.batch_up_to(step, batch, u64::MAX).await
    }

    /// Runs a job and stops it once this many items have an outcome.
    async fn batch_up_to<E: Batched>(
        &mut self,
        step: &'static str,
        batch: Batch<'_, E>,
        end: u64,
    ) -> Result<(), Error> {
        let before = self.admin.client().stats();
        let start = Instant::now();
        let mut running = batch.start();
        let bar = Bar::new(self.out, step, running.progress().total);
        while running.next().await.is_some() {
            bar.show(&running.progress());
            if running.progress().summary.items() >= end {
                running.stop_handle().stop();
            }
        }
        bar.clear();
        if let Some(End::Broken(error)) = running.end() {
            return Err(Error::partial(error.to_string()));
        }
        let Progress { summary, earlier, .. } = running.progress();
        let (members, failed) = (summary.items() - earlier, summary.failed + summary.unknown);
        self.add_step(step, members, start, before, E::SPEC.calls_per_second, failed);
        Ok(())
    }

    /// Reads a list, which `list` counts.
    async fn listing(
        &mut self,
        step: &'static str,
        endpoint: &'static EndpointSpec,
        list: impl Future<Output = Result<u64, Error>>,
    ) -> Result<(), Error> {
        let before = self.admin.client().stats();
        let start = Instant::now();
        let members = list.await?;
        self.add_step(step, members, start, before, endpoint.calls_per_second, 0);
        Ok(())
    }

    fn add_step(
        &mut self,
        step: &'static str,
        members: u64,
        start: Instant,
        before: Stats,
        quota: Option<u32>,
        failed: u64,
    ) {
        let stats = self.admin.client().stats();
        let calls = stats.calls - before.calls;
        let seconds = start.elapsed().as_secs_f64();
        let step = Step {
            step,
            calls,
            members,
            seconds,
            calls_per_second: rate(calls, seconds),
            quota,
            refused: stats.rate_limited - before.rate_limited,
            failed,
        };
        if !self.out.is_terminal() {
            // On a terminal the bar shows the step, and the table all of them.
            self.out
                .note(format_args!("{}: {members} in {calls} calls, {seconds:.2} s", step.step));
        }
        self.steps.push(step);
    }
}

const LIVE: &str = "@TGS#demo-live";
