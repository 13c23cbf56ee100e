//! `chatctl usersig inspect`.

use clap::Args;

use super::{
    claims::{claims_to_json, print_claims},
    stdin::read_user_sig,
};
use crate::{
    error::{Error, Exit},
    output::Output,
};

/// Show the contents of the UserSig on standard input, without verifying it
///
/// Needs no key.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  chatctl usersig inspect < signature")]
pub(super) struct Inspect {}

impl Inspect {
    pub(super) fn run(&self, out: &mut Output) -> Result<Exit, Error> {
        let user_sig = read_user_sig()?;
        let claims =
            chat_usersig::inspect(&user_sig).map_err(|error| Error::mismatch(error.to_string()))?;
        if out.is_json() {
            out.json(&claims_to_json(&claims))?;
        } else {
            print_claims(&claims, out)?;
        }
        Ok(Exit::Done)
    }
}
