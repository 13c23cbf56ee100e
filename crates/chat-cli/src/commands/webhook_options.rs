//! The options of `chatctl emulator` for webhooks.

use std::{
    fs::File,
    io::Read as _,
    path::{Path, PathBuf},
};

use chat_emulator::{WebhookConfig, WebhookToken};
use clap::Args;

use crate::error::Error;

/// Where the emulator sends webhooks, and which.
#[derive(Debug, Args)]
pub(crate) struct WebhookOptions {
    /// URL of your own server, which receives the webhooks of every app
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,

    /// File with the token that signs webhooks [default: webhooks are not signed]
    #[arg(long, value_name = "FILE", requires = "webhook")]
    webhook_token_file: Option<PathBuf>,

    /// Webhooks to send, separated by commas [default: all]
    #[arg(long, value_name = "WEBHOOK", value_delimiter = ',', requires = "webhook")]
    webhook_enable: Vec<String>,

    /// Send a webhook after an event again if the call failed
    #[arg(long, requires = "webhook")]
    webhook_repeat: bool,

    /// Refuse an event if the webhook before it failed [default: allow it]
    #[arg(long, requires = "webhook")]
    webhook_refuse_if_failed: bool,
}

impl WebhookOptions {
    /// Returns the settings of the webhooks; `None` to send none.
    pub(crate) fn config(self) -> Result<Option<WebhookConfig>, Error> {
        let Some(url) = &self.webhook else { return Ok(None) };
        let usage = |error: chat_emulator::WebhookConfigError| Error::usage(error.to_string());
        let mut config = WebhookConfig::new(url)
            .map_err(usage)?
            .repeat(self.webhook_repeat)
            .refuse_if_failed(self.webhook_refuse_if_failed);
        if let Some(path) = &self.webhook_token_file {
            config = config.token(read_token(path)?);
        }
        if self.webhook_enable.is_empty() {
            return Ok(Some(config.enable_all()));
        }
        for name in &self.webhook_enable {
            config = config.enable(name).map_err(usage)?;
        }
        Ok(Some(config))
    }
}

/// Reads a token, without the line break after it.
fn read_token(path: &Path) -> Result<WebhookToken, Error> {
    let fail = |reason: &dyn std::fmt::Display| {
        Error::configuration(format!("cannot read the token from {}: {reason}", path.display()))
    };
    let mut text = String::new();
    let file = File::open(path).map_err(|error| fail(&error))?;
    file.take(MAX_FILE_BYTES).read_to_string(&mut text).map_err(|error| fail(&error))?;
    WebhookToken::new(text.trim_end_matches(['\r', '\n'])).map_err(|error| fail(&error))
}

/// Longer than any token.
const MAX_FILE_BYTES: u64 = 4_096;
