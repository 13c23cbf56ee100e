//! `chatctl group unmute`.

use clap::Args;

use super::target::{Target, TopicOption};
use crate::{
    commands::args::ListJob,
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Unmute members of a group
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group unmute lobby peter leckie")]
pub(super) struct Unmute {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    topic: TopicOption,

    #[command(flatten)]
    list: ListJob,
}

impl Unmute {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, topic, list } = self;
        let group = target.handle(&settings.admin()?);
        list.run("unmuting", settings, out, |accounts| {
            let job = group.unmute(accounts);
            match topic.topic {
                Some(topic) => job.in_topic(topic),
                None => job,
            }
        })
    }

    pub(super) fn job_options_mut(&mut self) -> &mut JobOptions {
        &mut self.list.options
    }
}
