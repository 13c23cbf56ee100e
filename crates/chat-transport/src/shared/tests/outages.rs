use std::time::Instant;

use futures_util::future::join_all;

use super::*;
use crate::shared::link::Unreachable;

const TIMEOUT: Duration = Duration::from_millis(250);
/// What a machine under load may add.
const SLACK: Duration = Duration::from_secs(2);

fn quota(server: &RedisServer) -> Shared {
    Shared::new(SharedQuota::redis(&server.url()).unwrap().timeout(TIMEOUT)).unwrap()
}

async fn lease(quota: &Shared, waiting: u32) -> Result<Permits, Unreachable> {
    let windows = [(200, SECOND)];
    let (latest_start, spread) = (MINUTE, Duration::ZERO);
    let request = Request {
        key: KEY,
        windows: &windows,
        waiting,
        latest_start,
        spread,
        departure: Duration::ZERO,
        usages: &[],
    };
    match quota.lease(request).await? {
        Lease::Granted(permits) => Ok(permits),
        Lease::TooLate { .. } => panic!("nobody waits that long"),
    }
}

/// Asks until there is a response.
async fn reached(quota: &Shared, waiting: u32) -> Permits {
    let start = Instant::now();
    loop {
        match lease(quota, waiting).await {
            Ok(permits) => return permits,
            Err(error) => assert!(start.elapsed() < 20 * SECOND, "{error}"),
        }
        tokio::time::sleep(SECOND / 20).await;
    }
}

#[tokio::test]
async fn a_server_that_is_gone_is_found_out_once_and_then_known_at_once() {
    let mut server = RedisServer::start();
    let quota = quota(&server);
    reached(&quota, 1).await;

    server.stop();
    let start = Instant::now();
    lease(&quota, 1).await.unwrap_err();
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());
    let start = Instant::now();
    // Ten thousand that each tried would take minutes, and those that tried once a second do not.
    for _ in 0..10_000 {
        let error = lease(&quota, 1).await.unwrap_err();
        assert!(error.to_string().contains("cannot be reached"), "{error}");
    }
    assert!(start.elapsed() < 10 * SECOND, "{:?}", start.elapsed());

    server.start_again();
    let start = Instant::now();
    reached(&quota, 1).await;
    assert!(start.elapsed() < SECOND + TIMEOUT + SLACK, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_server_that_stands_still_holds_nobody_up() {
    let server = RedisServer::start();
    let quota = quota(&server);
    reached(&quota, 1).await;

    server.pause();
    let start = Instant::now();
    let outcomes = join_all((0..100).map(|_| lease(&quota, 1))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());

    server.go_on();
    reached(&quota, 1).await;
}

#[tokio::test]
async fn a_server_that_accepts_and_says_nothing_holds_nobody_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let quota = Shared::new(SharedQuota::redis(&url).unwrap().timeout(TIMEOUT)).unwrap();
    let start = Instant::now();
    let outcomes = join_all((0..100).map(|_| lease(&quota, 1))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_connection_that_was_cut_is_replaced_before_anybody_notices() {
    let server = RedisServer::start();
    let quota = server.quota();
    for _ in 0..5 {
        lease(&quota, 1).await.unwrap();
        server.ask::<u32>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await;
    }
}

#[tokio::test]
async fn a_server_that_comes_back_empty_does_not_grant_the_same_second_twice() {
    let mut server = RedisServer::start();
    let quota = quota(&server);
    let mut last = None;
    for _ in 0..8 {
        let permits = reached(&quota, 500).await;
        assert_eq!(permits.calls, 25);
        last = Some(permits.until);
    }
    server.stop();
    server.start_again();
    let next = reached(&quota, 500).await;
    assert!(next.from >= last.unwrap() + SECOND, "the new server knows nothing of the old calls");
}
