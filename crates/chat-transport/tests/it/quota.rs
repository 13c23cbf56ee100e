//! The quota as a caller sees it, with a backend without a network and in virtual time.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use chat_transport::{
    Client, ErrorKind, Phase, Priority, Quota, QuotaBuilder, RetryPolicy,
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

/// Responds immediately, and records when.
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

fn built(builder: QuotaBuilder) -> Quota {
    builder.build().unwrap()
}

/// Makes a number of concurrent calls, and returns how long they took.
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
async fn documented_quota_is_the_default() {
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
async fn quota_can_be_scaled_replaced_or_lifted() {
    let seconds = |duration: Duration| duration.as_millis() / 1_000;
    let spec = GetGroupBanMember::SPEC;
    assert_eq!(seconds(burst(Quota::documented(), 401).await), 2);
    assert_eq!(seconds(burst(built(Quota::builder().scale(0.5)), 401).await), 4);
    assert_eq!(seconds(burst(built(Quota::builder().calls_per_second(spec, 100)), 401).await), 4);
    assert_eq!(
        seconds(burst(built(Quota::builder().unlimited().calls_per_second(spec, 100)), 401).await),
        4
    );
    assert_eq!(burst(Quota::unlimited(), 10_000).await, Duration::ZERO);
    assert_eq!(seconds(burst(built(Quota::builder().scale(0.000_1)), 3).await), 2);
}

#[tokio::test(start_paused = true)]
async fn each_endpoint_has_its_own_quota() {
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
async fn clients_with_clones_of_one_quota_share_it() {
    let quota = Quota::documented();
    let clients = [(); 2].map(|()| client(Instant200::default(), quota.clone()));
    let start = Instant::now();
    let request = request();
    join_all((0..201).map(|index| clients[index % 2].call(&request))).await;
    assert!(start.elapsed() > Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn call_whose_permit_comes_too_late_fails_immediately() {
    let client = client(Instant200::default(), Quota::documented());
    let start = Instant::now();
    let request = request();
    join_all((0..200).map(|_| client.call(&request))).await;
    let hasty = client.with_timeout(Duration::from_millis(900));
    let error = hasty.call(&request).await.unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::Timeout(Phase::Quota));
    assert!(error.is_unsent() && error.is_retryable() && error.is_timeout());
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// Never connects.
#[derive(Debug)]
struct NoNetwork;

impl Backend for NoNetwork {
    fn send(&self, _: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async { Err(BackendError::connect("the network is gone")) })
    }
}

#[tokio::test(start_paused = true)]
async fn unsent_call_costs_no_quota() {
    let client = client(NoNetwork, Quota::documented()).with_retry(RetryPolicy::none());
    let start = Instant::now();
    for _ in 0..1_000 {
        let error = client.call(&request()).await.unwrap_err();
        assert!(error.is_unsent());
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn timeout_can_be_of_any_length() {
    let client = client(Instant200::default(), Quota::documented());
    client.with_timeout(Duration::MAX).call(&request()).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn try_call_fails_instead_of_waiting() {
    let client = client(Instant200::default(), Quota::documented());
    let start = Instant::now();
    let request = request();
    for _ in 0..200 {
        client.try_call(&request).await.unwrap();
    }
    let error = client.try_call(&request).await.unwrap_err();
    let ErrorKind::WouldBlock { wait, .. } = *error.kind() else { panic!("{error:?}") };
    assert_eq!(start.elapsed(), Duration::ZERO, "it fails immediately");
    assert!(error.is_unsent() && error.is_retryable() && !error.is_timeout(), "{error}");
    assert!((1_000..=1_010).contains(&wait.as_millis()), "{wait:?}");
    assert_eq!((client.stats().retries, client.stats().failures), (0, 1));

    tokio::time::sleep(wait).await;
    client.try_call(&request).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn try_call_does_not_overtake_waiting_calls() {
    let client = client(Instant200::default(), Quota::documented());
    let request = request();
    let waiting = join_all((0..300).map(|_| client.call(&request)));
    let refused = async {
        // Other calls are waiting now; capacity is available again once they are sent.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let error = client.try_call(&request).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::WouldBlock { .. }), "{error:?}");
    };
    let (outcomes, ()) = futures_util::future::join(waiting, refused).await;
    assert!(outcomes.iter().all(Result::is_ok));
    client.try_call(&request).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn slow_down_halves_the_rate_of_one_endpoint() {
    let backend = Instant200::default();
    let client = client(backend.clone(), Quota::documented());
    client.slow_down(GetGroupBanMember::SPEC);
    let (start, request) = (Instant::now(), request());
    join_all((0..300).map(|_| client.call(&request))).await;
    let in_second = |sent: &[Instant], second: u64| {
        let second = Duration::from_secs(second)..Duration::from_secs(second + 1);
        sent.iter().filter(|&&at| second.contains(&(at - start))).count()
    };
    let sent = std::mem::take(&mut *backend.0.lock().unwrap());
    // It recovers by a tenth in the first second.
    assert!((100..=121).contains(&in_second(&sent, 0)), "{}", in_second(&sent, 0));

    let (start, other) = (Instant::now(), GetGroupMutedAccount::SPEC);
    let client = client.with_checks(false);
    join_all((0..200).map(|_| client.call_json(other, "{}"))).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
}

/// Responds immediately, and records the group of each request.
#[derive(Clone, Debug, Default)]
struct Recording(Arc<Mutex<Vec<String>>>);

impl Backend for Recording {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async {
            let body = request.into_http().into_body().into_bytes();
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            self.0.lock().unwrap().push(body["GroupId"].as_str().unwrap().to_owned());
            Ok(HttpResponse::new(StatusCode::OK, OK))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn background_calls_yield_but_get_every_tenth_permit() {
    let backend = Recording::default();
    let client = client(backend.clone(), Quota::documented());
    let job = client.with_priority(Priority::Background);
    let (nightly, urgent) = (GetGroupBanMember::new("job"), GetGroupBanMember::new("urgent"));
    join_all((0..200).map(|_| client.call(&urgent))).await;
    backend.0.lock().unwrap().clear();

    // The calls of the job are first in the queue.
    let jobs = join_all((0..100).map(|_| job.call(&nightly)));
    let others = join_all((0..180).map(|_| client.call(&urgent)));
    let (jobs, others) = futures_util::future::join(jobs, others).await;
    assert!(jobs.iter().chain(&others).all(Result::is_ok));
    let order = backend.0.lock().unwrap();
    let last_urgent = order.iter().rposition(|group| group == "urgent").unwrap();
    let overtaking = order[..last_urgent].iter().filter(|group| *group == "job").count();
    assert!(
        (18..=22).contains(&overtaking),
        "{overtaking} of the job were sent before the last urgent call"
    );
    assert_eq!(order.len(), 280);
}

/// Responds after 50 milliseconds.
#[derive(Clone, Debug)]
struct Slow;

impl Backend for Slow {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        Box::pin(async {
            drop(request.into_http().into_body().into_bytes());
            tokio::time::sleep(Duration::from_millis(50)).await;
            Ok(HttpResponse::new(StatusCode::OK, OK))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_sent_succeed_under_constant_overload() {
    let quota = built(Quota::builder().unlimited().calls_per_second(GetGroupBanMember::SPEC, 20));
    let client = client(Slow, quota).with_timeout(Duration::from_secs(2));
    let calls = (0..1_200).map(async |number| {
        tokio::time::sleep(Duration::from_millis(25) * number).await;
        client.call(&request()).await
    });
    let (succeeded, failed): (Vec<_>, Vec<_>) =
        join_all(calls).await.into_iter().partition(Result::is_ok);
    for error in failed.into_iter().filter_map(Result::err) {
        assert_eq!(error.kind(), &ErrorKind::Timeout(Phase::Quota));
        assert!(error.is_unsent());
    }
    // The quota permits half of them within the 30 seconds.
    assert!((590..=650).contains(&succeeded.len()), "{}", succeeded.len());
}

/// Responds after 20 milliseconds, and refuses the first call because of too many calls.
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
async fn refusal_halves_the_rate_for_a_while() {
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
    assert!((100..=121).contains(&in_second(0)), "{}", in_second(0));
    assert!((100..=145).contains(&in_second(1)), "{}", in_second(1));

    tokio::time::sleep(Duration::from_secs(5)).await;
    let start = Instant::now();
    join_all((0..200).map(|_| client.call(&request))).await;
    assert_eq!(start.elapsed(), Duration::from_millis(20));
}
