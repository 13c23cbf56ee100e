//! The settings of a receiver.

use std::{fmt, num::NonZeroUsize, sync::Arc, time::Duration};

use chat_types::{
    clock::{Clock, SystemClock},
    spec::EndpointSpec,
    webhook::{Acknowledgement, Token, Webhook, alert::RequestOverLimit},
};
use thiserror::Error;

use crate::{
    authentication::Authentication,
    deadline::Deadline,
    duplicates::Duplicates,
    event::{Event, RawResponse, RawWebhook},
    handlers::{Handler, Handlers},
    queue::{Queue, Worker},
    receiver::{Inner, WebhookReceiver},
    sink::Sink,
    stats::Counters,
    tasks::{Task, Tasks},
};

/// Configures a [`WebhookReceiver`]; created by [`WebhookReceiver::builder`].
#[must_use = "nothing is received until `build` is called"]
pub struct WebhookReceiverBuilder {
    sdk_app_id: u32,
    tokens: Vec<Token>,
    window: Duration,
    without_authentication: bool,
    max_body_bytes: usize,
    deadline: Option<Deadline>,
    clock: Arc<dyn Clock>,
    handlers: Handlers,
    tasks: Option<Tasks>,
    duplicates: Option<Arc<dyn Duplicates>>,
    sink: Option<Arc<dyn Sink>>,
    second_handler: Option<&'static str>,
}

impl WebhookReceiver {
    /// Starts to configure a receiver of the webhooks of one app. Those of other apps are refused.
    pub fn builder(sdk_app_id: u32) -> WebhookReceiverBuilder {
        WebhookReceiverBuilder {
            sdk_app_id,
            tokens: Vec::new(),
            window: Duration::from_secs(60),
            without_authentication: false,
            max_body_bytes: 1 << 20,
            deadline: None,
            clock: Arc::new(SystemClock),
            handlers: Handlers::default(),
            tasks: None,
            duplicates: None,
            sink: None,
            second_handler: None,
        }
    }
}

impl WebhookReceiverBuilder {
    /// Adds a token with which requests may be signed. To replace the token in the console without
    /// refusing any request, add the new one first, and remove the old one later.
    pub fn token(mut self, token: Token) -> Self {
        self.tokens.push(token);
        self
    }

    /// Receives requests without a signature, if no token is set in the console.
    ///
    /// Everybody who knows the URL can then send events. Tokens that were added have no effect.
    pub fn without_authentication(mut self) -> Self {
        self.without_authentication = true;
        self
    }

    /// Sets how far the time of a request may be from that of the receiver, before and after, in whole
    /// seconds. The default is 60 s.
    ///
    /// The signature covers neither the body nor the name of the webhook, so whoever sees a request can
    /// send others for this long. Use `https://`.
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// Sets the maximum length of a body, in bytes; longer ones get HTTP status 413. The default is
    /// 1 MiB.
    pub fn max_body_bytes(mut self, bytes: usize) -> Self {
        self.max_body_bytes = bytes;
        self
    }

    /// Sets the time within which a response is sent, whatever the handler does, and the timer that
    /// measures it. The default is no limit.
    ///
    /// The service waits 2 seconds. After the deadline the handler is dropped, and the response is the
    /// one for a failed handler; see [`on_or`](Self::on_or). Reading the body counts as well.
    ///
    /// ```
    /// use chat_webhook::WebhookReceiver;
    /// use std::time::Duration;
    ///
    /// let builder = WebhookReceiver::builder(1_400_000_000)
    ///     .deadline(Duration::from_millis(1_500), tokio::time::sleep);
    /// ```
    pub fn deadline<S>(
        mut self,
        time: Duration,
        sleep: impl Fn(Duration) -> S + Send + Sync + 'static,
    ) -> Self
    where
        S: Future<Output = ()> + Send + 'static,
    {
        self.deadline = Some(Deadline::new(time, sleep));
        self
    }

    /// Sets the clock by which the age of requests is measured. The default is the clock of the
    /// machine.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Runs handlers of webhooks before an event in tasks of their own, at most `max` at a time.
    ///
    /// Without it, a handler runs in the task of its connection, and one that blocks its thread delays
    /// the response beyond the [deadline](Self::deadline). In a task of its own it cannot, provided that
    /// the executor has other threads than those of the server: spawn blocking handlers on a runtime of
    /// their own. A handler also runs to its end then, and a response after the deadline is logged and
    /// counted. While `max` handlers are running, further webhooks count as failed at once.
    ///
    /// ```
    /// use chat_webhook::WebhookReceiver;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let handlers = tokio::runtime::Handle::current();
    /// let builder = WebhookReceiver::builder(1_400_000_000).spawn(1_000, move |task| {
    ///     handlers.spawn(task);
    /// });
    /// # }
    /// ```
    pub fn spawn(mut self, max: usize, spawn: impl Fn(Task) + Send + Sync + 'static) -> Self {
        self.tasks = Some(Tasks::new(max, spawn));
        self
    }

    /// Recognizes webhooks that come twice. The default is to handle them twice.
    ///
    /// The second one gets the response to the first, so a message has one decision, and its handler
    /// does not run. [`EventKey::of`](crate::EventKey::of) says which webhooks are the same. A webhook
    /// after an event whose handler failed is handled again when it is repeated.
    pub fn duplicates(mut self, duplicates: impl Duplicates) -> Self {
        self.duplicates = Some(Arc::new(duplicates));
        self
    }

    /// Stores each webhook after an event before it is acknowledged, and before its handler runs here,
    /// if it has one. Webhooks that the catalog does not have are stored as well.
    pub fn sink(mut self, sink: impl Sink) -> Self {
        self.sink = Some(Arc::new(sink));
        self
    }

    /// Adds the handler of a webhook.
    ///
    /// A body that is not one of this webhook goes to the [fallback](Self::fallback) instead. Without
    /// one, the handler counts as failed.
    ///
    /// Events can come twice if repeats are switched on in the console, and in any order.
    ///
    /// If the handler fails, the response is the default of its type, which allows the event; see
    /// [`on_or`](Self::on_or).
    ///
    /// ```
    /// use chat_types::webhook::{Receipt, state::StateChange};
    /// use chat_webhook::{Event, WebhookReceiver};
    ///
    /// let builder = WebhookReceiver::builder(1_400_000_000).on(
    ///     |event: Event<StateChange>| async move {
    ///         println!("{:?}", event.body);
    ///         Receipt::default()
    ///     },
    /// );
    /// ```
    pub fn on<W, H, F>(self, handler: H) -> Self
    where
        W: Webhook,
        H: Fn(Event<W>) -> F + Send + Sync + 'static,
        F: Future<Output = W::Response> + Send + 'static,
    {
        self.on_or(handler, &W::Response::default())
    }

    /// Adds the handler of a webhook, with the response if the handler panics, exceeds the
    /// [deadline](Self::deadline) or cannot read the body.
    ///
    /// It is sent for webhooks before an event only, since it decides what happens. A webhook after an
    /// event gets HTTP status 500, 503 or 400 then, so that the service repeats it if the console says so.
    pub fn on_or<W, H, F>(mut self, handler: H, if_failed: &W::Response) -> Self
    where
        W: Webhook,
        H: Fn(Event<W>) -> F + Send + Sync + 'static,
        F: Future<Output = W::Response> + Send + 'static,
    {
        if !self.handlers.add::<W>(Handler::typed(handler, if_failed)) {
            self.second_handler = Some(W::SPEC.command);
        }
        self
    }

    /// Passes each `Alert.RequestOverLimit` on, which the service sends when calls to an endpoint exceed 80
    /// percent of its limit: slow down before it refuses calls.
    ///
    /// The endpoint is one that the features of chat-types include; others are ignored.
    ///
    /// ```
    /// use chat_quota::Quota;
    /// use chat_webhook::WebhookReceiver;
    ///
    /// let quota = Quota::documented(); // the one that your client uses
    /// let builder = WebhookReceiver::builder(1_400_000_000)
    ///     .on_rate_alarm(move |endpoint| quota.slow_down(endpoint));
    /// ```
    pub fn on_rate_alarm(
        self,
        slow_down: impl Fn(&'static EndpointSpec) + Send + Sync + 'static,
    ) -> Self {
        self.on(move |event: Event<RequestOverLimit>| {
            let RequestOverLimit { service_name, command, .. } = &event.body;
            if let Some(endpoint) = EndpointSpec::find(service_name, command) {
                slow_down(endpoint);
            }
            std::future::ready(Acknowledgement::default())
        })
    }

    /// Sets the handler of all webhooks that have no other, including those that this version does not
    /// know, and of bodies that do not match their type. Without it, webhooks that have no handler are
    /// acknowledged, or their event is allowed.
    ///
    /// ```
    /// use chat_webhook::{RawResponse, RawWebhook, WebhookReceiver};
    ///
    /// let builder = WebhookReceiver::builder(1_400_000_000).fallback(
    ///     |webhook: RawWebhook| async move {
    ///         println!("{}: {} bytes", webhook.parameters.callback_command, webhook.body.len());
    ///         RawResponse::default()
    ///     },
    /// );
    /// ```
    pub fn fallback<H, F>(mut self, handler: H) -> Self
    where
        H: Fn(RawWebhook) -> F + Send + Sync + 'static,
        F: Future<Output = RawResponse> + Send + 'static,
    {
        self.handlers.set_fallback(Handler::raw(handler));
        self
    }

    /// Builds the receiver.
    ///
    /// # Errors
    /// When there is neither a token nor [`without_authentication`](Self::without_authentication), or
    /// when a webhook has two handlers.
    pub fn build(self) -> Result<WebhookReceiver, BuildError> {
        self.build_with(None)
    }

    fn build_with(
        self,
        queue: Option<(Queue, Arc<Counters>)>,
    ) -> Result<WebhookReceiver, BuildError> {
        if let Some(command) = self.second_handler {
            return Err(BuildError::DuplicateHandler { command });
        }
        let authentication = if self.without_authentication {
            Authentication::Disabled
        } else if self.tokens.is_empty() {
            return Err(BuildError::NoToken);
        } else {
            Authentication::Tokens { tokens: self.tokens, window: self.window }
        };
        let (queue, counters) = queue.unzip();
        Ok(WebhookReceiver::new(Inner {
            sdk_app_id: self.sdk_app_id,
            authentication,
            max_body_bytes: self.max_body_bytes,
            deadline: self.deadline,
            clock: self.clock,
            handlers: self.handlers,
            tasks: self.tasks,
            duplicates: self.duplicates,
            sink: self.sink,
            queue,
            counters: counters.unwrap_or_default(),
        }))
    }
}

impl WebhookReceiverBuilder {
    /// Builds a receiver that acknowledges webhooks after an event before their handlers run, and the
    /// worker that runs them.
    ///
    /// The receiver decodes a webhook, puts it into a queue of `capacity` webhooks, and acknowledges it.
    /// While the queue is full, webhooks wait for room until the [deadline](Self::deadline), and get HTTP
    /// status 503 then, so that the service repeats them if the console says so. What is in the queue is
    /// lost when the program ends without draining it; a [sink](Self::sink) keeps it.
    ///
    /// ```
    /// # async fn serve(_: chat_webhook::WebhookReceiver) {}
    /// use std::{num::NonZeroUsize, time::Duration};
    ///
    /// use chat_types::webhook::{Receipt, state::StateChange};
    /// use chat_webhook::{Event, Token, WebhookReceiver};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (receiver, worker) = WebhookReceiver::builder(1_400_000_000)
    ///     .token(Token::new("xxxxyyyy")?)
    ///     .deadline(Duration::from_millis(1_500), tokio::time::sleep)
    ///     .on(|_: Event<StateChange>| async { Receipt::default() })
    ///     .build_queued(NonZeroUsize::new(10_000).ok_or("no capacity")?)?;
    /// let worker = tokio::spawn(worker.run());
    /// serve(receiver).await;
    /// worker.await?; // handles what is left in the queue
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`build`](Self::build), and when there is no deadline.
    pub fn build_queued(
        self,
        capacity: NonZeroUsize,
    ) -> Result<(WebhookReceiver, Worker), BuildError> {
        if self.deadline.is_none() {
            return Err(BuildError::NoDeadline);
        }
        let counters = Arc::<Counters>::default();
        let (queue, worker) = Queue::new(capacity, Arc::clone(&counters));
        Ok((self.build_with(Some((queue, counters)))?, worker))
    }
}

#[cfg(feature = "redis")]
impl WebhookReceiverBuilder {
    /// Builds a worker that runs the handlers for the webhooks of a stream; see
    /// [`StreamWorker`](crate::StreamWorker). It uses nothing but the handlers: tokens, the deadline and
    /// other settings are for receivers.
    ///
    /// `name` must be one that no other worker has. A webhook without a handler is removed from the
    /// stream, unless there is a [fallback](Self::fallback).
    pub fn build_stream_worker(
        self,
        stream: crate::RedisStream,
        name: impl Into<String>,
    ) -> crate::StreamWorker {
        crate::StreamWorker::new(stream, self.handlers, name.into())
    }
}

impl fmt::Debug for WebhookReceiverBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookReceiverBuilder")
            .field("sdk_app_id", &self.sdk_app_id)
            .field("window", &self.window)
            .field("max_body_bytes", &self.max_body_bytes)
            .field("deadline", &self.deadline)
            .field("handlers", &self.handlers)
            .finish_non_exhaustive()
    }
}

/// Why a receiver could not be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no token.
    #[error(
        "no token is set; pass the one from the webhook settings in the console to `token`, or call \
         `without_authentication`"
    )]
    NoToken,
    /// A receiver with a queue has no deadline.
    #[error(
        "a queue needs a deadline, after which webhooks are no longer kept waiting for room; call `deadline`"
    )]
    NoDeadline,
    /// A webhook has two handlers.
    #[error("{command} has two handlers; remove one")]
    #[non_exhaustive]
    DuplicateHandler {
        /// The name of the webhook.
        command: &'static str,
    },
}
