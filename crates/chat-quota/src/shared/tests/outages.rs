//! The server gone, suspended and back.

use std::{future::pending, time::Instant};

use futures_util::future::join_all;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

use super::*;
use crate::unreachable::Unreachable;

const TIMEOUT: Duration = Duration::from_millis(250);
/// What a machine under load may add.
const SLACK: Duration = Duration::from_secs(2);

fn lease_client(server: &RedisServer) -> LeaseClient {
    LeaseClient::new(SharedQuota::redis(&server.url()).unwrap().timeout(TIMEOUT)).unwrap()
}

async fn lease(client: &LeaseClient, waiting: u32) -> Result<Grant, Unreachable> {
    let caller = Caller { client, windows: &[(200, SECOND)], max_wait: MINUTE };
    match client.lease(&caller.request(waiting, &[])).await? {
        Lease::Granted(grant) => Ok(grant),
        Lease::TooLate { .. } => panic!("the quota is large enough"),
    }
}

/// Asks until the server responds.
async fn reached(client: &LeaseClient, waiting: u32) -> Grant {
    let start = Instant::now();
    loop {
        match lease(client, waiting).await {
            Ok(grant) => return grant,
            Err(error) => assert!(start.elapsed() < 20 * SECOND, "{error}"),
        }
        tokio::time::sleep(SECOND / 20).await;
    }
}

#[tokio::test]
async fn outage_is_noticed_once_and_then_known_at_once() {
    let mut server = RedisServer::start();
    let client = lease_client(&server);
    reached(&client, 1).await;

    server.stop();
    let start = Instant::now();
    lease(&client, 1).await.unwrap_err();
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());
    let start = Instant::now();
    // Ten thousand attempts would take minutes; one attempt per second does not.
    for _ in 0..10_000 {
        let error = lease(&client, 1).await.unwrap_err();
        assert!(error.to_string().contains("cannot be reached"), "{error}");
    }
    assert!(start.elapsed() < 10 * SECOND, "{:?}", start.elapsed());

    server.restart();
    let start = Instant::now();
    reached(&client, 1).await;
    assert!(start.elapsed() < SECOND + TIMEOUT + SLACK, "{:?}", start.elapsed());
}

#[tokio::test]
async fn suspended_server_delays_no_call_beyond_the_timeout() {
    let server = RedisServer::start();
    let client = lease_client(&server);
    reached(&client, 1).await;

    server.pause();
    let start = Instant::now();
    let outcomes = join_all((0..100).map(|_| lease(&client, 1))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());

    server.resume();
    reached(&client, 1).await;
}

#[tokio::test]
async fn silent_server_delays_no_call_beyond_the_timeout() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let client = LeaseClient::new(SharedQuota::redis(&url).unwrap().timeout(TIMEOUT)).unwrap();
    let start = Instant::now();
    let outcomes = join_all((0..100).map(|_| lease(&client, 1))).await;
    assert!(outcomes.iter().all(Result::is_err));
    assert!(start.elapsed() < TIMEOUT + SLACK, "{:?}", start.elapsed());
}

#[tokio::test]
async fn silent_connection_is_replaced_after_one_timeout() {
    let server = RedisServer::start();
    let (url, silence) = forgetful_router(&server).await;
    let client = LeaseClient::new(SharedQuota::redis(&url).unwrap().timeout(TIMEOUT)).unwrap();
    reached(&client, 1).await;

    silence.send_replace(1);
    let start = Instant::now();
    lease(&client, 1).await.unwrap_err();
    reached(&client, 1).await;
    assert!(start.elapsed() < SECOND + TIMEOUT + SLACK, "{:?}", start.elapsed());
}

/// Starts a router in front of the server. With a new number it forgets the connections so far: they
/// stay open, and nothing comes through any more.
async fn forgetful_router(server: &RedisServer) -> (String, watch::Sender<u32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", listener.local_addr().unwrap());
    let (sender, silence) = watch::channel(0);
    let port = server.port();
    tokio::spawn(async move {
        loop {
            let (mut client, _) = listener.accept().await.unwrap();
            let mut silence = silence.clone();
            silence.mark_unchanged();
            tokio::spawn(async move {
                let mut server = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                tokio::select! {
                    _ = copy_bidirectional(&mut client, &mut server) => {}
                    _ = silence.changed() => pending().await,
                }
            });
        }
    });
    (url, sender)
}

#[tokio::test]
async fn broken_connection_is_replaced_without_an_error() {
    let server = RedisServer::start();
    let client = server.lease_client();
    for _ in 0..5 {
        lease(&client, 1).await.unwrap();
        server.ask::<u32>(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]).await;
    }
}

#[tokio::test]
async fn empty_server_does_not_grant_the_same_second_twice() {
    let mut server = RedisServer::start();
    let client = lease_client(&server);
    let mut last = None;
    for _ in 0..8 {
        let grant = reached(&client, 500).await;
        assert_eq!(grant.calls, 25);
        last = Some(grant.until);
    }
    server.stop();
    server.restart();
    let next = reached(&client, 500).await;
    assert!(next.from >= last.unwrap() + SECOND, "the new server does not know the old calls");
}
