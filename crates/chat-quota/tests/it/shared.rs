//! Quotas that share one through a real server.

use std::{
    error::Error as _,
    sync::Mutex,
    time::{Duration, Instant},
};

use chat_quota::{AcquireOptions, Quota, SharedQuota, WhenUnreachable};
use chat_types::{Endpoint, group::GetGroupBanMember, spec::EndpointSpec};
use futures_util::future::join_all;

use crate::{redis_server::RedisServer, refused::refused_sliding};

const SPEC: &EndpointSpec = GetGroupBanMember::SPEC;
const APP: u32 = 1_400_000_000;
const SECOND: Duration = Duration::from_secs(1);

fn shared(server: &RedisServer) -> SharedQuota {
    SharedQuota::redis(&server.url()).unwrap().timeout(5 * SECOND)
}

fn quota(shared: SharedQuota, app: u32, calls: u32) -> Quota {
    Quota::builder().calls_per_second(SPEC, calls).shared(shared, app).build().unwrap()
}

#[tokio::test]
async fn two_quotas_of_one_app_never_exceed_its_limit() {
    let server = RedisServer::start();
    let quotas = [(); 2].map(|()| quota(shared(&server), APP, 40));
    let arrivals = Mutex::new(Vec::new());
    let calls = (0..160).map(async |index| {
        let permit = quotas[index % 2].acquire(SPEC).await.unwrap();
        permit.sent();
        arrivals.lock().unwrap().push(Instant::now());
        tokio::time::sleep(SECOND / 1_000).await;
        permit.completed();
    });
    join_all(calls).await;
    let arrivals = arrivals.into_inner().unwrap();
    assert_eq!(arrivals.len(), 160);
    assert_eq!(refused_sliding(&arrivals, 40), 0);
}

#[tokio::test]
async fn apps_and_key_prefixes_have_separate_quotas() {
    let server = RedisServer::start();
    for (prefix, app) in [("one", APP), ("one", APP + 1), ("other", APP)] {
        let quota = quota(shared(&server).key_prefix(prefix), app, 1);
        let permit = quota.try_acquire(SPEC).await.unwrap();
        assert!(quota.try_acquire(SPEC).await.unwrap_err().is_would_block());
        drop(permit);
    }
}

#[tokio::test]
async fn unreachable_server_refuses_calls_or_leaves_a_local_share() {
    let mut server = RedisServer::start();
    server.stop();
    let error = quota(shared(&server), APP, 40).acquire(SPEC).await.unwrap_err();
    assert!(error.is_unavailable() && !error.is_timeout() && error.retry_after().is_none());
    assert_eq!(error.to_string(), "the shared quota is unavailable");
    let source = error.source().unwrap().to_string();
    assert!(source.starts_with("the server of the shared quota cannot be reached: "), "{source}");

    let policy = WhenUnreachable::LocalShare { processes: 20.try_into().unwrap() };
    let quota = quota(shared(&server).when_unreachable(policy), APP, 40);
    let permits = [quota.acquire(SPEC).await.unwrap(), quota.acquire(SPEC).await.unwrap()];
    let hasty = AcquireOptions::new().wait(false);
    assert!(quota.acquire_with(SPEC, hasty).await.unwrap_err().is_would_block());
    drop(permits);
}

#[test]
fn invalid_timeout_is_refused() {
    let shared = SharedQuota::redis("redis://127.0.0.1").unwrap().timeout(Duration::ZERO);
    let error = Quota::builder().shared(shared, APP).build().unwrap_err();
    assert_eq!(error.setting(), "timeout of the shared quota");
}
