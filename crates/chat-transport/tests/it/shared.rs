//! One quota for many, on a real Redis server, and calls to a service that notes when they arrive.

mod outages;

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use chat_transport::{
    Client, ErrorKind, Phase, Priority, Quota, RetryPolicy, SharedQuota,
    backend::{Backend, BackendError, BoxFuture, HttpRequest, HttpResponse, HyperBackend},
};
use chat_types::{Endpoint, group::GetGroupBanMember};
use futures_util::future::{join, join_all};

use crate::{
    counting::{Counting, refused_sliding},
    redis_server::RedisServer,
    support::{APP, key, request},
};

/// Its own quota and a generous limit for the server: a machine under load takes its time.
fn client(redis: &RedisServer, service: &Counting, quota: u32) -> Client {
    with(SharedQuota::redis(&redis.url()).unwrap().timeout(5 * SECOND), &service.url(), quota)
}

fn with(shared: SharedQuota, service: &str, quota: u32) -> Client {
    over(HyperBackend::http(SECOND), shared, service, quota)
}

fn over(backend: impl Backend, shared: SharedQuota, service: &str, quota: u32) -> Client {
    let spec = GetGroupBanMember::SPEC;
    let quota = Quota::builder().unlimited().calls_per_second(spec, quota).build().unwrap();
    let builder = Client::builder(APP, key()).endpoint(service).retry(RetryPolicy::none());
    let builder = builder.quota(quota).shared_quota(shared).timeout(30 * SECOND);
    builder.backend(backend).build().unwrap()
}

fn service() -> Counting {
    Counting::start(Duration::from_millis(1), Duration::ZERO)
}

/// How many questions were put to the server.
async fn questions(redis: &RedisServer) -> usize {
    let client = redis::Client::open(redis.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = redis::cmd("INFO");
    let text: String = command.arg("commandstats").query_async(&mut connection).await.unwrap();
    let (_, rest) = text.split_once("cmdstat_evalsha:calls=").unwrap();
    rest.split(',').next().unwrap().parse().unwrap()
}

/// Records the order in which calls get their permits.
#[derive(Clone, Debug)]
struct Turns {
    inner: Arc<HyperBackend>,
    order: Arc<Mutex<Vec<String>>>,
}

impl Turns {
    fn new() -> Self {
        Self { inner: Arc::new(HyperBackend::http(SECOND)), order: Arc::default() }
    }
}

impl Backend for Turns {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, BackendError>> {
        let body: serde_json::Value = serde_json::from_slice(request.body().as_bytes()).unwrap();
        self.order.lock().unwrap().push(body["GroupId"].as_str().unwrap().to_owned());
        self.inner.send(request)
    }
}

#[tokio::test]
async fn two_clients_stay_within_one_quota_and_ask_seldom_and_each_keeps_its_order() {
    const CALLS: usize = 600;
    let (redis, service) = (RedisServer::start(), service());
    let one = async || {
        let shared = SharedQuota::redis(&redis.url()).unwrap().timeout(5 * SECOND);
        let turns = Turns::new();
        let client = over(turns.clone(), shared, &service.url(), 400);
        let call = async |index: usize| {
            let request = GetGroupBanMember::new(format!("{index:04}"));
            client.call(&request).await.unwrap();
        };
        join_all((0..CALLS).map(call)).await;
        let order = turns.order.lock().unwrap();
        assert_eq!(order.len(), CALLS);
        assert!(order.is_sorted(), "{order:?}");
    };
    join(one(), one()).await;
    let arrivals = service.arrivals();
    assert_eq!(arrivals.len(), 2 * CALLS);
    assert_eq!(refused_sliding(&arrivals, 400), 0);
    let questions = questions(&redis).await;
    assert!(questions * 20 <= 2 * CALLS, "{questions} questions for {} calls", 2 * CALLS);
}

#[tokio::test]
async fn a_call_that_would_come_too_late_fails_at_once_and_unsent() {
    let (redis, service) = (RedisServer::start(), service());
    let (one, other) = (client(&redis, &service, 5), client(&redis, &service, 5));
    let calls = join_all((0..5).map(async |_| one.call(&request()).await.unwrap()));
    calls.await;
    // What another process used up is known from the server, what this one did as well.
    for client in [other, one] {
        let start = Instant::now();
        let hasty = client.with_timeout(Duration::from_millis(700));
        let error = hasty.call(&request()).await.unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::Timeout(Phase::Quota));
        assert!(error.is_unsent());
        assert!(start.elapsed() < Duration::from_millis(350), "{:?}", start.elapsed());
    }
    assert_eq!(service.arrivals().len(), 5);
}

#[tokio::test]
async fn more_calls_in_line_than_the_quota_can_serve_in_time_fail_at_once() {
    let (redis, service) = (RedisServer::start(), service());
    let client = client(&redis, &service, 5).with_timeout(Duration::from_millis(1_900));
    let start = Instant::now();
    let calls = (0..50).map(async |_| (client.call(&request()).await.is_ok(), start.elapsed()));
    let (served, refused): (Vec<_>, Vec<_>) =
        join_all(calls).await.into_iter().partition(|call| call.0);
    assert!((5..=10).contains(&served.len()), "{}", served.len());
    // The whole quota would not be enough for these, whatever the other processes do.
    let at_once = refused.iter().filter(|call| call.1 < SECOND).count();
    assert!(at_once >= 40, "{at_once}");
}

#[tokio::test]
async fn a_call_that_may_not_wait_goes_where_there_is_room_and_is_told_where_there_is_none() {
    let (redis, service) = (RedisServer::start(), service());
    let (one, other) = (client(&redis, &service, 5), client(&redis, &service, 5));
    one.try_call(&request()).await.unwrap();
    let request = request();
    for outcome in join_all((0..4).map(|_| one.try_call(&request))).await {
        outcome.unwrap();
    }
    for client in [&one, &other] {
        let error = client.try_call(&request).await.unwrap_err();
        let &ErrorKind::WouldBlock { wait, .. } = error.kind() else { panic!("{error:?}") };
        assert!(wait <= 2 * SECOND, "{wait:?}");
    }
    let start = Instant::now();
    // What they are told is the least that it takes.
    for client in [&one, &other] {
        while let Err(error) = client.try_call(&request).await {
            let &ErrorKind::WouldBlock { wait, .. } = error.kind() else { panic!("{error:?}") };
            assert!(start.elapsed() + wait <= 5 * SECOND, "{wait:?}");
            tokio::time::sleep(wait).await;
        }
    }
}

#[tokio::test]
async fn a_refusal_lowers_what_is_leased() {
    let (redis, service) = (RedisServer::start(), service());
    let client = client(&redis, &service, 20);
    client.slow_down(GetGroupBanMember::SPEC);
    join_all((0..15).map(async |_| client.call(&request()).await.unwrap())).await;
    assert_eq!(refused_sliding(&service.arrivals(), 10), 0);
}

#[tokio::test]
async fn background_calls_yield_but_are_not_starved() {
    let (redis, service) = (RedisServer::start(), service());
    let shared = SharedQuota::redis(&redis.url()).unwrap().timeout(5 * SECOND);
    let turns = Turns::new();
    let client = over(turns.clone(), shared, &service.url(), 20);
    let background = client.with_priority(Priority::Background);
    let first = join_all((0..25).map(async |_| {
        background.call(&GetGroupBanMember::new("background")).await.unwrap();
    }));
    let then = async {
        while turns.order.lock().unwrap().len() < 20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        join_all((0..18).map(async |_| {
            client.call(&GetGroupBanMember::new("interactive")).await.unwrap();
        }))
        .await;
    };
    join(first, then).await;
    let order = turns.order.lock().unwrap();
    let background = order[20..40].iter().filter(|call| *call == "background").count();
    assert!((1..=3).contains(&background), "{order:?}");
}

#[tokio::test]
async fn calls_that_are_given_up_leave_the_quota_to_others() {
    let (redis, service) = (RedisServer::start(), service());
    let client = client(&redis, &service, 5);
    let request = request();
    for _ in 0..20 {
        // Dropped while the server is asked, or soon after.
        let call = client.call(&request);
        let _ = tokio::time::timeout(Duration::from_micros(300), call).await;
    }
    tokio::time::timeout(10 * SECOND, client.call(&request)).await.unwrap().unwrap();
    tokio::time::sleep(SECOND / 2).await;
    assert_eq!(refused_sliding(&service.arrivals(), 5), 0);
}

#[test]
fn a_client_outlives_the_runtime_that_its_question_was_asked_on() {
    let (redis, service) = (RedisServer::start(), service());
    let client = client(&redis, &service, 5);
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    redis.pause();
    runtime().block_on(async {
        let call = client.with_timeout(SECOND / 10).call(&request()).await;
        assert!(call.unwrap_err().is_unsent());
    });
    redis.resume();
    runtime().block_on(client.call(&request())).unwrap();
}

const SECOND: Duration = Duration::from_secs(1);
