//! `chatctl group mute`.

use clap::Args;

use super::target::{Target, TopicOption};
use crate::{
    commands::args::{ListJob, MutePeriod},
    error::{Error, Exit},
    job::JobOptions,
    output::Output,
    settings::Settings,
};

/// Mute members of a group, for a time or forever
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl group mute lobby peter leckie --for 15m")]
pub(super) struct Mute {
    #[command(flatten)]
    target: Target,

    #[command(flatten)]
    period: MutePeriod,

    #[command(flatten)]
    topic: TopicOption,

    #[command(flatten)]
    list: ListJob,
}

impl Mute {
    pub(super) fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let Self { target, period, topic, list } = self;
        let group = target.handle(&settings.admin()?);
        list.run("muting", settings, out, |accounts| {
            let job = period.apply(group.mute(accounts));
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
