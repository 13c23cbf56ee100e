//! `chatctl webhook trigger`.

use std::{path::PathBuf, time::Duration};

use chat_types::{
    clock::{Clock as _, SystemClock},
    spec::WebhookSpec,
};
use clap::Args;
use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use super::{
    example,
    target::{Message, TargetOptions},
};
use crate::{
    commands::args::read_payload,
    error::{Error, Exit},
    output::Output,
    parsers,
    settings::Settings,
};

/// Send a webhook to the server of an app, as the service does
///
/// The body is the documented example, with the values of --set, or that of --body. The response is
/// printed with its effect. The exit code is 4 if it is late, not valid or not JSON, and 3 if there is
/// none.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl webhook trigger Group.CallbackBeforeSendMsg http://127.0.0.1:8000/webhooks --set From_Account=jared"
)]
pub(super) struct Trigger {
    /// Name of the webhook
    #[arg(value_name = "WEBHOOK")]
    name: String,

    #[command(flatten)]
    target: TargetOptions,

    /// Value in the body: JSON, or else a string; repeat for several
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = assignment)]
    set: Vec<(String, Value)>,

    /// File with the body instead of the example, or - for standard input
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,

    /// Send it this number of times
    #[arg(long, value_name = "N", default_value = "1", value_parser = parsers::integer(1, 1_000_000_u32))]
    repeat: u32,

    /// With --repeat: webhooks per second, one after the other [default: no limit]
    #[arg(long, value_name = "R", value_parser = parsers::factor)]
    rate: Option<f64>,

    /// Platform of the client that caused the event
    #[arg(long, value_name = "NAME", default_value = "RESTAPI", allow_hyphen_values = true)]
    platform: String,
}

impl Trigger {
    pub(super) async fn run(self, settings: &Settings, out: &mut Output) -> Result<Exit, Error> {
        let spec = example::find(&self.name)?;
        let message = self.message(spec)?;
        let target = self.target.open(settings)?;
        let period = self.rate.map_or(Duration::from_nanos(1), |rate| {
            Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::from_secs(3_600))
        });
        let mut ticks = interval(period.max(Duration::from_nanos(1)));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut exit = Exit::Done;
        for _ in 0..self.repeat {
            if self.rate.is_some() {
                ticks.tick().await;
            }
            let delivery = target.send(&message).await;
            delivery.print(out)?;
            out.flush()?;
            if delivery.exit() != Exit::Done {
                exit = delivery.exit();
            }
        }
        Ok(exit)
    }

    fn message(&self, spec: &'static WebhookSpec) -> Result<Message, Error> {
        let body = match &self.body {
            Some(path) if self.set.is_empty() => read_payload(path)?,
            source => {
                let mut body = match source {
                    Some(path) => serde_json::from_slice(&read_payload(path)?)
                        .map_err(|error| Error::input(format!("the body is not JSON: {error}")))?,
                    None => current_example(spec)?,
                };
                for (path, value) in &self.set {
                    example::set(&mut body, path, value.clone())
                        .map_err(|why| Error::usage(format!("invalid --set: {why}")))?;
                }
                body.to_string().into_bytes()
            }
        };
        Ok(Message {
            command: spec.command.to_owned(),
            parameters: parameters(spec, &self.platform),
            body: body.into(),
        })
    }
}

/// Returns the example with the current time, so that a receiver does not take it for a repeat.
pub(super) fn current_example(spec: &WebhookSpec) -> Result<Value, Error> {
    let mut body = example::body(spec)?;
    if let Some(time) = body.get_mut("EventTime")
        && time.is_number()
    {
        *time = SystemClock.unix_millis().into();
    }
    Ok(body)
}

/// Returns the parameters that the webhook has besides those of all webhooks.
pub(super) fn parameters(spec: &WebhookSpec, platform: &str) -> Vec<(&'static str, String)> {
    let value = |name: &str| match name {
        "ClientIP" => "127.0.0.1".to_owned(),
        "OptPlatform" => platform.to_owned(),
        _ => SystemClock.unix_millis().to_string(),
    };
    spec.query.iter().map(|name| (*name, value(name))).collect()
}

fn assignment(text: &str) -> Result<(String, Value), String> {
    let (path, value) = text.split_once('=').ok_or("expected PATH=VALUE")?;
    if path.is_empty() {
        return Err("expected PATH=VALUE".to_owned());
    }
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((path.to_owned(), value))
}
