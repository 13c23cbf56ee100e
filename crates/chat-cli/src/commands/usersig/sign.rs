//! `chatctl usersig sign`.

use clap::Args;
use serde_json::json;

use crate::{
    error::{Error, Exit},
    output::Output,
    parsers,
    settings::Settings,
};

/// Print a UserSig for --identifier, signed with the secret key
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl usersig sign --identifier peter --sdkappid 1400000000 --secret-key-file key"
)]
pub(super) struct Sign {
    /// Lifetime in seconds, or with a unit such as 12h or 7d
    #[arg(long, value_name = "TIME", default_value = "86400", value_parser = parsers::seconds)]
    expire: u32,

    /// Time of signing in Unix seconds [default: now]
    #[arg(long, value_name = "UNIX", value_parser = parsers::integer(0, u64::MAX))]
    at: Option<u64>,
}

impl Sign {
    pub(super) fn run(
        &self,
        settings: &Settings,
        now: u64,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let identifier = settings.identifier()?;
        let time = self.at.unwrap_or(now);
        let user_sig = settings
            .signer()?
            .sign(&identifier, time, self.expire)
            .map_err(|error| Error::usage(error.to_string()))?;
        if out.is_json_by_choice() {
            out.json(&json!({
                "usersig": user_sig.as_str(),
                "sdkappid": settings.sdk_app_id()?,
                "identifier": identifier,
                "expires_at": time.saturating_add(self.expire.into()),
            }))?;
        } else {
            out.line(user_sig.as_str())?;
        }
        if out.is_terminal() {
            out.note("whoever sees this signature can act as the account until it expires");
        }
        Ok(Exit::Done)
    }
}
