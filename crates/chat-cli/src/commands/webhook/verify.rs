//! `chatctl webhook verify`.

use std::time::Duration;

use chat_types::{
    UnixSeconds,
    clock::{Clock as _, SystemClock},
};
use chat_webhook::verify_signature;
use clap::Args;
use serde_json::json;

use super::token::TokenOption;
use crate::{
    error::{Error, Exit},
    output::Output,
    parsers,
};

/// Verify the signature in the URL of a webhook
///
/// Prints whether it is valid, and why not. The exit code is 1 if it is not valid.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl webhook verify --token-file token '/webhooks?Sign=00&RequestTime=1669872112'"
)]
pub(super) struct Verify {
    /// URL of the webhook, or its query
    #[arg(value_name = "URL")]
    url: String,

    #[command(flatten)]
    token: TokenOption,

    /// Time of verification in Unix seconds [default: now]
    #[arg(long, value_name = "UNIX", value_parser = parsers::integer(0, u64::MAX))]
    at: Option<u64>,

    /// How far RequestTime may be from the time of verification
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parsers::period)]
    window: Duration,
}

impl Verify {
    pub(super) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let now = self.at.map_or_else(|| SystemClock.now(), UnixSeconds::new);
        let query = self.url.split_once('?').map_or(&*self.url, |(_, query)| query);
        let verified = verify_signature(&self.token.required()?, query, now, self.window);
        match (&verified, out.is_json()) {
            (Ok(()), true) => out.json(&json!({ "valid": true }))?,
            (Ok(()), false) => out.line("valid")?,
            (Err(error), true) => {
                out.json(&json!({ "valid": false, "reason": error.to_string() }))?;
            }
            (Err(error), false) => out.line(format_args!("not valid: {error}"))?,
        }
        Ok(if verified.is_ok() { Exit::Done } else { Exit::Refused })
    }
}
