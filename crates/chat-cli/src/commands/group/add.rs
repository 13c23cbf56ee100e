//! `chatctl group add`.

use clap::Args;

use super::target::Target;
use crate::{
    commands::args::ListJob,
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Add members to a group
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group add lobby peter leckie --silent")]
pub(super) struct Add {
    #[command(flatten)]
    target: Target,

    /// Do not notify members
    #[arg(long)]
    silent: bool,

    #[command(flatten)]
    list: ListJob,
}

impl Add {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, silent, list } = self;
        let group = target.handle(&settings.admin()?);
        list.run("adding", settings, out, |accounts| {
            let job = group.add_members(accounts);
            if silent { job.silently() } else { job }
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.list.options
    }
}
