//! `chatctl bulk mute`.

use clap::Args;

use crate::{
    commands::args::{GroupsJob, MutePeriod},
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Mute accounts in several groups, for a time or forever
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    chatctl bulk mute peter leckie --groups-file groups.txt --for 7d --journal mute.journal")]
pub(crate) struct Mute {
    #[command(flatten)]
    period: MutePeriod,

    #[command(flatten)]
    job: GroupsJob,
}

impl Mute {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { period, job } = self;
        job.run("muting", settings, out, |groups, accounts| period.apply(groups.mute(accounts)))
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.job.options
    }
}
