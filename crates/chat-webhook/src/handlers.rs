//! The handlers, by the names of their webhooks.

use std::{collections::BTreeMap, fmt, pin::Pin, sync::Arc};

use bytes::Bytes;
use chat_types::{spec::WebhookPhase, webhook::Webhook};
use serde::Serialize;

use crate::{
    event::{Event, RawResponse, RawWebhook},
    refusal::Refusal,
};

/// The handlers of a receiver.
#[derive(Debug)]
pub(crate) struct Handlers {
    by_command: BTreeMap<&'static str, Handler>,
    fallback: Option<Handler>,
    /// Acknowledges webhooks, or allows their events.
    default: Handler,
    acknowledgement: Bytes,
}

/// A handler whose types are erased: from the body of a request to the body of its response.
pub(crate) struct Handler {
    /// Decodes the body. The handler runs when the future is polled.
    prepare: Box<dyn Fn(RawWebhook) -> Result<Handled, Refusal> + Send + Sync>,
    /// The response if the handler fails; `None` to fail the call.
    if_failed: Option<Bytes>,
}

/// A run of a handler.
pub(crate) type Handled = Pin<Box<dyn Future<Output = Result<Bytes, Refusal>> + Send>>;

impl Default for Handlers {
    fn default() -> Self {
        let default = Handler::raw(|webhook: RawWebhook| {
            std::future::ready(RawResponse::allowing(&webhook.parameters.callback_command))
        });
        let acknowledgement = write(&RawResponse::default()).unwrap_or_default();
        Self { by_command: BTreeMap::new(), fallback: None, default, acknowledgement }
    }
}

impl Handlers {
    /// Adds a handler. Returns whether it is the first of its webhook.
    pub(crate) fn add<W: Webhook>(&mut self, handler: Handler) -> bool {
        self.by_command.insert(W::SPEC.command, handler).is_none()
    }

    pub(crate) fn set_fallback(&mut self, fallback: Handler) {
        self.fallback = Some(fallback);
    }

    /// Returns the handler of a webhook, or the fallback.
    pub(crate) fn of(&self, command: &str) -> &Handler {
        self.by_command.get(command).or(self.fallback.as_ref()).unwrap_or(&self.default)
    }

    /// Returns whether a webhook has a handler or a fallback.
    pub(crate) fn has(&self, command: &str) -> bool {
        self.fallback.is_some() || self.by_command.contains_key(command)
    }

    /// Decodes the body for a handler. A body that is not one of its webhook goes to the fallback
    /// instead.
    pub(crate) fn prepare(
        &self,
        handler: &Handler,
        webhook: RawWebhook,
    ) -> Result<Handled, Refusal> {
        let Some(fallback) = &self.fallback else { return (handler.prepare)(webhook) };
        match (handler.prepare)(webhook.clone()) {
            Err(Refusal::Undecodable(problem)) => {
                (fallback.prepare)(RawWebhook { problem: Some(problem), ..webhook })
            }
            prepared => prepared,
        }
    }

    /// Returns the response that acknowledges a webhook.
    pub(crate) fn acknowledgement(&self) -> Bytes {
        self.acknowledgement.clone()
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
        let prepare = move |RawWebhook { parameters, body: raw, .. }: RawWebhook| {
            let body = decode(&raw)?;
            let handler = Arc::clone(&handler);
            let handled: Handled =
                Box::pin(async move { write(&handler(Event { body, parameters, raw }).await) });
            Ok(handled)
        };
        let decides = W::SPEC.phase == WebhookPhase::Before;
        let if_failed = if decides { write(if_failed).ok() } else { None };
        Self { prepare: Box::new(prepare), if_failed }
    }

    /// Creates a handler of webhooks without types.
    pub(crate) fn raw<H, F>(handler: H) -> Self
    where
        H: Fn(RawWebhook) -> F + Send + Sync + 'static,
        F: Future<Output = RawResponse> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let prepare = move |webhook| {
            let handler = Arc::clone(&handler);
            let handled: Handled = Box::pin(async move { write(&handler(webhook).await) });
            Ok(handled)
        };
        Self { prepare: Box::new(prepare), if_failed: None }
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
    chat_types::decode(body).map_err(|error| Refusal::Undecodable(problem::<W>(body, &error)))
}

/// Describes what does not match, with its path if it has one.
fn problem<W: Webhook>(body: &[u8], error: &serde_json::Error) -> String {
    let mut json = serde_json::Deserializer::from_slice(body);
    match serde_path_to_error::deserialize::<_, W>(&mut json) {
        Err(error) => error.to_string(),
        Ok(_) => error.to_string(),
    }
}

fn write(response: &impl Serialize) -> Result<Bytes, Refusal> {
    serde_json::to_vec(response).map(Bytes::from).map_err(|_| Refusal::Unwritable)
}
