//! The same to the same accounts in several groups.

use std::time::Duration;

use chat_admin::ManyGroups;
use clap::Args;

use crate::{
    duration,
    error::{Error, Exit},
    job::{GroupsJob, JobOptions},
    output::Output,
    removal::Removal,
    settings::Settings,
};

/// Mute accounts in several groups, for a time or for good
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    chatctl bulk mute peter leckie --groups-file groups.txt --for 7d --journal mute.journal")]
pub(super) struct Mute {
    /// For how long, such as 90s, 15m, 12h or 7d
    #[arg(long = "for", value_name = "TIME", value_parser = duration::parse,
          required_unless_present = "forever")]
    period: Option<Duration>,

    /// For good
    #[arg(long, conflicts_with = "period")]
    forever: bool,

    #[command(flatten)]
    job: GroupsJob,
}

/// Lift the muting of accounts in several groups
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk unmute --members-file forgiven.txt --all-groups")]
pub(super) struct Unmute {
    #[command(flatten)]
    job: GroupsJob,
}

/// Remove accounts from several groups; those that are no members count as done
///
/// Not from audio-video groups. To remove accounts from all groups that they are in, `bulk expel`
/// makes fewer calls.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    chatctl bulk remove --members-file spammers.txt --group lobby --group market --silent")]
pub(super) struct Remove {
    #[command(flatten)]
    removal: Removal,

    #[command(flatten)]
    job: GroupsJob,
}

impl Mute {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { job, period, .. } = self;
        job.run("muting", settings, out, |groups, accounts| {
            let job = groups.mute(accounts);
            match period {
                Some(period) => job.for_duration(period),
                None => job.forever(),
            }
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.job.options
    }
}

impl Unmute {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        self.job.run("unmuting", settings, out, ManyGroups::unmute)
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.job.options
    }
}

impl Remove {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { job, removal } = self;
        job.run("removing", settings, out, |groups, accounts| {
            removal.apply(groups.remove_members(accounts))
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.job.options
    }
}
