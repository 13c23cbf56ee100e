//! A receiver of webhooks on this machine.

use std::{convert::Infallible, sync::Arc, time::Duration};

use bytes::Bytes;
use chat_types::webhook::OptPlatform;
use chat_webhook::{RawResponse, RawWebhook, WebhookReceiver};
use clap::Args;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, mpsc},
    time::sleep,
};
use tower_service::Service as _;

use super::token::TokenOption;
use crate::{
    error::{Error, Exit},
    interrupt::Interrupts,
    output::{Output, one_line},
    settings::Settings,
};

/// Where webhooks are received, and how they are authenticated.
#[derive(Debug, Args)]
pub(super) struct ServerOptions {
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    listen: String,

    #[command(flatten)]
    pub(super) token: TokenOption,

    /// Receive webhooks without a signature, if no token is set in the console
    #[arg(long, conflicts_with = "token_file")]
    no_token: bool,
}

/// What happened at the server.
#[derive(Debug)]
pub(super) enum Received {
    /// A webhook, and the response to it.
    Webhook(Box<RawWebhook>, RawResponse),
    /// A request that was refused, and why.
    Refused(StatusCode, String),
}

impl ServerOptions {
    /// Serves until an interrupt. `respond` decides about each webhook, and `record` gets what was
    /// received, in order.
    pub(super) async fn serve<F>(
        &self,
        settings: &Settings,
        respond: impl Fn(RawWebhook) -> F + Send + Sync + 'static,
        mut record: impl FnMut(&Received, &mut Output) -> Result<(), Error>,
        out: &mut Output,
    ) -> Result<Exit, Error>
    where
        F: Future<Output = RawResponse> + Send + 'static,
    {
        let mut interrupts = Interrupts::listen();
        let (sender, mut received) = mpsc::channel(MAX_UNPRINTED);
        let receiver = self.receiver(settings, respond, sender.clone())?;
        let listener = TcpListener::bind(&self.listen).await.map_err(|error| {
            Error::configuration(format!("cannot listen on {}: {error}", self.listen))
        })?;
        let url = format!("http://{}", listener.local_addr()?);
        if out.is_json_by_choice() {
            out.json(&json!({ "ready": true, "url": url }))?;
        } else {
            out.line(format_args!("listening on {url}"))?;
        }
        out.flush()?;
        let server = tokio::spawn(accept(listener, receiver, sender));
        let outcome = loop {
            tokio::select! {
                event = received.recv() => {
                    let Some(event) = event else { break Ok(Exit::Done) };
                    if let Err(error) = record(&event, out).and_then(|()| out.flush()) {
                        break Err(error);
                    }
                }
                () = interrupts.next() => break Ok(Exit::Done),
            }
        };
        server.abort();
        outcome
    }

    fn receiver<F>(
        &self,
        settings: &Settings,
        respond: impl Fn(RawWebhook) -> F + Send + Sync + 'static,
        sender: mpsc::Sender<Received>,
    ) -> Result<WebhookReceiver, Error>
    where
        F: Future<Output = RawResponse> + Send + 'static,
    {
        let app = settings.optional_sdk_app_id()?.unwrap_or(chat_emulator::Emulator::DEFAULT_APP);
        let mut builder = WebhookReceiver::builder(app).deadline(DEADLINE, sleep);
        builder = match self.token.read()? {
            Some(token) if !self.no_token => builder.token(token),
            _ if self.no_token => builder.without_authentication(),
            _ => {
                return Err(Error::configuration("no webhook token is set").with_hint(
                    "give --token-file or set CHAT_WEBHOOK_TOKEN; with --no-token everybody who \
                     knows the URL can send webhooks",
                ));
            }
        };
        let respond = Arc::new(respond);
        let handler = move |webhook: RawWebhook| {
            let (respond, sender) = (Arc::clone(&respond), sender.clone());
            async move {
                let response = respond(webhook.clone()).await;
                // A closed channel means that the program ends.
                drop(sender.send(Received::Webhook(Box::new(webhook), response.clone())).await);
                response
            }
        };
        builder.fallback(handler).build().map_err(|error| Error::configuration(error.to_string()))
    }
}

async fn accept(listener: TcpListener, receiver: WebhookReceiver, sender: mpsc::Sender<Received>) {
    let connections = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&connections).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            // Such as too many open files.
            sleep(Duration::from_millis(100)).await;
            continue;
        };
        let (receiver, sender) = (receiver.clone(), sender.clone());
        tokio::spawn(async move {
            let service =
                service_fn(move |request| respond(receiver.clone(), request, sender.clone()));
            let mut connection = http1::Builder::new();
            connection.timer(TokioTimer::new());
            drop(connection.serve_connection(TokioIo::new(stream), service).await);
            drop(permit);
        });
    }
}

async fn respond(
    mut receiver: WebhookReceiver,
    request: Request<Incoming>,
    sender: mpsc::Sender<Received>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let response = receiver.call(request).await?;
    if response.status() == StatusCode::OK {
        return Ok(response);
    }
    let (head, body) = response.into_parts();
    let body = body.collect().await?.to_bytes();
    let why = String::from_utf8_lossy(&body).trim().to_owned();
    drop(sender.try_send(Received::Refused(head.status, why)));
    Ok(Response::from_parts(head, Full::new(body)))
}

impl Received {
    /// Prints it on one line, or with its whole body.
    pub(super) fn print(&self, whole: bool, out: &mut Output) -> Result<(), Error> {
        if out.is_json_by_choice() {
            return out.json(&self.to_json());
        }
        match self {
            Self::Webhook(webhook, response) => {
                let parameters = &webhook.parameters;
                let response = serde_json::to_string(response).unwrap_or_default();
                let body = String::from_utf8_lossy(&webhook.body);
                let command = one_line(&parameters.callback_command);
                if !whole {
                    return out.line(format_args!("{command} {} -> {response}", one_line(&body)));
                }
                out.line(format_args!("{command} -> {response}"))?;
                match serde_json::from_slice::<Value>(&webhook.body) {
                    Ok(json) => out.line(format_args!("{json:#}")),
                    Err(_) => out.line(body),
                }
            }
            Self::Refused(status, why) => {
                out.line(format_args!("refused with status {}: {}", status.as_u16(), one_line(why)))
            }
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Webhook(webhook, response) => {
                let parameters = &webhook.parameters;
                let body = serde_json::from_slice(&webhook.body).unwrap_or_else(|_| {
                    Value::String(String::from_utf8_lossy(&webhook.body).into_owned())
                });
                json!({
                    "webhook": parameters.callback_command,
                    "client_ip": parameters.client_ip,
                    "platform": parameters.opt_platform.as_ref().map(OptPlatform::as_str),
                    "body": body,
                    "response": response,
                })
            }
            Self::Refused(status, why) => json!({ "refused": why, "status": status.as_u16() }),
        }
    }
}

/// Leaves the service half a second of its wait for the network.
const DEADLINE: Duration = Duration::from_millis(1_500);

const MAX_CONNECTIONS: usize = 1_024;

/// Webhooks wait while the reader of standard output does.
const MAX_UNPRINTED: usize = 1_024;
