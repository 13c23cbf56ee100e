//! `chatctl emulator`.

use std::{convert::Infallible, path::PathBuf};

use chat_emulator::{Emulator, EmulatorBuilder, FaultPlan, QuotaMode};
use chat_usersig::SecretKey;
use clap::Args;
use serde_json::json;

use super::webhook_options::WebhookOptions;
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::{self, Output},
    parsers,
};

/// Serve the API on this machine, as documented
///
/// The first line on standard output is `listening on http://ADDR`, or one JSON object with
/// --output json. Ctrl-C stops the emulator. Its state is not saved.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl emulator --listen 127.0.0.1:8080")]
pub(crate) struct Emulate {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: String,

    /// App and its secret key; repeat for several [default: 1400000000:emulator-secret-key]
    #[arg(long, value_name = "SDKAPPID:KEY", value_parser = AppAndKey::parse)]
    app: Vec<AppAndKey>,

    /// Account that may call the API; repeat for several [default: administrator]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    admin: Vec<String>,

    /// Do not enforce quotas
    #[arg(long, conflicts_with = "quota_scale")]
    no_quota: bool,

    /// Multiply every documented quota by this factor
    #[arg(long, value_name = "X", value_parser = parsers::factor)]
    quota_scale: Option<f64>,

    /// JSON file with faults to play: lost responses, errors of gateways, refusals
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,

    #[command(flatten)]
    webhooks: WebhookOptions,
}

impl Emulate {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let mut interrupts = Interrupts::listen();
        let emulator = self
            .builder()?
            .start()
            .await
            .map_err(|error| Error::configuration(error.to_string()))?;
        if let Some(warning) = emulator.exposure_warning() {
            output::warn(warning);
        }
        let url = emulator.url();
        if out.is_json_by_choice() {
            let app = emulator.apps().next();
            let admin = emulator.admins().next();
            out.json(&json!({ "ready": true, "url": url, "sdkappid": app, "admin": admin }))?;
        } else {
            out.line(format_args!("listening on {url}"))?;
        }
        out.flush()?;
        tokio::select! {
            () = emulator.wait_for_shutdown() => {
                return Err(Error::configuration("the server stopped unexpectedly"));
            }
            () = interrupts.next() => {}
        }
        emulator.shutdown().await;
        Ok(Exit::Done)
    }

    fn builder(self) -> Result<EmulatorBuilder, Error> {
        let quotas = match (self.no_quota, self.quota_scale) {
            (true, _) => QuotaMode::Off,
            (false, Some(scale)) => QuotaMode::Scaled(scale),
            (false, None) => QuotaMode::Documented,
        };
        let mut builder = Emulator::builder().listen(self.listen).quotas(quotas);
        if let Some(path) = self.faults {
            let plan =
                FaultPlan::read(path).map_err(|error| Error::configuration(error.to_string()))?;
            builder = builder.faults(plan);
        }
        for app in self.app {
            let (sdk_app_id, key) =
                app.0.map_err(|why| Error::usage(format!("invalid --app: {why}")))?;
            builder = builder.app(sdk_app_id, key);
        }
        for admin in self.admin {
            builder = builder.admin(admin);
        }
        if let Some(config) = self.webhooks.config()? {
            builder = builder.webhooks(config);
        }
        Ok(builder)
    }
}

/// An app and its key, or what is wrong with them.
///
/// The parser never fails, since clap repeats an invalid value in its error and this one has a key.
#[derive(Clone, Debug)]
struct AppAndKey(Result<(u32, SecretKey), String>);

impl AppAndKey {
    fn parse(text: &str) -> Result<Self, Infallible> {
        Ok(Self(app(text)))
    }
}

fn app(text: &str) -> Result<(u32, SecretKey), String> {
    let (sdk_app_id, key) = text.split_once(':').ok_or("expected SDKAPPID:KEY")?;
    let key = SecretKey::new(key).map_err(|error| error.to_string())?;
    Ok((parsers::sdk_app_id(sdk_app_id)?, key))
}
