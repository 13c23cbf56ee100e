//! `chatctl group remove`.

use clap::Args;

use super::target::Target;
use crate::{
    commands::args::{ListJob, RemoveOptions},
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Remove members from a group
///
/// Accounts that are not members count as done.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl group remove lobby --members-file spammers.txt --silent"
)]
pub(super) struct Remove {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    removal: RemoveOptions,

    #[command(flatten)]
    list: ListJob,
}

impl Remove {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, removal, list } = self;
        let group = target.handle(&settings.admin()?);
        list.run("removing", settings, out, |accounts| {
            removal.apply(group.remove_members(accounts))
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.list.options
    }
}
