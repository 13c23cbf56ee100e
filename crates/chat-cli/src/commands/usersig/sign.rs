//! `chatctl usersig sign`.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use clap::{Args, builder::ValueParser};
use serde_json::json;

use super::print::print_signature;
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

    /// Additional bytes to sign, in base64
    #[arg(long, value_name = "BASE64", value_parser = ValueParser::new(base64_bytes))]
    userbuf: Option<Arc<[u8]>>,
}

fn base64_bytes(text: &str) -> Result<Arc<[u8]>, String> {
    let expected = |_| "expected standard base64, such as AAEC".to_owned();
    STANDARD.decode(text).map(Arc::from).map_err(expected)
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
        let signer = settings.signer()?;
        let user_sig = match &self.userbuf {
            Some(bytes) => signer.sign_with_userbuf(&identifier, bytes, time, self.expire),
            None => signer.sign(&identifier, time, self.expire),
        };
        let user_sig = user_sig.map_err(|error| Error::usage(error.to_string()))?;
        let object = json!({
            "usersig": user_sig.as_str(),
            "sdkappid": settings.sdk_app_id()?,
            "identifier": identifier,
            "expires_at": time.saturating_add(self.expire.into()),
        });
        print_signature(user_sig.as_str(), &object, out)
    }
}
