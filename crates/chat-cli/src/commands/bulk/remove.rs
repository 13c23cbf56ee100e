//! `chatctl bulk remove`.

use clap::Args;

use crate::{
    commands::args::{GroupsJob, RemoveOptions},
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Remove accounts from several groups
///
/// Accounts that are not members count as done. Does not work for audio-video groups. To remove
/// accounts from all groups that they are in, use `bulk kick`, which makes fewer calls.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    chatctl bulk remove --members-file spammers.txt --group lobby --group market --silent")]
pub(crate) struct Remove {
    #[command(flatten)]
    removal: RemoveOptions,

    #[command(flatten)]
    job: GroupsJob,
}

impl Remove {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { removal, job } = self;
        job.run("removing", settings, out, |groups, accounts| {
            removal.apply(groups.remove_members(accounts))
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.job.options
    }
}
