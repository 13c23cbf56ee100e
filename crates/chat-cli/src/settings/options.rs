//! The connection's options on the command line.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chat_types::Region;
use clap::Args;

use super::profiles::Profile;
use crate::{
    complete,
    error::Error,
    output::one_line,
    parsers::{region, region_names, sdk_app_id, time_limit},
};

/// Settings of the connection, as given on the command line.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct SettingsOptions {
    /// Profile with settings, which options and the environment take precedence over
    /// [env: CHAT_PROFILE] [default: the one that `profile use` chose]
    #[arg(long, global = true, value_name = "PROFILE", add = complete::profiles())]
    pub(super) profile: Option<String>,

    #[arg(long, global = true, value_name = "REGION", value_parser = region,
          help = region_help(), add = complete::regions())]
    pub(super) region: Option<Region>,

    /// Base URL instead of a region: https, or http to loopback [env: CHAT_ENDPOINT]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) endpoint: Option<String>,

    /// SDKAppID of the app [env: CHAT_SDKAPPID]
    #[arg(long, global = true, value_name = "N", value_parser = sdk_app_id)]
    pub(super) sdkappid: Option<u32>,

    /// Account to call the API as, or to sign for [env: CHAT_IDENTIFIER] [default: administrator]
    #[arg(long, global = true, value_name = "NAME", allow_hyphen_values = true)]
    pub(super) identifier: Option<String>,

    /// File with the secret key, or - for standard input [env: CHAT_SECRET_KEY, the key itself]
    #[arg(long, global = true, value_name = "PATH")]
    pub(super) secret_key_file: Option<PathBuf>,

    /// PEM file with a CA to trust in addition to the system's [env: CHAT_CA_FILE]
    #[arg(long, global = true, value_name = "PEM")]
    pub(super) ca_file: Option<PathBuf>,

    /// Redis server at which processes share the documented calls per second of the app, as
    /// redis://HOST:PORT, or rediss:// for TLS. Without it, each process makes that many calls by
    /// itself, and the service refuses what is too many together [env: CHAT_REDIS, and
    /// CHAT_REDIS_PASSWORD for a URL without a password]
    #[arg(long, global = true, value_name = "URL")]
    pub(super) redis: Option<String>,

    /// Time limit of each call, including its wait under the quota, such as 500ms or 10s
    /// [default: 10s]
    #[arg(long, global = true, value_name = "TIME", value_parser = time_limit)]
    pub(super) timeout: Option<Duration>,
}

impl SettingsOptions {
    /// Returns these options, and those of a journal for what neither these nor the environment set,
    /// with a note for each option of the journal: a journal may come from elsewhere, so what it
    /// changes about the connection must be visible.
    pub(crate) fn or_stored(self, mut stored: Self) -> (Self, Vec<String>) {
        let mut notes = Vec::new();
        let is_address_set = is_set("CHAT_REGION") || is_set("CHAT_ENDPOINT");
        let given = self.region.is_some() || self.endpoint.is_some();
        let address = stored.endpoint.clone().or(stored.region.map(|region| region.to_string()));
        if let Some(address) = address.filter(|_| !given) {
            let variables = "CHAT_REGION or CHAT_ENDPOINT is set";
            notes.push(note("address", &address, is_address_set.then_some(variables)));
        }
        if is_address_set {
            (stored.region, stored.endpoint) = (None, None);
        }
        keep(&mut stored.profile, &self.profile, "profile", "CHAT_PROFILE", &mut notes);
        keep(&mut stored.sdkappid, &self.sdkappid, "app", "CHAT_SDKAPPID", &mut notes);
        keep(&mut stored.identifier, &self.identifier, "admin", "CHAT_IDENTIFIER", &mut notes);
        keep(&mut stored.redis, &self.redis, "quota server", "CHAT_REDIS", &mut notes);
        let mut path = |stored: &mut Option<PathBuf>, given: &Option<PathBuf>, what, variable| {
            let mut shown = stored.as_ref().map(|path| path.display().to_string());
            keep(&mut shown, &given.as_ref().map(|_| String::new()), what, variable, &mut notes);
            if shown.is_none() {
                *stored = None;
            }
        };
        path(&mut stored.secret_key_file, &self.secret_key_file, "key file", "CHAT_SECRET_KEY");
        path(&mut stored.ca_file, &self.ca_file, "CA file", "CHAT_CA_FILE");
        (self.or(stored), notes)
    }

    /// Returns these options, and those of `other` that these leave out.
    fn or(self, other: Self) -> Self {
        // A region and an endpoint exclude each other.
        let (region, endpoint) = match (self.region, self.endpoint) {
            (None, None) => (other.region, other.endpoint),
            given => given,
        };
        Self {
            profile: self.profile.or(other.profile),
            region,
            endpoint,
            sdkappid: self.sdkappid.or(other.sdkappid),
            identifier: self.identifier.or(other.identifier),
            secret_key_file: self.secret_key_file.or(other.secret_key_file),
            ca_file: self.ca_file.or(other.ca_file),
            redis: self.redis.or(other.redis),
            timeout: self.timeout.or(other.timeout),
        }
    }

    /// Returns a profile with these options. Paths become absolute.
    pub(crate) fn to_profile(
        &self,
        secret_key_env: Option<String>,
        secret_command: Option<String>,
    ) -> Result<Profile, Error> {
        let absolute = |path: &PathBuf| {
            std::path::absolute(path).map_err(|error| Error::unreadable(path, &error))
        };
        if self.secret_key_file.as_deref() == Some(Path::new("-")) {
            return Err(Error::usage("a profile cannot read the key from standard input")
                .with_hint("give --secret-key-file a path"));
        }
        if self.region.is_some() && self.endpoint.is_some() {
            return Err(Error::configuration("both --region and --endpoint are set")
                .with_hint("set only one"));
        }
        Ok(Profile {
            region: self.region.map(|region| region.id().to_owned()),
            endpoint: self.endpoint.clone(),
            sdkappid: self.sdkappid,
            identifier: self.identifier.clone(),
            secret_key_file: self.secret_key_file.as_ref().map(absolute).transpose()?,
            secret_key_env,
            secret_command,
            ca_file: self.ca_file.as_ref().map(absolute).transpose()?,
            redis: self.redis.clone(),
        })
    }

    /// Returns the paths of the files, for a caller that changes the current directory.
    pub(crate) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let key = self.secret_key_file.as_mut().filter(|path| path.as_path() != Path::new("-"));
        key.into_iter().chain(self.ca_file.as_mut())
    }
}

/// Drops an option of a journal if the environment sets it, and notes what became of it.
fn keep<T: ToString>(
    stored: &mut Option<T>,
    given: &Option<T>,
    what: &str,
    variable: &str,
    notes: &mut Vec<String>,
) {
    let Some(value) = stored.as_ref().filter(|_| given.is_none()).map(ToString::to_string) else {
        return;
    };
    let is_overridden = is_set(variable);
    let reason = format!("{variable} is set");
    notes.push(note(what, &value, is_overridden.then_some(&reason)));
    if is_overridden {
        *stored = None;
    }
}

fn note(what: &str, value: &str, ignored_because: Option<&str>) -> String {
    let value = one_line(value);
    match ignored_because {
        Some(why) => format!("the {what} in the journal is ignored, because {why}: {value}"),
        None => format!("the {what} comes from the journal: {value}"),
    }
}

fn is_set(variable: &str) -> bool {
    super::environment::variable(variable).is_some()
}

fn region_help() -> String {
    format!("Region of the app: {} [env: CHAT_REGION]", region_names())
}
