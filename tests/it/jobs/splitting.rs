//! Splitting a list loses, repeats and reorders nothing, and every item is reported.

use std::time::Duration;

use chat_admin::{Batch, FailureKind, Input};
use chat_tests::Wire;
use chat_transport::backend::BackendError;
use chat_types::{Batched, UserId};
use futures_util::{StreamExt, stream};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{block_on, items};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_item_is_sent_once_and_in_order(
        length in 0..2_500_usize,
        batch_size in 1..700_usize,
        concurrency in 1..20_usize,
    ) {
        let accounts: Vec<String> = (0..length).map(|number| format!("user{number}")).collect();
        let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
        let group = wire.admin().unwrap().group("g");
        let job = group.mute(accounts.clone()).batch_size(batch_size).concurrency(concurrency);
        let reported = block_on(items(job.ordered()));

        let cap = batch_size.min(500);
        let mut calls: Vec<Vec<String>> = wire.sent().iter().map(accounts_of).collect();
        prop_assert!(calls.iter().all(|call| (1..=cap).contains(&call.len())));
        prop_assert_eq!(calls.len(), length.div_ceil(cap));
        // Calls run concurrently, so only their content is in order, not their arrival.
        calls.sort_by_key(|call| accounts.iter().position(|account| *account == call[0]));
        prop_assert_eq!(calls.concat(), accounts.clone());
        let keys: Vec<&str> = reported.iter().map(|item| item.key.as_str()).collect();
        prop_assert_eq!(keys, accounts);
        prop_assert!(reported.iter().all(|item| item.outcome.as_str() == "done"));
    }

    #[test]
    fn every_account_is_reported_once_whatever_fails(
        fates in prop::collection::vec(0..5_u8, 1..12),
        batch_size in 1..50_usize,
    ) {
        let length = fates.len() * batch_size;
        let accounts: Vec<String> = (0..length).map(|number| format!("user{number}")).collect();
        let script = fates.clone();
        let wire = Wire::new(move |_, request| {
            let first = accounts_of(request)[0]["user".len()..].parse::<usize>().unwrap();
            fate(script[first / batch_size])
        });
        let group = wire.admin().unwrap().group("g");
        let job = group.unmute(accounts.clone()).batch_size(batch_size).ordered();
        let job = job.retry_for(Duration::ZERO);
        let reported = block_on(items(job));

        let keys: Vec<&str> = reported.iter().map(|item| item.key.as_str()).collect();
        prop_assert_eq!(keys, accounts);
        for (number, item) in reported.iter().enumerate() {
            prop_assert_eq!(item.outcome.as_str(), expected(fates[number / batch_size]));
            prop_assert_eq!(item.index, number as u64);
        }
    }
}

/// Returns the result of a call, by number.
fn fate(fate: u8) -> Result<Value, BackendError> {
    match fate {
        0 => Ok(json!({ "ErrorCode": 0 })),
        1 => Ok(json!({ "ErrorCode": 10010, "ErrorInfo": "no such group" })),
        2 => Ok(json!({ "ErrorCode": 10002, "ErrorInfo": "internal failure" })),
        3 => Err(BackendError::connection_lost("the connection broke")),
        _ => Ok(json!("no object")),
    }
}

/// Returns the outcome of its accounts. An internal failure does not say how
/// much was done.
fn expected(fate: u8) -> &'static str {
    match fate {
        0 => "done",
        1 => "failed",
        _ => "unknown",
    }
}

#[test]
fn unsent_call_is_reported_as_failed() {
    let report = block_on(async {
        let client = chat_transport::Client::builder(1, chat_usersig::SecretKey::new("k").unwrap())
            // Nothing listens on port 1 of the loopback.
            .endpoint("http://127.0.0.1:1")
            .build()
            .unwrap();
        chat_admin::Admin::new(client).group("g").mute(["a", "b"]).run().await
    });
    assert_eq!((report.summary.failed, report.summary.unknown), (2, 0));
    assert!(report.first_error().unwrap().is_unsent());
}

#[test]
fn refusal_after_a_lost_response_is_unknown() {
    let wire = Wire::new(|number, _| match number {
        0 => Err(BackendError::connection_lost("the cable")),
        _ => Ok(json!({ "ErrorCode": 10007, "ErrorInfo": "permission denied" })),
    });
    let group = wire.admin().unwrap().group("g");
    let report = block_on(group.mute(["a", "b"]).run());
    // Each account is sent alone as well, since another attempt does no harm.
    assert_eq!(wire.sent().len(), 4);
    assert_eq!((report.summary.unknown, report.summary.failed), (2, 0));
}

#[test]
fn stream_is_read_no_further_ahead_than_needed() {
    let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = std::sync::Arc::clone(&taken);
    let endless = stream::iter(0_u64..).map(move |number| {
        counter.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        UserId::new(format!("user{number}"))
    });
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let group = wire.admin().unwrap().group("g");
    block_on(async {
        let mut running = group.ban(Input::from_stream(endless)).concurrency(3).start();
        for _ in 0..5 {
            assert_eq!(running.next().await.unwrap().items.len(), 20);
        }
    });
    let read = taken.load(std::sync::atomic::Ordering::Relaxed);
    assert!(read <= (5 + 3 + 1) * 20, "{read} accounts were read for 5 calls of 20");
}

#[test]
fn empty_list_makes_no_call() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let no_accounts: [UserId; 0] = [];
    let report = block_on(wire.admin().unwrap().group("g").remove_members(no_accounts).run());
    assert_eq!((report.summary.calls, report.summary.items()), (0, 0));
    assert!(wire.sent().is_empty() && report.summary.is_complete());
}

#[test]
fn job_options_are_part_of_every_call() {
    let wire = Wire::new(|_, _| Ok(json!({ "ErrorCode": 0 })));
    let group = wire.admin().unwrap().group("g");
    block_on(async {
        let _ =
            group.mute(["a"]).for_duration(Duration::from_millis(61_500)).in_topic("t").run().await;
        let _ = group.mute(["a"]).run().await;
        let _ = group.mute(["a"]).for_duration(Duration::ZERO).run().await;
        let _ = group.unmute(["a"]).run().await;
        let _ = group.ban(["a"]).for_duration(Duration::from_secs(60)).run().await;
        let _ = group.ban(["a"]).run().await;
        let _ = group.remove_members(["a"]).silently().with_reason("spam").run().await;
        let _ = group.add_members(["a"]).silently().run().await;
    });
    insta::with_settings!({ sort_maps => true }, { insta::assert_json_snapshot!(wire.sent()) });
}

#[test]
fn item_results_reach_the_report() {
    let wire = Wire::new(|_, _| {
        Ok(json!({ "ErrorCode": 0, "MemberList": [
            { "Member_Account": "b", "Result": 0 },
            { "Member_Account": "a", "Result": 1 },
            { "Member_Account": "c", "Result": 3 },
        ]}))
    });
    let job: Batch<'_, _> = wire.admin().unwrap().group("g").add_members(["a", "b", "c", "d"]);
    let reported = block_on(items(job));
    let outcomes: Vec<&str> = reported.iter().map(|item| item.outcome.as_str()).collect();
    assert_eq!(outcomes, ["done", "failed", "pending", "unknown"]);
    let failure = reported[1].outcome.failure().unwrap();
    assert!(failure.to_string().starts_with("refused: Not added; "), "{failure}");
    assert!(failure.meaning().unwrap().starts_with("Not added; "));
    assert_eq!((failure.kind(), failure.code()), (FailureKind::Item, None));
}

#[test]
fn batch_sizes_are_the_documented_ones() {
    assert_eq!(chat_types::group::ForbidSendMsg::BATCH.max, Some(500));
    assert_eq!(chat_types::group::DeleteGroupMember::BATCH.max, Some(100));
    assert_eq!(chat_types::group::BanGroupMember::BATCH.max, Some(20));
    assert_eq!(chat_types::group::UnbanGroupMember::BATCH.max, Some(20));
    assert_eq!(chat_types::account::MultiaccountImport::BATCH.max, Some(100));
}

fn accounts_of(request: &Value) -> Vec<String> {
    let list = request["Members_Account"].as_array().unwrap();
    list.iter().map(|account| account.as_str().unwrap().to_owned()).collect()
}
