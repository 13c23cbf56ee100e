//! `chatctl group ban`.

use std::time::Duration;

use clap::Args;

use super::target::Target;
use crate::{
    commands::args::ListJob,
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    parsers,
    settings::Settings,
};

/// Ban members of an audio-video group, for a time or forever
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group ban lobby --members-file spammers.txt --for 7d")]
pub(super) struct Ban {
    #[command(flatten)]
    target: Target,

    /// Ban for this long, in whole seconds, such as 90s, 15m, 1h30m or 7d [default: 136 years]
    #[arg(long = "for", value_name = "TIME", value_parser = parsers::period)]
    period: Option<Duration>,

    #[command(flatten)]
    list: ListJob,
}

impl Ban {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, period, list } = self;
        let group = target.handle(&settings.admin()?);
        list.run("banning", settings, out, |accounts| {
            let job = group.ban(accounts);
            match period {
                Some(period) => job.for_duration(period),
                None => job,
            }
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.list.options
    }
}
