//! `chatctl webhook record`.

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::PathBuf,
};

use chat_webhook::{RawResponse, RawWebhook, StoredWebhook};
use clap::Args;

use super::{
    server::{Received, ServerOptions},
    target::recording,
};
use crate::{
    error::{Error, Exit},
    output::Output,
    settings::Settings,
};

/// Receive webhooks and append them to a file, for `chatctl webhook replay`
///
/// The file is DIR/webhooks.jsonl, with one webhook per line, without its signature. Events are allowed.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  chatctl webhook record events --listen 127.0.0.1:8000 --token-file token"
)]
pub(super) struct Record {
    /// Directory of the recording, which is created if it does not exist
    #[arg(value_name = "DIR")]
    directory: PathBuf,

    #[command(flatten)]
    server: ServerOptions,
}

impl Record {
    pub(super) async fn run(
        self,
        settings: &Settings,
        verbose: bool,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let path = recording(&self.directory);
        let unwritable = |error: std::io::Error| {
            Error::input(format!("cannot write {}: {error}", path.display()))
        };
        fs::create_dir_all(&self.directory).map_err(unwritable)?;
        let mut file =
            OpenOptions::new().create(true).append(true).open(&path).map_err(unwritable)?;
        let respond = |webhook: RawWebhook| {
            std::future::ready(RawResponse::allowing(&webhook.parameters.callback_command))
        };
        let record = move |event: &Received, out: &mut Output| {
            if let Received::Webhook(webhook, _) = event {
                let mut line = StoredWebhook::from(&**webhook).to_json();
                line.push(b'\n');
                file.write_all(&line).map_err(|error| {
                    Error::input(format!("cannot write the recording: {error}"))
                })?;
            }
            event.print(verbose, out)
        };
        self.server.serve(settings, respond, record, out).await
    }
}
