//! The quota as a caller meets it, over a backend without a network, in virtual time.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chat_transport::{
    Client, ErrorKind, Phase, Quota, RetryPolicy,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse},
};
use chat_types::{
    Endpoint,
    group::{GetGroupBanMember, GetGroupMutedAccount},
};
use futures_util::future::join_all;
use http::StatusCode;
use tokio::time::Instant;

use crate::support::{APP, OK, key, request};

/// Answers at once, and notes when.
#[derive(Clone, Debug, Default)]
pub(crate) struct Instant200(Arc<Mutex<Vec<Instant>>>);

impl Backend for Instant200 {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async {
            drop(request.into_http().into_body().into_bytes());
            self.0.lock().unwrap().push(Instant::now());
            Ok(HttpResponse::new(StatusCode::OK, OK))
        })
    }
}

fn client(backend: impl Backend, quota: Quota) -> Client {
    let builder = Client::builder(APP, key()).endpoint("http://127.0.0.1:1");
    builder.backend(backend).quota(quota).timeout(Duration::from_secs(60)).build().unwrap()
}

/// Makes so many calls at once and answers how long they took.
async fn burst(quota: Quota, calls: usize) -> Duration {
    let client = client(Instant200::default(), quota);
    let start = Instant::now();
    let request = request();
    for outcome in join_all((0..calls).map(|_| client.call(&request))).await {
        outcome.unwrap();
    }
    assert!(client.stats().quota_wait >= start.elapsed());
    start.elapsed()
}

#[tokio::test(start_paused = true)]
async fn the_documented_quota_holds_unless_told_otherwise() {
    let backend = Instant200::default();
    let client = client(backend.clone(), Quota::default());
    let request = request();
    join_all((0..1_000).map(|_| client.call(&request))).await;
    let sent = backend.0.lock().unwrap();
    assert_eq!(sent.len(), 1_000);
    for group in sent.windows(201) {
        assert!(group[200] - group[0] > Duration::from_secs(1));
    }
}

#[tokio::test(start_paused = true)]
async fn the_quota_can_be_scaled_replaced_or_lifted() {
    let seconds = |duration: Duration| duration.as_millis() / 1_000;
    let spec = GetGroupBanMember::SPEC;
    assert_eq!(seconds(burst(Quota::documented(), 401).await), 2);
    assert_eq!(seconds(burst(Quota::documented().scaled(0.5), 401).await), 4);
    assert_eq!(seconds(burst(Quota::documented().calls_per_second(spec, 100), 401).await), 4);
    assert_eq!(seconds(burst(Quota::unlimited().calls_per_second(spec, 100), 401).await), 4);
    assert_eq!(burst(Quota::unlimited(), 10_000).await, Duration::ZERO);
    assert_eq!(seconds(burst(Quota::documented().scaled(0.000_1), 3).await), 2);
}

#[tokio::test(start_paused = true)]
async fn each_endpoint_has_a_quota_of_its_own() {
    let client = client(Instant200::default(), Quota::documented());
    let start = Instant::now();
    let request = request();
    join_all((0..200).map(|_| client.call(&request))).await;
    let other = GetGroupMutedAccount::SPEC;
    client.with_checks(false).call_json(other, "{}").await.unwrap();
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn clones_share_a_quota() {
    let client = client(Instant200::default(), Quota::documented());
    let start = Instant::now();
    let request = request();
    join_all((0..201).map(async |_| client.clone().call(&request).await.unwrap())).await;
    assert!(start.elapsed() > Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_would_come_too_late_fails_at_once() {
    let client = client(Instant200::default(), Quota::documented());
    let start = Instant::now();
    let request = request();
    join_all((0..200).map(|_| client.call(&request))).await;
    let hasty = client.with_timeout(Duration::from_millis(900));
    let error = hasty.call(&request).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Timeout(Phase::Quota));
    assert!(error.nothing_was_sent() && error.is_retryable() && error.is_timeout());
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// Never gets a connection.
#[derive(Debug)]
struct NoNetwork;

impl Backend for NoNetwork {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async { Err(BackendError::connect("the network is gone")) })
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_not_sent_costs_no_quota() {
    let client = client(NoNetwork, Quota::documented()).with_retry(RetryPolicy::none());
    let start = Instant::now();
    for _ in 0..1_000 {
        let error = client.call(&request()).await.unwrap_err();
        assert!(error.nothing_was_sent());
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_time_limit_of_any_length_will_do() {
    let client = client(Instant200::default(), Quota::documented());
    client.with_timeout(Duration::MAX).call(&request()).await.unwrap();
}

/// Takes its time, and refuses the first call because too many came.
#[derive(Clone, Debug, Default)]
struct Refusing(Arc<Mutex<Vec<Instant>>>);

impl Backend for Refusing {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async {
            drop(request.into_http().into_body().into_bytes());
            let is_first = {
                let mut arrived = self.0.lock().unwrap();
                arrived.push(Instant::now());
                arrived.len() == 1
            };
            tokio::time::sleep(Duration::from_millis(20)).await;
            let refusal = r#"{"ActionStatus":"FAIL","ErrorCode":60007,"ErrorInfo":"limit"}"#;
            Ok(HttpResponse::new(StatusCode::OK, if is_first { refusal } else { OK }))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_halves_the_pace_for_a_while() {
    let backend = Refusing::default();
    let client = client(backend.clone(), Quota::documented()).with_retry(RetryPolicy::none());
    let request = request();
    let start = Instant::now();
    assert!(client.call(&request).await.unwrap_err().is_rate_limited());
    join_all((0..1_000).map(|_| client.call(&request))).await;
    let arrived = backend.0.lock().unwrap().clone();
    let in_second = |second: u64| {
        let second = Duration::from_secs(second)..Duration::from_secs(second + 1);
        arrived.iter().filter(|&&at| second.contains(&(at - start))).count()
    };
    assert!((100..=103).contains(&in_second(0)), "{}", in_second(0));
    assert!((98..=106).contains(&in_second(1)), "{}", in_second(1));

    tokio::time::sleep(Duration::from_secs(60)).await;
    let start = Instant::now();
    join_all((0..200).map(|_| client.call(&request))).await;
    assert_eq!(start.elapsed(), Duration::from_millis(20));
}
