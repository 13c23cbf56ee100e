//! The token of the webhooks: from a file or from the environment.

use std::path::PathBuf;

use chat_webhook::Token;
use clap::Args;
use zeroize::Zeroizing;

use crate::{commands::args::read_payload, error::Error};

/// Where the token comes from.
#[derive(Clone, Debug, Args)]
pub(super) struct TokenOption {
    /// File with the token from the webhook settings in the console, or - for standard input
    /// [env: CHAT_WEBHOOK_TOKEN, the token itself]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl TokenOption {
    /// Returns the token, if there is one.
    pub(super) fn read(&self) -> Result<Option<Token>, Error> {
        let text = match &self.token_file {
            Some(path) => {
                let bytes = Zeroizing::new(read_payload(path)?);
                let text = std::str::from_utf8(&bytes)
                    .map_err(|_| Error::input(format!("{} is not valid UTF-8", path.display())))?;
                Zeroizing::new(text.trim_start_matches('\u{feff}').trim().to_owned())
            }
            None => match std::env::var(VARIABLE) {
                Ok(text) => Zeroizing::new(text),
                Err(std::env::VarError::NotPresent) => return Ok(None),
                Err(std::env::VarError::NotUnicode(_)) => {
                    return Err(Error::configuration(format!("{VARIABLE} is not valid UTF-8")));
                }
            },
        };
        Token::new(&**text).map(Some).map_err(|error| Error::configuration(error.to_string()))
    }

    /// Returns the token, which must be set.
    pub(super) fn required(&self) -> Result<Token, Error> {
        self.read()?.ok_or_else(|| {
            Error::configuration("no webhook token is set")
                .with_hint("give --token-file, or set CHAT_WEBHOOK_TOKEN")
        })
    }
}

const VARIABLE: &str = "CHAT_WEBHOOK_TOKEN";
