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
}

/// A handler whose types are erased: from the body of a request to the body of its response.
pub(crate) struct Handler {
    handle: Box<dyn Fn(RawWebhook) -> Handled + Send + Sync>,
    /// The response if the handler fails; `None` to fail the call.
    if_failed: Option<Bytes>,
}

type Handled = Pin<Box<dyn Future<Output = Result<Bytes, Refusal>> + Send>>;

impl Default for Handlers {
    fn default() -> Self {
        let default = Handler::raw(|_| std::future::ready(RawResponse::default()));
        Self { by_command: BTreeMap::new(), fallback: None, default }
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

    /// Runs a handler. A body that is not one of its webhook goes to the fallback instead.
    pub(crate) async fn run(
        &self,
        handler: &Handler,
        webhook: RawWebhook,
    ) -> Result<Bytes, Refusal> {
        let handled = (handler.handle)(webhook.clone()).await;
        let (Err(Refusal::Undecodable(problem)), Some(fallback)) = (&handled, &self.fallback)
        else {
            return handled;
        };
        let problem = Some(problem.clone());
        (fallback.handle)(RawWebhook { problem, ..webhook }).await
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
        let handle = move |RawWebhook { parameters, body: raw, .. }| -> Handled {
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
        let handle = move |webhook| -> Handled {
            let handler = Arc::clone(&handler);
            Box::pin(async move { write(&handler(webhook).await) })
        };
        Self { handle: Box::new(handle), if_failed: None }
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
