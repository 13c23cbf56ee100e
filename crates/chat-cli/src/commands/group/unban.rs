//! `chatctl group unban`.

use clap::Args;

use super::target::Target;
use crate::{
    commands::args::ListJob,
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Lift bans from an audio-video group
///
/// This does not add the users to the group again.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group unban lobby peter")]
pub(super) struct Unban {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    list: ListJob,
}

impl Unban {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, list } = self;
        let group = target.handle(&settings.admin()?);
        list.run("unbanning", settings, out, |accounts| group.unban(accounts))
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.list.options
    }
}
