//! Permits and the ways to ask for one.

use std::{
    error::Error as _,
    time::{Duration, Instant},
};

use chat_quota::{AcquireOptions, Permit, Priority, Quota, Reason};
use chat_types::{Endpoint, group::GetGroupBanMember, spec::EndpointSpec};
use tokio::time;

const SPEC: &EndpointSpec = GetGroupBanMember::SPEC;

fn quota(calls: u32) -> Quota {
    Quota::builder().calls_per_second(SPEC, calls).build().unwrap()
}

fn complete(permit: &Permit) {
    permit.sent();
    permit.completed();
}

fn now() -> Instant {
    time::Instant::now().into_std()
}

#[tokio::test(start_paused = true)]
async fn quota_is_cheap_to_share_and_its_futures_can_be_spawned() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Quota>();
    let quota = quota(1);
    let permit = tokio::spawn(async move { quota.acquire(SPEC).await }).await.unwrap().unwrap();
    assert_eq!(permit.waited(), None);
}

#[tokio::test(start_paused = true)]
async fn try_acquire_reports_when_to_retry() {
    let quota = quota(1);
    complete(&quota.try_acquire(SPEC).await.unwrap());
    let error = quota.try_acquire(SPEC).await.unwrap_err();
    let wait = error.retry_after().unwrap();
    assert!((1_000..=1_010).contains(&wait.as_millis()), "{wait:?}");
    assert!(error.is_would_block() && !error.is_timeout() && !error.is_unavailable());
    let text = format!("rate-limit capacity is available in {wait:?} at the earliest");
    assert_eq!(error.to_string(), text);
    time::sleep(wait).await;
    complete(&quota.try_acquire(SPEC).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn permit_after_the_deadline_fails_at_once() {
    let quota = quota(1);
    complete(&quota.acquire(SPEC).await.unwrap());
    let start = time::Instant::now();
    let options = AcquireOptions::new().deadline(now() + Duration::from_millis(900));
    let error = quota.acquire_with(SPEC, options).await.unwrap_err();
    assert!(error.is_timeout() && error.retry_after().is_none() && error.source().is_none());
    assert_eq!(error.to_string(), "timed out waiting for rate-limit capacity");
    assert_eq!(start.elapsed(), Duration::ZERO);

    let options = AcquireOptions::new().deadline(now() + Duration::from_millis(1_100));
    let permit = quota.acquire_with(SPEC, options).await.unwrap();
    let waited = permit.waited().unwrap();
    assert_eq!(waited.time, start.elapsed());
    let Reason::Quota(window) = waited.reason else { panic!("{waited:?}") };
    assert_eq!((window.calls(), window.length()), (1, Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn background_call_yields_to_an_interactive_one() {
    let quota = quota(1);
    complete(&quota.acquire(SPEC).await.unwrap());
    let background = AcquireOptions::new().priority(Priority::Background);
    let call = async |options: AcquireOptions| {
        let permit = quota.acquire_with(SPEC, options).await.unwrap();
        complete(&permit);
        permit.waited().unwrap().time
    };
    let (first, second) = tokio::join!(call(background), call(AcquireOptions::new()));
    assert!(first > second, "{first:?} {second:?}");
}

#[tokio::test(start_paused = true)]
async fn dropped_permit_gives_its_capacity_back_and_a_sent_one_does_not() {
    let quota = quota(1);
    drop(quota.acquire(SPEC).await.unwrap());
    let permit = quota.try_acquire(SPEC).await.unwrap();
    permit.sent();
    drop(permit);
    assert!(quota.try_acquire(SPEC).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn slow_down_halves_the_rate_of_one_endpoint() {
    let quota = quota(10);
    quota.slow_down(SPEC);
    let mut permits = Vec::new();
    while let Ok(permit) = quota.try_acquire(SPEC).await {
        permits.push(permit);
    }
    assert_eq!(permits.len(), 5);
    Quota::unlimited().slow_down(SPEC);
}
