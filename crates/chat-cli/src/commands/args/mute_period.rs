//! How long members are muted.

use std::time::Duration;

use chat_admin::Batch;
use chat_types::group::ForbidSendMsg;
use clap::{ArgGroup, Args};

use crate::parsers;

/// How long members are muted
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("how_long").required(true)))]
pub(crate) struct MutePeriod {
    /// Mute for this long, in whole seconds, such as 90s, 15m, 1h30m or 7d
    #[arg(long = "for", value_name = "TIME", value_parser = parsers::period, group = "how_long")]
    period: Option<Duration>,

    /// Mute until unmuted
    #[arg(long, group = "how_long")]
    forever: bool,
}

impl MutePeriod {
    pub(crate) fn apply<'a>(self, job: Batch<'a, ForbidSendMsg>) -> Batch<'a, ForbidSendMsg> {
        match self.period {
            Some(period) => job.for_duration(period),
            None => job.forever(),
        }
    }
}
