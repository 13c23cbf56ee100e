//! `chatctl emulator`.

mod apps;
mod calls;
mod https;
mod introduction;

use std::{convert::Infallible, fs, path::PathBuf};

use chat_emulator::{Durability, Emulator, EmulatorBuilder, FaultPlan, QuotaMode};
use chat_types::UnixSeconds;
use chat_usersig::SecretKey;
use clap::Args;
use serde_json::json;

use self::{apps::AppSettings, https::HttpsOptions};
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
/// --output json. Standard error has a line for each call, unless --quiet is given. Ctrl-C stops the
/// emulator. Its state is in memory, unless --data names a directory.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  chatctl emulator --listen 127.0.0.1:8080 --tls --tls-ca-out ca.pem")]
pub(crate) struct Emulate {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: String,

    /// App and its secret key; repeat for several [default: 1400000000:emulator-secret-key]
    #[arg(long, value_name = "SDKAPPID:KEY", value_parser = AppAndKey::parse)]
    app: Vec<AppAndKey>,

    /// TOML file with apps, their keys and their settings in the console
    ///
    /// Each entry of its array `apps` has sdkappid, one of key_file, key_env and key, and if needed
    /// edition (its quotas), site (the size of batches) and newer_group_types (bans in groups of all
    /// types).
    #[arg(long, value_name = "FILE")]
    app_file: Option<PathBuf>,

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

    /// Set the time to start at, in seconds since the Unix epoch, or stop the clock
    #[arg(long, value_name = "UNIX|frozen", value_parser = StartTime::parse)]
    clock: Option<StartTime>,

    /// Serve the control API under /_control even if other machines can reach it
    #[arg(long, conflicts_with = "no_control")]
    control: bool,

    /// Do not serve the control API
    #[arg(long)]
    no_control: bool,

    /// Host name by which clients may reach the control API; repeat for several
    #[arg(long, value_name = "HOST")]
    control_host: Vec<String>,

    /// Number of requests that the control API can list
    #[arg(long, value_name = "N", default_value = "1000", value_parser = parsers::integer(0, 10_000_000_usize))]
    keep_requests: usize,

    /// Print the bodies of each call too
    #[arg(long)]
    log_bodies: bool,

    #[command(flatten)]
    https: HttpsOptions,

    /// Directory for the state, which then survives a restart and a kill
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,

    /// Respond only when a change is on the disk, so that it survives a loss of power too
    #[arg(long, requires = "data")]
    fsync: bool,

    /// File of JSON Lines with the accounts and groups to start with, as group export writes them
    #[arg(long, value_name = "FILE")]
    seed: Option<PathBuf>,
}

impl Emulate {
    pub(crate) async fn run(self, out: &mut Output) -> Result<Exit, Error> {
        let mut interrupts = Interrupts::listen();
        let apps = self.app_file.as_deref().map(apps::read).transpose()?.unwrap_or_default();
        let (clock, https) = (self.clock, self.https.clone());
        let emulator = self
            .builder(&apps, out.is_quiet())?
            .start()
            .await
            .map_err(|error| Error::configuration(error.to_string()))?;
        for app in &apps {
            app.apply(&emulator);
        }
        match clock {
            Some(StartTime::At(time)) => emulator.clock().set(time),
            Some(StartTime::Frozen) => emulator.clock().freeze(),
            None => {}
        }
        https.write_authority(&emulator)?;
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
        introduction::introduce(&emulator, &https, out);
        tokio::select! {
            () = emulator.wait_for_shutdown() => {
                return Err(Error::configuration("the server stopped unexpectedly"));
            }
            () = interrupts.next() => {}
        }
        emulator.shutdown().await;
        Ok(Exit::Done)
    }

    fn builder(self, apps: &[AppSettings], quiet: bool) -> Result<EmulatorBuilder, Error> {
        let quotas = match (self.no_quota, self.quota_scale) {
            (true, _) => QuotaMode::Off,
            (false, Some(scale)) => QuotaMode::Scaled(scale),
            (false, None) => QuotaMode::Documented,
        };
        let mut builder = Emulator::builder()
            .listen(self.listen)
            .quotas(quotas)
            .keep_requests(self.keep_requests);
        if let Some(path) = self.faults {
            let plan =
                FaultPlan::read(path).map_err(|error| Error::configuration(error.to_string()))?;
            builder = builder.faults(plan);
        }
        if let Some(directory) = self.data {
            builder = builder.data_dir(directory);
        }
        if self.fsync {
            builder = builder.durability(Durability::Disk);
        }
        if let Some(path) = self.seed {
            let lines =
                fs::read_to_string(&path).map_err(|error| Error::unreadable(&path, &error))?;
            builder = builder.seed(lines);
        }
        for app in self.app {
            let (sdk_app_id, key) =
                app.0.map_err(|why| Error::usage(format!("invalid --app: {why}")))?;
            builder = builder.app(sdk_app_id, key);
        }
        for app in apps {
            builder = builder.app(app.sdk_app_id(), app.key.clone());
        }
        for admin in self.admin {
            builder = builder.admin(admin);
        }
        if let Some(config) = self.webhooks.config()? {
            builder = builder.webhooks(config);
        }
        for host in self.control_host {
            builder = builder.control_host(host);
        }
        if self.control || self.no_control {
            builder = builder.control(self.control);
        }
        if !quiet {
            builder = builder.on_call(move |call| calls::print(call, self.log_bodies));
        }
        if let Some(tls) = self.https.certificate()? {
            builder = builder.tls(tls);
        }
        Ok(builder)
    }
}

/// The time at which the clock starts.
#[derive(Clone, Copy, Debug)]
enum StartTime {
    At(UnixSeconds),
    Frozen,
}

impl StartTime {
    fn parse(text: &str) -> Result<Self, String> {
        if text == "frozen" {
            return Ok(Self::Frozen);
        }
        let seconds = text.parse().map_err(|_| "expected seconds since 1970, or frozen")?;
        Ok(Self::At(UnixSeconds::new(seconds)))
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
