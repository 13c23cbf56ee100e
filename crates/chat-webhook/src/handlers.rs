//! The handlers, by the names of their webhooks.

use std::{collections::BTreeMap, fmt, pin::Pin, sync::Arc};

use bytes::Bytes;
use chat_types::{
    spec::WebhookPhase,
    webhook::{Webhook, WebhookParameters},
};
use serde::Serialize;

use crate::{
    event::{Event, RawResponse, RawWebhook},
    refusal::Refusal,
};

/// The handlers of a receiver.
#[derive(Debug)]
pub(crate) struct Handlers {
    by_command: BTreeMap<&'static str, Handler>,
    fallback: Handler,
}

/// A handler whose types are erased: from the body of a request to the body of its response.
pub(crate) struct Handler {
    handle: Box<dyn Fn(WebhookParameters, Bytes) -> Handled + Send + Sync>,
    /// The response if the handler fails; `None` to fail the call.
    if_failed: Option<Bytes>,
}

type Handled = Pin<Box<dyn Future<Output = Result<Bytes, Refusal>> + Send>>;

impl Default for Handlers {
    fn default() -> Self {
        let fallback = Handler::raw(|_| std::future::ready(RawResponse::default()));
        Self { by_command: BTreeMap::new(), fallback }
    }
}

impl Handlers {
    /// Adds a handler. Returns whether it is the first of its webhook.
    pub(crate) fn add<W: Webhook>(&mut self, handler: Handler) -> bool {
        self.by_command.insert(W::SPEC.command, handler).is_none()
    }

    pub(crate) fn set_fallback(&mut self, fallback: Handler) {
        self.fallback = fallback;
    }

    /// Returns the handler of a webhook, or the fallback.
    pub(crate) fn of(&self, command: &str) -> &Handler {
        self.by_command.get(command).unwrap_or(&self.fallback)
    }
}

impl Handler {
    /// Creates the handler of a webhook, and its response if it fails. The event of a webhook that is
    /// sent afterwards may be lost then, so the call fails.
    pub(crate) fn typed<W, H, F>(handler: H, if_failed: &W::Response) -> Self
    where
        W: Webhook,
        H: Fn(Event<W>) -> F + Send + Sync + 'static,
        F: Future<Output = W::Response> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let handle = move |parameters, raw: Bytes| -> Handled {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                let body = decode(&raw)?;
                write(&handler(Event { body, parameters, raw }).await)
            })
        };
        let decides = W::SPEC.phase == WebhookPhase::Before;
        let if_failed = if decides { write(if_failed).ok() } else { None };
        Self { handle: Box::new(handle), if_failed }
    }

    /// Creates a handler of webhooks without types.
    pub(crate) fn raw<H, F>(handler: H) -> Self
    where
        H: Fn(RawWebhook) -> F + Send + Sync + 'static,
        F: Future<Output = RawResponse> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let handle = move |parameters, body| -> Handled {
            let handler = Arc::clone(&handler);
            Box::pin(async move { write(&handler(RawWebhook { parameters, body }).await) })
        };
        Self { handle: Box::new(handle), if_failed: None }
    }

    pub(crate) fn handle(&self, parameters: WebhookParameters, body: Bytes) -> Handled {
        (self.handle)(parameters, body)
    }

    pub(crate) fn if_failed(&self) -> Option<Bytes> {
        self.if_failed.clone()
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").finish_non_exhaustive()
    }
}

fn decode<W: Webhook>(body: &[u8]) -> Result<W, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let decoded = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Refusal::Undecodable(error.to_string()))?;
    json.end().map_err(|error| Refusal::Undecodable(error.to_string()))?;
    Ok(decoded)
}

fn write(response: &impl Serialize) -> Result<Bytes, Refusal> {
    serde_json::to_vec(response).map(Bytes::from).map_err(|_| Refusal::Unwritable)
}
