//! Limits that count the items of calls, and limits that depend on the edition.

use std::time::Duration;

use chat_quota::{AcquireOptions, Priority, Quota};
use chat_types::{
    Edition, Endpoint,
    message::{BatchSendMsg, SendBroadcastMsg, SendMsg},
    spec::EndpointSpec,
};
use futures_util::future::join_all;
use tokio::time::{Instant, timeout};

/// Makes a call with this number of items.
async fn call(quota: &Quota, items: usize) {
    let options = AcquireOptions::new().items(items);
    let permit = quota.acquire_with(BatchSendMsg::SPEC, options).await.unwrap();
    permit.sent();
    permit.completed();
}

#[tokio::test(start_paused = true)]
async fn no_minute_has_more_items_than_documented() {
    let quota = Quota::documented();
    let mut sent: Vec<(Instant, usize)> = Vec::new();
    for number in 0..160 {
        let items = [500, 499, 1, 300][number % 4];
        call(&quota, items).await;
        let now = Instant::now();
        sent.push((now, items));
        let recent = sent.iter().filter(|(at, _)| now - *at < Duration::from_secs(60));
        let in_minute: usize = recent.map(|(_, items)| items).sum();
        assert!(in_minute <= 12_000, "{in_minute} items in a minute");
    }
    // 52,000 items: the last ones go in the fifth minute.
    let time = sent[159].0 - sent[0].0;
    assert!((240..=244).contains(&time.as_secs()), "{time:?}");
}

#[tokio::test(start_paused = true)]
async fn call_without_a_number_counts_as_a_full_one() {
    let quota = Quota::documented();
    for _ in 0..24 {
        quota.try_acquire(BatchSendMsg::SPEC).await.unwrap().sent();
    }
    let error = quota.try_acquire(BatchSendMsg::SPEC).await.unwrap_err();
    let wait = error.retry_after().unwrap();
    assert!((59..=61).contains(&wait.as_secs()), "{wait:?}");
}

#[tokio::test(start_paused = true)]
async fn dropped_permit_gives_its_items_back() {
    let quota = Quota::documented();
    for _ in 0..100 {
        drop(quota.try_acquire(BatchSendMsg::SPEC).await.unwrap());
    }
}

#[tokio::test(start_paused = true)]
async fn calls_that_each_need_most_of_the_window_do_not_block_each_other() {
    // 240 items a minute, so that two calls cannot hold their permits at the same time.
    let quota = Quota::builder().scale(0.02).build().unwrap();
    let start = Instant::now();
    let calls = (0..6).map(|number| {
        let priority = if number % 2 == 0 { Priority::Background } else { Priority::Interactive };
        let options = AcquireOptions::new().items(200).priority(priority);
        let quota = quota.clone();
        async move {
            let permit = quota.acquire_with(BatchSendMsg::SPEC, options).await.unwrap();
            permit.sent();
            permit.completed();
        }
    });
    timeout(Duration::from_secs(3_600), join_all(calls)).await.unwrap();
    assert!((300..=305).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn call_with_more_items_than_a_window_takes_all_of_it() {
    let quota = Quota::builder().scale(0.01).build().unwrap();
    let start = Instant::now();
    call(&quota, 500).await;
    call(&quota, 500).await;
    assert!((60..=61).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn timeout_of_a_call_with_items_leaves_no_trace() {
    let quota = Quota::documented();
    for _ in 0..24 {
        call(&quota, 499).await;
    }
    let deadline = std::time::Instant::now() + Duration::from_secs(1);
    let options = AcquireOptions::new().items(100).deadline(deadline);
    assert!(quota.acquire_with(BatchSendMsg::SPEC, options).await.unwrap_err().is_timeout());
    let options = AcquireOptions::new().items(24).wait(false);
    assert!(quota.acquire_with(BatchSendMsg::SPEC, options).await.is_ok());
}

/// Returns the number of calls that go without waiting.
async fn burst(edition: Option<Edition>, endpoint: &'static EndpointSpec) -> usize {
    let builder = Quota::builder();
    let builder = match edition {
        Some(edition) => builder.edition(edition),
        None => builder,
    };
    let quota = builder.build().unwrap();
    let mut calls = 0;
    while let Ok(permit) = quota.try_acquire(endpoint).await {
        permit.sent();
        permit.completed();
        calls += 1;
    }
    calls
}

#[tokio::test(start_paused = true)]
async fn calls_per_second_follow_the_edition() {
    let broadcast = SendBroadcastMsg::SPEC;
    assert_eq!(burst(None, broadcast).await, 1);
    assert_eq!(burst(Some(Edition::Pro), broadcast).await, 1);
    assert_eq!(burst(Some(Edition::ProPlus), broadcast).await, 5);
    assert_eq!(burst(Some(Edition::Enterprise), broadcast).await, 5);
}

#[test]
fn messages_a_day_are_limited_in_trials_only() {
    let day = |edition| {
        let quota = Quota::builder().edition(edition).build().unwrap();
        quota.min_duration(SendMsg::SPEC, 1_001)
    };
    assert_eq!(day(Edition::Trial), Duration::from_secs(86_400));
    assert_eq!(day(Edition::Development), Duration::from_secs(86_400));
    assert_eq!(day(Edition::Pro), Duration::from_secs(5));
    assert_eq!(Quota::documented().min_duration(SendMsg::SPEC, 1_001), Duration::from_secs(5));
}
