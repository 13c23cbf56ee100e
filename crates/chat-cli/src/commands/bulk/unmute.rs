//! `chatctl bulk unmute`.

use chat_admin::ManyGroups;
use clap::Args;

use crate::{
    commands::args::GroupsJob,
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Unmute accounts in several groups
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl bulk unmute --members-file forgiven.txt --all-groups")]
pub(crate) struct Unmute {
    #[command(flatten)]
    job: GroupsJob,
}

impl Unmute {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        self.job.run("unmuting", settings, out, ManyGroups::unmute)
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.job.options
    }
}
