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
use chat_types::{clock::Clock, webhook::WebhookParameters};
use futures_util::FutureExt as _;
use http::{HeaderValue, Method, Request, Response, header::CONTENT_TYPE, request::Parts};
use http_body::Body;
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use tower_service::Service;
use tracing::{debug, warn};

use crate::{
    authentication::Authentication, deadline::Deadline, event::RawWebhook, handlers::Handlers,
    query::Query, refusal::Refusal,
};

/// Receives the webhooks of one app: a [`tower_service::Service`] over HTTP requests.
///
/// It authenticates each request, bounds and decodes its body, runs the handler of the webhook that
/// the URL names, and writes the response. It always responds and never returns an error. Clones are
/// cheap and share the handlers. See the [crate documentation](crate) for an example.
#[derive(Clone, Debug)]
pub struct WebhookReceiver {
    inner: Arc<Inner>,
}

/// The settings of a receiver.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) sdk_app_id: u32,
    pub(crate) authentication: Authentication,
    pub(crate) max_body_bytes: usize,
    pub(crate) deadline: Option<Deadline>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) handlers: Handlers,
}

/// The response to a webhook, to be awaited.
pub struct ResponseFuture(Pin<Box<dyn Future<Output = Response<Full<Bytes>>> + Send>>);

impl WebhookReceiver {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner) }
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
        let (head, body) = request.into_parts();
        let parameters = match self.accept(&head) {
            Ok(parameters) => parameters,
            Err(refusal) => {
                warn!(%refusal, "refused a webhook");
                return refusal.into_response();
            }
        };
        let command = parameters.callback_command.clone();
        let handler = self.handlers.of(&command);
        let work = AssertUnwindSafe(async {
            let body = read(body, self.max_body_bytes).await?;
            self.handlers.run(handler, RawWebhook { parameters, body, problem: None }).await
        });
        let work = work.catch_unwind().map(|done| done.unwrap_or(Err(Refusal::Panicked)));
        let response = match &self.deadline {
            None => work.await,
            Some(deadline) => deadline.limit(work).await.unwrap_or(Err(Refusal::Late)),
        };
        match response {
            Ok(response) => {
                debug!(%command, "responded to a webhook");
                json(response)
            }
            Err(failure @ (Refusal::Panicked | Refusal::Late | Refusal::Undecodable(_))) => {
                warn!(%command, %failure, "failed to handle a webhook");
                handler.if_failed().map_or_else(|| failure.into_response(), json)
            }
            Err(refusal) => {
                warn!(%command, %refusal, "refused a webhook");
                refusal.into_response()
            }
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

impl fmt::Debug for ResponseFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResponseFuture").finish_non_exhaustive()
    }
}
