//! The connection's options on the command line.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use chat_types::Region;
use clap::Args;

use crate::parsers::{region_names, sdk_app_id, time_limit};

/// Settings of the connection, as given on the command line.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct SettingsOptions {
    #[arg(long, global = true, value_name = "REGION", help = region_help())]
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

    /// Time limit of each call, including its wait under the quota, such as 500ms or 10s
    /// [default: 10s]
    #[arg(long, global = true, value_name = "TIME", value_parser = time_limit)]
    pub(super) timeout: Option<Duration>,
}

impl SettingsOptions {
    /// Returns these options, and those of `other` that these leave out.
    pub(crate) fn or(self, other: Self) -> Self {
        // A region and an endpoint exclude each other.
        let (region, endpoint) = match (self.region, self.endpoint) {
            (None, None) => (other.region, other.endpoint),
            given => given,
        };
        Self {
            region,
            endpoint,
            sdkappid: self.sdkappid.or(other.sdkappid),
            identifier: self.identifier.or(other.identifier),
            secret_key_file: self.secret_key_file.or(other.secret_key_file),
            ca_file: self.ca_file.or(other.ca_file),
            timeout: self.timeout.or(other.timeout),
        }
    }

    /// Returns the paths of the files, for a caller that changes the current directory.
    pub(crate) fn files_mut(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let key = self.secret_key_file.as_mut().filter(|path| path.as_path() != Path::new("-"));
        key.into_iter().chain(self.ca_file.as_mut())
    }
}

fn region_help() -> String {
    format!("Region of the app: {} [env: CHAT_REGION]", region_names())
}
