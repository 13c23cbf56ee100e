use std::{
    io::{BufWriter, Write},
    path::Path,
    time::{Duration, Instant},
};

use chat_admin::{Admin, Batch, End, Input, Journal, Progress};
use chat_emulator::{App, Emulator, QuotaMode};
use chat_transport::Client;
use chat_types::{
    Batched, Endpoint, GROUP_TYPES, GroupId, GroupType, UserId,
    account::{AccountToImport, MultiaccountImport},
    group::{
        AddGroupMember, CreateGroup, DeleteGroupMember, ForbidSendMsg, GetGroupBanMember,
        GetGroupMutedAccount, UnbanGroupMember,
    },
    spec::EndpointSpec,
};
use chat_usersig::SecretKey;
use clap::Args;
use futures_util::TryStreamExt;
use serde::Serialize;

use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    job::Bar,
    output::{Output, table},
};

/// Moderate a crowd, on an emulator inside the process
///
/// Makes accounts, groups of every type and an audio-video group with many members from a list on
/// disk; then mutes them all in two runs, the second of which goes on from the journal of the first,
/// lists who is muted, bans some and pages through the bans, removes members of a community, and
/// unmutes: over real HTTP, under the documented quotas.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl demo")]
pub(crate) struct Demo {
    /// Members of the audio-video group
    #[arg(long, value_name = "N", default_value_t = 100_000,
          value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    members: u32,
}

impl Demo {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let mut interrupts = Interrupts::listen();
        let list = MemberList::write(self.members)?;
        let emulator = Emulator::builder()
            .quotas(QuotaMode::Documented)
            .start()
            .await
            .map_err(|error| Error::configuration(error.to_string()))?;
        out.note(format_args!("emulator listening on {}", emulator.url()));
        out.note(format_args!("{} members listed in {}", self.members, list.path().display()));
        let app = emulator
            .app(Emulator::DEFAULT_APP)
            .map_err(|error| Error::configuration(error.to_string()))?;
        let client = client(&emulator)?;
        let mut show = Show { admin: Admin::new(client), app, list, steps: Vec::new(), out };
        let outcome = tokio::select! {
            outcome = show.play() => outcome,
            () = interrupts.next() => Err(Error::interrupted("interrupted before the demo was over")),
        };
        let steps = show.steps;
        emulator.shutdown().await;
        outcome?;
        let refused: u64 = steps.iter().map(|step| step.refused).sum();
        print(&steps, out)?;
        if refused > 0 || steps.iter().any(|step| step.failed > 0) {
            return Err(Error::partial("not everything was done").with_hint("see the table"));
        }
        Ok(Exit::Done)
    }
}

fn client(emulator: &Emulator) -> Result<Client, Error> {
    let key = SecretKey::new(Emulator::DEFAULT_KEY)
        .map_err(|error| Error::configuration(error.to_string()))?;
    let builder = Client::builder(Emulator::DEFAULT_APP, key).endpoint(emulator.url());
    Ok(builder.timeout(Duration::from_secs(60)).build()?)
}

/// The jobs, one after the other.
struct Show<'a> {
    admin: Admin,
    app: App,
    list: MemberList,
    steps: Vec<Step>,
    out: &'a Output,
}

/// What a step did.
#[derive(Debug, Serialize)]
struct Step {
    step: &'static str,
    calls: u64,
    members: u64,
    seconds: f64,
    /// Absent where it was over in less than a second: a quota allows that many calls at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    calls_per_second: Option<f64>,
    quota: Option<u32>,
    refused: u64,
    failed: u64,
}

impl Show<'_> {
    async fn play(&mut self) -> Result<(), Error> {
        let town = self.set_the_stage().await?;
        let live = self.admin.group(LIVE);
        let total = self.list.length;

        // Half of it, as if something had ended the job there; then the rest, by its journal.
        let directory = tempfile::tempdir().map_err(unwritable)?;
        let journal = directory.path().join("mute.journal");
        for (step, end) in [("mute half", u64::from(total / 2)), ("mute the rest", u64::MAX)] {
            let muting = live.mute(self.list.accounts()?).for_duration(Duration::from_secs(3_600));
            let journal =
                Journal::open(&journal).map_err(|error| Error::input(error.to_string()))?;
            self.batch_up_to(step, muting.journal(journal).concurrency(8), end).await?;
        }
        self.listing("list muted", GetGroupMutedAccount::SPEC, async {
            Ok(live.muted_members().await?.len() as u64)
        })
        .await?;

        let some = total.min(1_000);
        let banning = live.ban(viewers(some));
        self.batch("ban some", banning.for_duration(Duration::from_secs(60))).await?;
        self.listing("list banned", GetGroupBanMember::SPEC, async {
            let banned = live.banned_members();
            Ok(banned.try_fold(0, |count, _| async move { Ok(count + 1) }).await?)
        })
        .await?;
        let unbanning = live.unban(viewers(some));
        self.batch::<UnbanGroupMember>("unban", unbanning).await?;

        let removing = self.admin.group(town).remove_members(townspeople()).silently();
        self.batch::<DeleteGroupMember>("remove", removing).await?;
        let unmuting = live.unmute(self.list.accounts()?);
        self.batch::<ForbidSendMsg>("unmute all", unmuting).await
    }

    /// Accounts, a group of every type, a filled community and a crowded audio-video group.
    async fn set_the_stage(&mut self) -> Result<GroupId, Error> {
        let accounts = townspeople().map(AccountToImport::new);
        let importing = self.admin.accounts().import(accounts);
        self.batch::<MultiaccountImport>("import", importing).await?;

        let start = Instant::now();
        let before = self.admin.client().stats();
        let mut town = None;
        for spec in GROUP_TYPES {
            let name = spec.group_type.as_str();
            let mut request = CreateGroup::new(spec.group_type.clone(), name);
            request.owner_account = Some("citizen-00000".into());
            let id = self.admin.groups().create(&request).await?;
            if spec.group_type == GroupType::Community {
                town = Some(id);
            }
        }
        let groups = GROUP_TYPES.len() as u64;
        let quota = CreateGroup::SPEC.calls_per_second;
        self.note_step("create groups", groups, start, before, quota, 0);
        let town = town.ok_or_else(|| Error::configuration("there is no community"))?;

        let adding = self.admin.group(&town).add_members(townspeople()).silently();
        self.batch::<AddGroupMember>("add members", adding).await?;

        // Nobody can be added to an audio-video group: users join it with their clients.
        let stage = |error: chat_emulator::AppError| Error::configuration(error.to_string());
        self.app.create_group(LIVE, GroupType::AVChatRoom).map_err(stage)?;
        let accounts = viewers(self.list.length).map(UserId::into_string);
        let joined = self.app.join(LIVE, accounts).map_err(stage)?;
        self.out.note(format_args!("{joined} users joined the audio-video group"));
        Ok(town)
    }

    async fn batch<E: Batched>(
        &mut self,
        step: &'static str,
        batch: Batch<'_, E>,
    ) -> Result<(), Error> {
        self.batch_up_to(step, batch, u64::MAX).await
    }

    /// Sends nothing more once so many members are done with.
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
        self.note_step(step, members, start, before, E::SPEC.calls_per_second, failed);
        Ok(())
    }

    async fn listing(
        &mut self,
        step: &'static str,
        endpoint: &'static EndpointSpec,
        list: impl Future<Output = Result<u64, Error>>,
    ) -> Result<(), Error> {
        let before = self.admin.client().stats();
        let start = Instant::now();
        let members = list.await?;
        self.note_step(step, members, start, before, endpoint.calls_per_second, 0);
        Ok(())
    }

    fn note_step(
        &mut self,
        step: &'static str,
        members: u64,
        start: Instant,
        before: chat_transport::Stats,
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
        self.out.note(format_args!("{}: {members} in {calls} calls, {seconds:.2} s", step.step));
        self.steps.push(step);
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` wants")]
fn unwritable(error: std::io::Error) -> Error {
    Error::input(format!("no temporary file can be written: {error}"))
}

fn print(steps: &[Step], out: &mut Output) -> Result<(), Error> {
    let sum = |of: fn(&Step) -> u64| steps.iter().map(of).sum::<u64>();
    let (calls, members) = (sum(|step| step.calls), sum(|step| step.members));
    let (refused, failed) = (sum(|step| step.refused), sum(|step| step.failed));
    let seconds: f64 = steps.iter().map(|step| step.seconds).sum();
    if out.is_json() {
        return out.json(&serde_json::json!({
            "steps": steps,
            "total": {
                "calls": calls,
                "members": members,
                "seconds": seconds,
                "refused": refused,
                "failed": failed,
            },
        }));
    }
    let mut rows =
        table(["STEP", "CALLS", "MEMBERS", "SECONDS", "CALLS/S", "QUOTA", "REFUSED", "FAILED"]);
    for step in steps {
        let quota = step.quota.map_or_else(|| "-".to_owned(), |quota| quota.to_string());
        rows.add_row([
            step.step.to_owned(),
            step.calls.to_string(),
            step.members.to_string(),
            format!("{:.2}", step.seconds),
            rate_text(step.calls_per_second),
            quota,
            step.refused.to_string(),
            step.failed.to_string(),
        ]);
    }
    let total = [
        "total".to_owned(),
        calls.to_string(),
        members.to_string(),
        format!("{seconds:.2}"),
        rate_text(rate(calls, seconds)),
        "-".to_owned(),
        refused.to_string(),
        failed.to_string(),
    ];
    rows.add_row(total);
    out.table(&rows)
}

/// Calls per second, once there was a second.
fn rate(calls: u64, seconds: f64) -> Option<f64> {
    (seconds >= 1.0).then(|| calls as f64 / seconds)
}

fn rate_text(rate: Option<f64>) -> String {
    rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}"))
}

fn townspeople() -> impl Iterator<Item = UserId> + Send {
    (0..TOWNSPEOPLE).map(|number| UserId::new(format!("citizen-{number:05}")))
}

fn viewers(count: u32) -> impl Iterator<Item = UserId> + Send {
    (0..count).map(|number| UserId::new(format!("viewer-{number:06}")))
}

/// A list of accounts on disk, gone when the demo is over.
struct MemberList {
    file: tempfile::TempPath,
    length: u32,
}

impl MemberList {
    fn write(length: u32) -> Result<Self, Error> {
        let file = tempfile::Builder::new()
            .prefix("chatctl-members-")
            .suffix(".txt")
            .tempfile()
            .map_err(unwritable)?;
        let mut writer = BufWriter::new(file.as_file());
        for viewer in viewers(length) {
            writeln!(writer, "{viewer}").map_err(unwritable)?;
        }
        writer.flush().map_err(unwritable)?;
        drop(writer);
        Ok(Self { file: file.into_temp_path(), length })
    }

    fn path(&self) -> &Path {
        &self.file
    }

    /// The accounts, read from disk as they are needed.
    fn accounts(&self) -> Result<Input<'static, UserId>, Error> {
        Ok(Input::accounts_file(self.path())?.with_length(self.length.into()))
    }
}

const LIVE: &str = "@TGS#demo-live";
const TOWNSPEOPLE: u32 = 1_200;
