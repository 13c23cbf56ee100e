//! The receiver: a tower service from an HTTP request to its response.

use std::{
    convert::Infallible,
    error::Error,
    fmt,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use chat_types::{
    clock::Clock,
    spec::{WebhookPhase, WebhookSpec},
    webhook::WebhookParameters,
};
use futures_util::FutureExt as _;
use http::{HeaderValue, Method, Request, Response, header::CONTENT_TYPE, request::Parts};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tower_service::Service;
use tracing::{Instrument as _, Span, debug, info_span, warn};

use crate::{
    authentication::Authentication,
    deadline::Deadline,
    duplicates::{Claim, Duplicates, EventKey},
    event::RawWebhook,
    handlers::{Handler, Handlers},
    query::Query,
    queue::{Job, Queue},
    refusal::Refusal,
    sink::Sink,
    stats::{Counters, Stats},
    tasks::Tasks,
};

/// Receives the webhooks of one app: a [`tower_service::Service`] over HTTP requests.
///
/// It authenticates each request, bounds and decodes its body, runs the handler of the webhook that
/// the URL names, and writes the response. It always responds and never returns an error. Clones are
/// cheap and share the handlers. See the [crate documentation](crate) for an example.
#[derive(Clone)]
pub struct WebhookReceiver {
    inner: Arc<Inner>,
}

/// The settings of a receiver.
pub(crate) struct Inner {
    pub(crate) sdk_app_id: u32,
    pub(crate) authentication: Authentication,
    pub(crate) max_body_bytes: usize,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) handlers: Handlers,
    pub(crate) tasks: Option<Tasks>,
    pub(crate) duplicates: Option<Arc<dyn Duplicates>>,
    pub(crate) sink: Option<Arc<dyn Sink>>,
    pub(crate) queue: Option<Queue>,
    pub(crate) counters: Arc<Counters>,
}

/// How far the handling of a webhook got.
#[derive(Default)]
struct Progress {
    /// The key that it claimed.
    claimed: Option<EventKey>,
    is_waiting_for_room: bool,
}

impl Progress {
    fn explain(&self, refusal: Refusal) -> Refusal {
        match refusal {
            Refusal::Late if self.is_waiting_for_room => Refusal::QueueFull,
            refusal => refusal,
        }
    }
}

/// The response to a webhook, to be awaited.
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>);

impl WebhookReceiver {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
    }

    /// Returns what this receiver and its clones have done so far.
    pub fn stats(&self) -> Stats {
        let Inner { counters, queue, .. } = &*self.inner;
        counters.read(queue.as_ref().map_or(0, Queue::len))
    }
}

impl<B> Service<Request<B>> for WebhookReceiver
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = ResponseFuture;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ResponseFuture {
        let inner = Arc::clone(&self.inner);
        ResponseFuture(Box::pin(async move { inner.respond(request).await }))
    }
}

impl Inner {
    async fn respond<B>(&self, request: Request<B>) -> Response<Full<Bytes>>
    where
        B: Body + Send,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.counters.received.increment();
        let (head, body) = request.into_parts();
        let parameters = match self.accept(&head) {
            Ok(parameters) => parameters,
            Err(refusal) => {
                refusal.count(&self.counters);
                warn!(%refusal, "refused a webhook");
                return refusal.into_response();
            }
        };
        let span = info_span!("webhook", command = %parameters.callback_command);
        self.process(parameters, body).instrument(span).await
    }

    /// Processes an authenticated request.
    async fn process<B>(&self, parameters: WebhookParameters, body: B) -> Response<Full<Bytes>>
    where
        B: Body + Send,
        B::Data: Send,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let handler = self.handlers.of(&parameters.callback_command);
        let mut progress = Progress::default();
        let work = AssertUnwindSafe(async {
            let body = read(body, self.max_body_bytes).await?;
            let webhook = RawWebhook { parameters, body, problem: None };
            self.handle_once(handler, webhook, &mut progress).await
        });
        let work = work.catch_unwind().map(|done| done.unwrap_or(Err(Refusal::Panicked)));
        let outcome = match &self.deadline {
            None => work.await,
            Some(deadline) => deadline.limit(work).await.unwrap_or(Err(Refusal::Late)),
        };
        let outcome = outcome.map_err(|refusal| progress.explain(refusal));
        let response = outcome.or_else(|refusal| {
            refusal.count(&self.counters);
            if !refusal.is_failure() {
                warn!(%refusal, "refused a webhook");
                return Err(refusal);
            }
            warn!(failure = %refusal, "failed to handle a webhook");
            handler.if_failed().ok_or(refusal)
        });
        self.settle(progress.claimed.as_ref(), response.as_ref().ok()).await;
        response.map_or_else(Refusal::into_response, json)
    }

    /// Handles a webhook, unless it is a repeat.
    async fn handle_once(
        &self,
        handler: &Handler,
        webhook: RawWebhook,
        progress: &mut Progress,
    ) -> Result<Bytes, Refusal> {
        if let Some(duplicates) = &self.duplicates
            && let Some(key) = EventKey::of(&webhook.parameters, &webhook.body)
        {
            match duplicates.claim(&key).await {
                Ok(Claim::First) => progress.claimed = Some(key),
                Ok(Claim::Repeat(response)) => {
                    self.counters.duplicates.increment();
                    debug!("responded to a repeat of a webhook");
                    return Ok(response);
                }
                Err(error) => {
                    self.counters.unchecked.increment();
                    warn!(%error, "handling a webhook that may be a repeat");
                }
            }
        }
        self.handle(handler, webhook, progress).await
    }

    async fn handle(
        &self,
        handler: &Handler,
        webhook: RawWebhook,
        progress: &mut Progress,
    ) -> Result<Bytes, Refusal> {
        let phase = WebhookSpec::find(&webhook.parameters.callback_command).map(|spec| spec.phase);
        if let Some(sink) = &self.sink
            && phase != Some(WebhookPhase::Before)
        {
            sink.store(&webhook).await.map_err(|error| {
                warn!(%error, "failed to store a webhook");
                Refusal::NotStored
            })?;
            self.counters.stored.increment();
            if !self.handlers.has(&webhook.parameters.callback_command) {
                return Ok(self.handlers.acknowledgement());
            }
        }
        let handled = self.handlers.prepare(handler, webhook)?;
        if let Some(queue) = &self.queue
            && phase == Some(WebhookPhase::After)
        {
            progress.is_waiting_for_room = true;
            queue.push(Job { handled, span: Span::current() }).await?;
            progress.is_waiting_for_room = false;
            self.counters.queued.increment();
            debug!("acknowledged a webhook");
            return Ok(self.handlers.acknowledgement());
        }
        let response = match &self.tasks {
            Some(tasks) if phase == Some(WebhookPhase::Before) => {
                tasks.run(handled, &self.counters).await?
            }
            _ => handled.await?,
        };
        self.counters.handled.increment();
        debug!("responded to a webhook");
        Ok(response)
    }

    /// Remembers the response to a webhook, or gives it up if its call fails.
    async fn settle(&self, claimed: Option<&EventKey>, response: Option<&Bytes>) {
        let (Some(duplicates), Some(key)) = (&self.duplicates, claimed) else { return };
        let settled = match response {
            Some(response) => duplicates.complete(key, response.clone()).await,
            None => duplicates.release(key).await,
        };
        if let Err(error) = settled {
            warn!(%error, "a repeat of this webhook may be handled again");
        }
    }

    /// Checks all that precedes the body. Parameters are not signed, so the app is checked as well.
    fn accept(&self, head: &Parts) -> Result<WebhookParameters, Refusal> {
        if head.method != Method::POST {
            return Err(Refusal::Method);
        }
        let query = Query::parse(head.uri.query().unwrap_or_default());
        self.authentication.verify(&query, self.clock.now())?;
        let parameters = query.into_parameters()?;
        if parameters.sdk_appid != self.sdk_app_id {
            return Err(Refusal::OtherApp);
        }
        Ok(parameters)
    }
}

async fn read<B>(body: B, max: usize) -> Result<Bytes, Refusal>
where
    B: Body,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    if body.size_hint().lower() > max as u64 {
        return Err(Refusal::TooLarge { max });
    }
    match Limited::new(body, max).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Refusal::TooLarge { max }),
        Err(_) => Err(Refusal::Interrupted),
    }
}

fn json(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

impl Future for ResponseFuture {
    type Output = Result<Response<Full<Bytes>>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context).map(Ok)
    }
}

impl fmt::Debug for WebhookReceiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookReceiver")
            .field("sdk_app_id", &self.inner.sdk_app_id)
            .field("deadline", &self.inner.deadline)
            .field("handlers", &self.inner.handlers)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
