//! `chatctl webhook sign`.

use chat_types::{
    UnixSeconds,
    clock::{Clock as _, SystemClock},
};
use clap::Args;
use serde_json::json;

use super::token::TokenOption;
use crate::{
    error::{Error, Exit},
    output::Output,
    parsers,
};

/// Print the signature of a webhook: the URL parameters Sign and RequestTime
///
/// The signature covers the time only, so it fits any webhook and any body.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl webhook sign --token-file token")]
pub(super) struct Sign {
    #[command(flatten)]
    token: TokenOption,

    /// Time of signing in Unix seconds [default: now]
    #[arg(long, value_name = "UNIX", value_parser = parsers::integer(0, u64::MAX))]
    at: Option<u64>,
}

impl Sign {
    pub(super) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let time = self.at.map_or_else(|| SystemClock.now(), UnixSeconds::new);
        let sign = self.token.required()?.sign(time);
        if out.is_json_by_choice() {
            out.json(&json!({ "Sign": sign, "RequestTime": time.get() }))?;
        } else {
            out.line(format_args!("Sign={sign}&RequestTime={}", time.get()))?;
        }
        Ok(Exit::Done)
    }
}
