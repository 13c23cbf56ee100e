//! `chatctl webhook listen`.

use std::{path::PathBuf, sync::Arc};

use chat_webhook::{RawResponse, RawWebhook};
use clap::Args;

use super::{
    rules::Rules,
    server::ServerOptions,
    target::{Message, Target},
};
use crate::{
    error::{Error, Exit},
    output::{Output, warn},
    settings::Settings,
};

/// Receive webhooks, print them, and respond
#[derive(Debug, Args)]
#[command(
    long_about = LONG_ABOUT,
    after_help = "Example:\n  chatctl webhook listen --listen 127.0.0.1:8000 --token-file token --respond rules.toml"
)]
pub(super) struct Listen {
    #[command(flatten)]
    server: ServerOptions,

    /// File with rules for the responses
    #[arg(long, value_name = "FILE", conflicts_with = "forward")]
    respond: Option<PathBuf>,

    /// URL of a server that gets each webhook, signed again, and whose responses are sent
    #[arg(long, value_name = "URL")]
    forward: Option<String>,
}

const LONG_ABOUT: &str = r#"Receive webhooks, print them, and respond

The first line on standard output is `listening on http://ADDR`. Each webhook is a line, with -v its
whole body; --output jsonl makes each a JSON object. Events are allowed, unless a rule of --respond
says otherwise or the server of --forward responds otherwise.

--respond takes a TOML file. The first rule that matches decides:

  [[rules]]
  webhook = "Group.CallbackBeforeSendMsg"
  when = { From_Account = "jared", "MsgBody.0.MsgType" = "TIMTextElem" }
  refuse = { code = 10100, text = "No advertisements, please." }

Instead of `refuse`, a rule has `allow = true`, or `replace` with fields of the response."#;

impl Listen {
    pub(super) async fn run(
        self,
        settings: &Settings,
        verbose: bool,
        out: &mut Output,
    ) -> Result<Exit, Error> {
        let rules = self.respond.as_deref().map(Rules::read).transpose()?.unwrap_or_default();
        let target = match &self.forward {
            Some(url) => Some(Target::new(url, self.server.token.read()?, settings)?),
            None => None,
        };
        let responder = Arc::new((rules, target));
        let respond = move |webhook: RawWebhook| {
            let responder = Arc::clone(&responder);
            async move {
                match &responder.1 {
                    Some(target) => forward(target, &webhook).await,
                    None => responder.0.respond(&webhook),
                }
            }
        };
        let print = |event: &super::server::Received, out: &mut Output| event.print(verbose, out);
        self.server.serve(settings, respond, print, out).await
    }
}

/// Passes a webhook on, and returns the response. If that fails, the event is allowed.
async fn forward(target: &Target, webhook: &RawWebhook) -> RawResponse {
    let outcome = target.post(&Message::from(webhook), None).await.and_then(|response| {
        if response.status != 200 {
            return Err(format!("the response has status {}", response.status));
        }
        RawResponse::from_json(&response.body).map_err(|error| error.to_string())
    });
    outcome.unwrap_or_else(|why| {
        warn(format_args!("cannot forward {}: {why}", webhook.parameters.callback_command));
        RawResponse::allowing(&webhook.parameters.callback_command)
    })
}

impl From<&RawWebhook> for Message {
    fn from(webhook: &RawWebhook) -> Self {
        let from = &webhook.parameters;
        let platform = from.opt_platform.as_ref().map(|platform| platform.as_str().to_owned());
        let parameters = [
            ("ClientIP", from.client_ip.clone()),
            ("OptPlatform", platform),
            ("RequestID", from.request_id.clone()),
        ];
        let parameters = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        Self {
            command: from.callback_command.clone(),
            parameters: parameters.collect(),
            body: webhook.body.clone(),
        }
    }
}
