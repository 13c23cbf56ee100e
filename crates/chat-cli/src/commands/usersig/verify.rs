//! `chatctl usersig verify`.

use chat_usersig::{Claims, Signer, VerifyError};
use clap::Args;
use serde_json::json;

use super::{
    claims::{claims_to_json, merge, print_claims},
    stdin::read_user_sig,
};
use crate::{
    error::{Error, Exit},
    output::Output,
    parsers,
    settings::Settings,
};

/// Verify the UserSig on standard input with the secret key
///
/// Prints whether it is valid, and why not. Without --sdkappid it is verified for the app that it
/// names, and without --identifier for the account that it names. The exit code is 1 if it is not
/// valid.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl usersig verify --secret-key-file key < signature")]
pub(super) struct Verify {
    /// Time of verification in Unix seconds [default: now]
    #[arg(long, value_name = "UNIX", value_parser = parsers::integer(0, u64::MAX))]
    at: Option<u64>,
}

impl Verify {
    pub(super) fn run(
        &self,
        settings: &Settings,
        now: u64,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        if settings.takes_standard_input() {
            return Err(Error::usage("standard input cannot provide both the key and the UserSig")
                .with_hint("give --secret-key-file a path, or set CHAT_SECRET_KEY"));
        }
        let key = settings.secret_key()?;
        let user_sig = read_user_sig()?;
        let outcome = match chat_usersig::inspect(&user_sig) {
            Ok(claims) => {
                let app = settings.optional_sdk_app_id()?;
                let signer = Signer::new(app.unwrap_or(claims.sdk_app_id), key);
                let time = self.at.unwrap_or(now);
                signer.verify(&user_sig, settings.chosen_identifier(), time)
            }
            Err(error) => Err(VerifyError::from(error)),
        };
        print_outcome(&outcome, out)?;
        Ok(if outcome.is_ok() { Exit::Done } else { Exit::Refused })
    }
}

fn print_outcome(outcome: &Result<Claims, VerifyError>, out: &mut Output) -> Result<(), Error> {
    match (outcome, out.is_json()) {
        (Ok(claims), true) => {
            let mut document = json!({ "valid": true });
            merge(&mut document, claims_to_json(claims));
            out.json(&document)
        }
        (Ok(claims), false) => {
            out.line("valid")?;
            print_claims(claims, out)
        }
        (Err(error), true) => out.json(&json!({
            "valid": false,
            "reason": error.to_string(),
            "code": error.error_code(),
        })),
        (Err(error), false) => out.line(format_args!(
            "not valid: {error} (the service returns code {})",
            error.error_code()
        )),
    }
}
