//! Which limits a quota applies.

use std::time::Duration;

use chat_quota::{Quota, QuotaBuilder};
use chat_types::{
    Endpoint,
    group::{ForbidSendMsg, GetGroupBanMember},
};
use tokio::time::Instant;

/// Returns how long this number of calls takes, one after the other.
async fn time(quota: &Quota, calls: usize) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        let permit = quota.acquire(GetGroupBanMember::SPEC).await.unwrap();
        permit.sent();
        permit.completed();
    }
    start.elapsed()
}

#[track_caller]
fn check_refused(builder: QuotaBuilder, setting: &str, text: &str) {
    let error = builder.build().unwrap_err();
    assert_eq!((error.setting(), error.to_string().as_str()), (setting, text));
}

#[tokio::test(start_paused = true)]
async fn limits_can_be_scaled_replaced_and_lifted() {
    let spec = GetGroupBanMember::SPEC;
    let seconds =
        async |builder: QuotaBuilder| time(&builder.build().unwrap(), 401).await.as_secs();
    assert_eq!(seconds(Quota::builder()).await, 2);
    assert_eq!(seconds(Quota::builder().scale(0.5)).await, 4);
    assert_eq!(seconds(Quota::builder().calls_per_second(spec, 100)).await, 4);
    assert_eq!(seconds(Quota::builder().scale(0.1).calls_per_second(spec, 100)).await, 4);
    assert_eq!(seconds(Quota::builder().unlimited().calls_per_second(spec, 100)).await, 4);
    assert_eq!(seconds(Quota::documented().to_builder().scale(0.5)).await, 4);
    assert_eq!(time(&Quota::unlimited(), 10_000).await, Duration::ZERO);
    let tiny = Quota::builder().scale(0.000_1).build().unwrap();
    assert_eq!(time(&tiny, 3).await.as_secs(), 2);
}

#[test]
fn invalid_limits_are_refused() {
    for scale in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let text = format!("invalid quota scale: {scale} is not a finite number above 0");
        check_refused(Quota::builder().scale(scale), "quota scale", &text);
    }
    let builder = Quota::builder().unlimited().calls_per_second(GetGroupBanMember::SPEC, 0);
    let text =
        "invalid quota: group_open_http_svc/get_group_ban_member needs at least 1 call per second";
    check_refused(builder, "quota", text);
}

#[tokio::test(start_paused = true)]
async fn endpoints_have_separate_limits_and_clones_share_them() {
    let quota = Quota::documented();
    assert_eq!(time(&quota, 200).await, Duration::ZERO);
    assert!(quota.try_acquire(ForbidSendMsg::SPEC).await.is_ok());
    assert!(quota.clone().try_acquire(GetGroupBanMember::SPEC).await.is_err());
    let other = quota.to_builder().build().unwrap();
    assert!(other.try_acquire(GetGroupBanMember::SPEC).await.is_ok());
}

#[test]
fn min_duration_follows_the_tightest_limit() {
    let spec = GetGroupBanMember::SPEC;
    let documented = Quota::documented();
    for (calls, seconds) in [(0, 0), (1, 0), (200, 0), (201, 1), (1_000, 4), (1_001, 5)] {
        assert_eq!(documented.min_duration(spec, calls), Duration::from_secs(seconds));
    }
    assert_eq!(Quota::unlimited().min_duration(spec, u64::MAX), Duration::ZERO);
}
