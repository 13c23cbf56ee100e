//! `chatctl webhook replay`.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    time::Duration,
};

use chat_webhook::{RawWebhook, StoredWebhook};
use clap::Args;
use tokio::time::{MissedTickBehavior, interval};

use super::target::{Message, TargetOptions, recording};
use crate::{
    error::{Error, Exit},
    output::Output,
    parsers,
    settings::Settings,
};

/// Send recorded webhooks to a server, in their order
///
/// Each is signed again, with the current time, and sent after the response to the one before it. The
/// exit code is that of the last failed one, as for `chatctl webhook trigger`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl webhook replay events http://127.0.0.1:8000/webhooks --token-file token"
)]
pub(super) struct Replay {
    /// Directory of the recording
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    #[command(flatten)]
    target: TargetOptions,

    /// Webhooks per second [default: no limit]
    #[arg(long, value_name = "R", value_parser = parsers::factor)]
    rate: Option<f64>,
}

impl Replay {
    pub(super) async fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let target = self.target.open(settings)?;
        let path = recording(&self.directory);
        let file = File::open(&path).map_err(|error| Error::unreadable(&path, &error))?;
        let mut ticks = self.rate.map(|rate| {
            let period = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(MAX_PERIOD);
            let mut ticks = interval(period.max(Duration::from_nanos(1)));
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            ticks
        });
        let mut exit = Exit::Done;
        for (index, line) in BufReader::new(file).lines().enumerate() {
            let line = line.map_err(|error| Error::unreadable(&path, &error))?;
            let stored = StoredWebhook::from_json(line.as_bytes()).map_err(|error| {
                let shown = path.display();
                Error::input(format!("line {} of {shown} is not a webhook: {error}", index + 1))
            })?;
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            let delivery = target.send(&Message::from(&RawWebhook::from(stored))).await;
            delivery.print(out)?;
            out.flush()?;
            if delivery.exit() != Exit::Done {
                exit = delivery.exit();
            }
        }
        Ok(exit)
    }
}

const MAX_PERIOD: Duration = Duration::from_secs(3_600);
