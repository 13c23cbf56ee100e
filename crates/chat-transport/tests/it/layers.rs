//! Custom tower layers, around calls and around requests.

use std::{
    error::Error as _,
    future::ready,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
    time::Duration,
};

use chat_transport::{
    Call, Client, Error, ErrorKind, RawResponse, RetryPolicy,
    backend::{BackendError, BoxFuture, HttpRequest, HttpResponse},
    layer::{CallService, HttpService},
};
use chat_types::{GroupType, group::CreateGroup};
use tower_layer::{Layer, layer_fn};
use tower_service::Service;

use crate::{
    server::{Server, json},
    support::{OK, builders, request},
};

/// Records calls under a name.
#[derive(Clone)]
struct Recorder<S> {
    name: &'static str,
    seen: Arc<Mutex<Vec<String>>>,
    inner: S,
}

impl<S> Service<Call> for Recorder<S>
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

fn recorder<S>(
    name: &'static str,
    seen: &Arc<Mutex<Vec<String>>>,
) -> impl Layer<S, Service = Recorder<S>> + use<S> {
    let seen = Arc::clone(seen);
    layer_fn(move |inner| Recorder { name, seen: Arc::clone(&seen), inner })
}

/// Fails the first requests with a connection error.
#[derive(Clone)]
struct Faults {
    remaining: Arc<AtomicUsize>,
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
        if self.remaining.fetch_update(SeqCst, SeqCst, |faults| faults.checked_sub(1)).is_ok() {
            return Box::pin(async { Err(BackendError::connect("injected fault")) });
        }
        self.inner.call(request)
    }
}

/// Responds without the service.
#[derive(Clone)]
struct Canned;

impl Service<Call> for Canned {
    type Response = RawResponse;
    type Error = Error;
    type Future = BoxFuture<'static, Result<RawResponse, Error>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Call) -> Self::Future {
        Box::pin(async { Ok(RawResponse::new(OK)) })
    }
}

/// Fails each call, before or after it is passed on.
#[derive(Clone)]
struct FailCalls {
    passes_on: bool,
    inner: CallService,
}

impl Service<Call> for FailCalls {
    type Response = RawResponse;
    type Error = Error;
    type Future = BoxFuture<'static, Result<RawResponse, Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, call: Call) -> Self::Future {
        let error = Error::from_layer(call.endpoint(), "rejected by the test");
        if !self.passes_on {
            return Box::pin(ready(Err(error)));
        }
        let response = self.inner.call(call);
        Box::pin(async move {
            response.await?;
            Err(error.possibly_sent())
        })
    }
}

/// Fails each request, before or after it is passed on.
#[derive(Clone)]
struct FailRequests {
    passes_on: bool,
    inner: HttpService,
}

impl Service<HttpRequest> for FailRequests {
    type Response = HttpResponse;
    type Error = BackendError;
    type Future = BoxFuture<'static, Result<HttpResponse, BackendError>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BackendError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: HttpRequest) -> Self::Future {
        let url = request.uri().to_string();
        let error = BackendError::from_layer(format!("rejected by the test: {url}"));
        if !self.passes_on {
            return Box::pin(ready(Err(error)));
        }
        let response = self.inner.call(request);
        Box::pin(async move {
            response.await?;
            Err(error)
        })
    }
}

/// Checks the error of a call that a layer failed, before or after the request was sent.
#[track_caller]
fn check_failed_by_layer(client: &Client, error: &Error, is_sent: bool) {
    assert_eq!(error.kind(), &ErrorKind::Layer);
    assert_eq!(error.kind().name(), "layer");
    assert_eq!(error.is_unsent(), !is_sent, "{error}");
    assert_eq!(error.may_have_taken_effect(), is_sent, "{error}");
    assert_eq!(client.stats().retries, 0);
    assert_eq!(client.stats().failures, 1);
    let hint = if is_sent {
        "it may have taken effect; check before repeating it"
    } else {
        "nothing was sent"
    };
    let endpoint = error.endpoint().id();
    assert_eq!(error.to_string(), format!("{endpoint}: a layer failed the call; {hint}"));
}

#[tokio::test]
async fn call_layer_can_fail_a_call() {
    let server = Server::start(|_| json(OK)).await;
    for passes_on in [false, true] {
        for (_, builder) in builders(&server) {
            let before = server.seen().len();
            let client = builder
                .retry(RetryPolicy::standard())
                .layer(layer_fn(move |inner| FailCalls { passes_on, inner }))
                .build()
                .unwrap();
            let error = client.call(&request()).await.unwrap_err();
            check_failed_by_layer(&client, &error, passes_on);
            assert!(!error.is_retryable(), "{error}");
            assert_eq!(error.source().unwrap().to_string(), "rejected by the test");
            assert_eq!(server.seen().len() - before, usize::from(passes_on));
        }
    }
}

#[tokio::test]
async fn http_layer_can_fail_a_request() {
    let server = Server::start(|_| json(OK)).await;
    let create = CreateGroup::new(GroupType::Public, "lobby");
    for passes_on in [false, true] {
        for (_, builder) in builders(&server) {
            let before = server.seen().len();
            let client = builder
                .retry(RetryPolicy::standard())
                .http_layer(layer_fn(move |inner| FailRequests { passes_on, inner }))
                .build()
                .unwrap();
            let error = client.call(&create).await.unwrap_err();
            check_failed_by_layer(&client, &error, passes_on);
            assert!(!error.is_retryable(), "{error}");
            assert_eq!(server.seen().len() - before, usize::from(passes_on));
            // The layer's reason is kept, without the UserSig in the URL that it repeats.
            let causes = std::iter::successors(error.source(), |&cause| cause.source());
            let causes: Vec<String> = causes.map(ToString::to_string).collect();
            let causes = causes.join("\n");
            assert!(causes.contains("rejected by the test"), "{causes}");
            assert!(causes.contains("usersig=[usersig]"), "{causes}");
        }
    }
}

#[tokio::test]
async fn first_layer_is_outermost_and_sees_one_call() {
    let server = Server::start(|_| json(OK)).await;
    for (_, builder) in builders(&server) {
        let seen = Arc::default();
        let remaining = Arc::new(AtomicUsize::new(2));
        let client = builder
            .retry(RetryPolicy::standard().base_delay(Duration::from_millis(1)))
            .layer(recorder::<CallService>("outer", &seen))
            .layer(recorder::<CallService>("inner", &seen))
            .http_layer(layer_fn({
                let remaining = Arc::clone(&remaining);
                move |inner| Faults { remaining: Arc::clone(&remaining), inner }
            }))
            .build()
            .unwrap();
        client.call(&request()).await.unwrap();
        assert_eq!(remaining.load(SeqCst), 0);
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
async fn call_layer_can_respond_itself() {
    let server = Server::start(|_| json("not a valid response")).await;
    for (_, builder) in builders(&server) {
        let client: Client = builder.layer(layer_fn(|_| Canned)).build().unwrap();
        client.call(&request()).await.unwrap();
        assert!(server.seen().is_empty());
    }
}
