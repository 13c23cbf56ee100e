//! Tower layers of one's own, around calls and around requests.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use chat_transport::{
    Call, Client, RawResponse, RetryPolicy,
    backend::{BackendError, BoxFuture, HttpRequest, HttpResponse},
    layer::{CallService, HttpService},
};
use tower_layer::{Layer, layer_fn};
use tower_service::Service;

use crate::{
    server::{Server, json},
    support::{OK, builders, request},
};

/// Notes calls under a name.
#[derive(Clone)]
struct Notes<S> {
    name: &'static str,
    seen: Arc<Mutex<Vec<String>>>,
    inner: S,
}

impl<S> Service<Call> for Notes<S>
where
    S: Service<Call, Response = RawResponse>,
    S::Future: Send + 'static,
{
    type Response = RawResponse;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<RawResponse, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let (name, seen) = (self.name, Arc::clone(&self.seen));
        seen.lock().unwrap().push(format!("{name} before {}", call.endpoint().command));
        let outcome = self.inner.call(call);
        Box::pin(async move {
            let outcome = outcome.await;
            seen.lock().unwrap().push(format!("{name} after {}", outcome.is_ok()));
            outcome
        })
    }
}

fn notes<S>(
    name: &'static str,
    seen: &Arc<Mutex<Vec<String>>>,
) -> impl Layer<S, Service = Notes<S>> + use<S> {
    let seen = Arc::clone(seen);
    layer_fn(move |inner| Notes { name, seen: Arc::clone(&seen), inner })
}

/// Fails the first requests.
#[derive(Clone)]
struct Faults {
    left: Arc<AtomicUsize>,
    inner: HttpService,
}

impl Service<HttpRequest> for Faults {
    type Response = HttpResponse;
    type Error = BackendError;
    type Future = BoxFuture<'static, Result<HttpResponse, BackendError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: HttpRequest) -> Self::Future {
        if self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Box::pin(async { Err(BackendError::connect("a fault on purpose")) });
        }
        self.inner.call(request)
    }
}

/// Answers without the service.
#[derive(Clone)]
struct Canned;

impl Service<Call> for Canned {
    type Response = RawResponse;
    type Error = chat_transport::Error;
    type Future = BoxFuture<'static, Result<RawResponse, chat_transport::Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Call) -> Self::Future {
        Box::pin(async { Ok(RawResponse::new(OK)) })
    }
}

#[tokio::test]
async fn the_first_layer_is_outermost_and_sees_one_call_whatever_its_attempts() {
    let server = Server::start(|_| json(OK)).await;
    for (_, builder) in builders(&server) {
        let seen = Arc::default();
        let left = Arc::new(AtomicUsize::new(2));
        let client = builder
            .retry(RetryPolicy::standard().base_delay(Duration::from_millis(1)))
            .layer(notes::<CallService>("outer", &seen))
            .layer(notes::<CallService>("inner", &seen))
            .http_layer(layer_fn({
                let left = Arc::clone(&left);
                move |inner| Faults { left: Arc::clone(&left), inner }
            }))
            .build()
            .unwrap();
        client.call(&request()).await.unwrap();
        assert_eq!(left.load(SeqCst), 0);
        assert_eq!(client.stats().retries, 2);
        assert_eq!(
            *seen.lock().unwrap(),
            [
                "outer before get_group_ban_member",
                "inner before get_group_ban_member",
                "inner after true",
                "outer after true",
            ]
        );
    }
}

#[tokio::test]
async fn a_layer_around_calls_can_answer_by_itself() {
    let server = Server::start(|_| json("nothing that would do")).await;
    for (_, builder) in builders(&server) {
        let client: Client = builder.layer(layer_fn(|_| Canned)).build().unwrap();
        client.call(&request()).await.unwrap();
        assert!(server.seen().is_empty());
    }
}
