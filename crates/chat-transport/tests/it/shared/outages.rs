//! Redis gone and back.

use chat_transport::{Error, WhenUnreachable};

use super::*;

const TIMEOUT: Duration = Duration::from_millis(250);
/// What a machine under load may add.
const SLACK: Duration = Duration::from_secs(1);

fn unreachable_as(policy: WhenUnreachable, redis: &RedisServer, service: &Counting) -> Client {
    let shared = SharedQuota::redis(&redis.url()).unwrap().timeout(TIMEOUT);
    with(shared.when_unreachable(policy), &service.url(), 40)
}

/// Makes calls until one comes through, and responses how long that took.
async fn until_it_works(client: &Client) -> Duration {
    let start = Instant::now();
    while let Err(error) = client.call(&request()).await {
        expect_refused(&error);
        assert!(start.elapsed() < 20 * SECOND, "{error:?}");
        tokio::time::sleep(SECOND / 50).await;
    }
    start.elapsed()
}

fn expect_refused(error: &Error) {
    assert_eq!(error.kind(), &ErrorKind::QuotaUnavailable);
    assert!(error.is_unsent() && error.is_retryable());
}

/// Makes `calls` calls concurrently, expects each to be refused, and returns how long they took.
async fn all_are_refused(client: &Client, calls: usize) -> Duration {
    let start = Instant::now();
    let calls =
        (0..calls).map(async |_| expect_refused(&client.call(&request()).await.unwrap_err()));
    join_all(calls).await;
    start.elapsed()
}

#[tokio::test]
async fn while_the_server_is_gone_calls_are_refused_at_once_and_work_again_when_it_is_back() {
    let (mut redis, service) = (RedisServer::start(), service());
    let client = unreachable_as(WhenUnreachable::Refuse, &redis, &service);
    until_it_works(&client).await;
    let arrived = service.arrivals().len();

    redis.stop();
    let took = all_are_refused(&client, 200).await;
    assert!(took < TIMEOUT + SLACK, "{took:?}");
    for _ in 0..10 {
        let took = all_are_refused(&client, 200).await;
        assert!(took < SLACK, "{took:?}");
        tokio::time::sleep(SECOND / 10).await;
    }
    assert_eq!(service.arrivals().len(), arrived);

    redis.restart();
    let took = until_it_works(&client).await;
    assert!(took < 2 * SECOND + TIMEOUT + SLACK, "{took:?}");
    join_all((0..60).map(async |_| client.call(&request()).await.unwrap())).await;
    assert_eq!(refused_sliding(&service.arrivals(), 40), 0);
}

#[tokio::test]
async fn while_the_server_stands_still_nobody_waits_for_longer_than_its_time_limit() {
    let (redis, service) = (RedisServer::start(), service());
    let client = unreachable_as(WhenUnreachable::Refuse, &redis, &service);
    until_it_works(&client).await;
    let arrived = service.arrivals().len();

    redis.pause();
    let hasty = client.with_timeout(TIMEOUT / 5);
    let start = Instant::now();
    let error = hasty.call(&request()).await.unwrap_err();
    assert!(error.is_unsent() && start.elapsed() < TIMEOUT, "{error:?}");
    let start = Instant::now();
    while start.elapsed() < 2 * SECOND {
        // Once a second one of them waits for as long as the server may take.
        let took = all_are_refused(&client, 100).await;
        assert!(took < TIMEOUT + SLACK, "{took:?}");
        tokio::time::sleep(SECOND / 20).await;
    }
    assert_eq!(service.arrivals().len(), arrived);

    redis.resume();
    until_it_works(&client).await;
}

#[tokio::test]
async fn while_it_is_asked_whether_the_server_is_back_only_one_call_waits() {
    let (redis, service) = (RedisServer::start(), service());
    let shared = SharedQuota::redis(&redis.url()).unwrap().timeout(4 * SECOND);
    let client = with(shared, &service.url(), 40);
    redis.pause();
    expect_refused(&client.call(&request()).await.unwrap_err());
    tokio::time::sleep(SECOND + SECOND / 10).await;
    let calls = join_all((0..50).map(async |_| {
        let start = Instant::now();
        expect_refused(&client.call(&request()).await.unwrap_err());
        start.elapsed()
    }));
    let waited = calls.await.into_iter().filter(|&took| took > 2 * SECOND).count();
    assert_eq!(waited, 1);
}

#[tokio::test]
async fn while_the_server_is_gone_calls_go_on_at_the_local_share_of_the_quota() {
    let (mut redis, service) = (RedisServer::start(), service());
    let policy = WhenUnreachable::LocalShare { processes: 4.try_into().unwrap() };
    let client = unreachable_as(policy, &redis, &service);
    client.call(&request()).await.unwrap();

    redis.stop();
    let before = service.arrivals().len();
    join_all((0..25).map(async |_| client.call(&request()).await.unwrap())).await;
    // What was used before counts, so that the first of these may come a second later.
    assert_eq!(refused_sliding(&service.arrivals()[before..], 10), 0);
    let hasty = client.with_timeout(SECOND / 2);
    let start = Instant::now();
    let outcomes = join_all((0..100).map(async |_| hasty.call(&request()).await)).await;
    let late = outcomes.into_iter().filter_map(Result::err);
    let late: Vec<_> = late.inspect(|error| assert!(error.is_unsent())).collect();
    assert!(late.len() >= 90 && start.elapsed() < SECOND / 2 + SLACK, "{}", late.len());

    redis.restart();
    // The first call finds out, and then the local share holds for a while longer: other processes
    // may not know yet.
    tokio::time::sleep(SECOND).await;
    client.call(&request()).await.unwrap();
    tokio::time::sleep(3 * SECOND).await;
    let start = Instant::now();
    join_all((0..40).map(async |_| client.call(&request()).await.unwrap())).await;
    assert!(start.elapsed() < 2 * SECOND, "still at the local share: {:?}", start.elapsed());
    assert_eq!(refused_sliding(&service.arrivals(), 40), 0);
}

#[tokio::test]
async fn calls_go_on_at_the_local_share_while_the_server_stands_still() {
    let (redis, service) = (RedisServer::start(), service());
    let policy = WhenUnreachable::LocalShare { processes: 4.try_into().unwrap() };
    let client = unreachable_as(policy, &redis, &service);
    client.call(&request()).await.unwrap();
    tokio::time::sleep(SECOND + SECOND / 10).await;
    redis.pause();
    let start = Instant::now();
    join_all((0..10).map(async |_| client.call(&request()).await.unwrap())).await;
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());
    // It is asked once a second, and nobody waits for that.
    let start = Instant::now();
    join_all((0..20).map(async |_| client.call(&request()).await.unwrap())).await;
    assert!(start.elapsed() < 2 * SECOND + 3 * SLACK, "{:?}", start.elapsed());
    assert_eq!(refused_sliding(&service.arrivals()[1..], 10), 0);
    redis.resume();
}
