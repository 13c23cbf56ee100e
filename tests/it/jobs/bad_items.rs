//! Bad items are isolated, and the other items of their calls are done.

use std::{collections::HashSet, time::Duration};

use chat_admin::{Admin, FailureKind};
use chat_emulator::{Emulator, QuotaMode};
use chat_transport::{
    Client,
    testing::{Reply, Script, SentRequest},
};
use chat_types::{
    GroupType,
    group::{MemberToImport, Role},
};
use chat_usersig::SecretKey;
use proptest::prelude::*;
use serde_json::json;

use super::{block_on, counts, items, users};

const CHUNK: usize = 500;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn good_items_are_done_at_two_calls_per_bad_item_and_split(
        length in 1..2_500_usize,
        percent in 0..5_usize,
        seed: u64,
    ) {
        let bad = pick(length, length * percent / 100, seed);
        let (script, admin) = service(&bad, 10019);
        let job = admin.group("g").mute(users(length)).ordered();
        let reported = block_on(items(job));

        prop_assert_eq!(reported.len(), length);
        for item in &reported {
            let expected = if bad.contains(&item.key) { "failed" } else { "done" };
            prop_assert_eq!(item.outcome.as_str(), expected, "{}", item.key);
        }
        let extra = script.sent().len() - length.div_ceil(CHUNK);
        // At most three calls find out what the code is about.
        let most = bad.len() * 2 * CHUNK.ilog2() as usize + bad.len() * 2 + 3;
        prop_assert!(extra <= most, "{extra} extra calls for {} bad items", bad.len());
        if bad.is_empty() {
            prop_assert_eq!(extra, 0);
        }
    }
}

#[test]
fn one_percent_of_bad_items_costs_less_than_two_log_n_each() {
    let bad = pick(10_000, 100, 7);
    let (script, admin) = service(&bad, 10019);
    let reported = block_on(items(admin.group("g").mute(users(10_000))));
    assert_eq!(counts(&reported), [("done", 9_900), ("failed", 100)].into());
    let extra = script.sent().len() - 20;
    // log2(500) is 8.97.
    assert!(extra <= 100 * 2 * 8, "{extra}");
    let refused: HashSet<String> = reported
        .iter()
        .filter(|item| item.outcome.as_str() == "failed")
        .map(|item| item.key.clone())
        .collect();
    assert_eq!(refused, bad);
}

#[test]
fn refusal_of_the_call_costs_three_calls_once() {
    let script = Script::from_fn(|_, _| Reply::refusal(10010, "no such group"));
    let admin = Admin::new(script.builder().unwrap().build().unwrap());
    let report = block_on(admin.group("g").mute(users(10_000)).run());
    assert_eq!(report.summary.failed, 10_000);
    assert_eq!(report.summary.calls, 20 + 3);
    let failure = report.failures[0].outcome.failure().unwrap();
    assert_eq!((failure.kind(), failure.code()), (FailureKind::Call, Some(10010)));
    assert!(failure.meaning().is_some() && !failure.is_retryable());
}

#[test]
fn list_of_only_bad_items_is_reported_completely() {
    let bad: HashSet<String> = users(40).collect();
    let (script, admin) = service(&bad, 10019);
    let report = block_on(admin.group("g").mute(users(40)).run());
    assert_eq!((report.summary.failed, report.failures.len()), (40, 40));
    assert!(script.sent().len() <= 4);
}

#[test]
fn call_refused_for_another_reason_is_not_split() {
    // Too many calls, a signature, an internal failure: none of them is about an account.
    for code in [60007, 70003, 10002, 60010, 4_711] {
        let script = Script::from_fn(move |_, _| Reply::refusal(code, ""));
        let client = script.builder().unwrap().retry(chat_transport::RetryPolicy::none());
        let admin = Admin::new(client.build().unwrap());
        let job = admin.group("g").mute(users(500)).retry_for(Duration::ZERO);
        let report = block_on(job.run());
        assert!(report.summary.calls <= 4, "{code}: {}", report.summary);
        assert_eq!(report.summary.items(), 500);
    }
}

#[test]
fn split_on_error_false_keeps_calls_whole() {
    let bad = pick(500, 1, 1);
    let (script, admin) = service(&bad, 10019);
    let report = block_on(admin.group("g").mute(users(500)).split_on_error(false).run());
    assert_eq!((report.summary.failed, script.sent().len()), (500, 1));
}

#[test]
fn invalid_item_is_left_out_before_anything_is_sent() {
    block_on(async {
        let script = Script::from_fn(|_, sent| {
            let results: Vec<_> = sent.body["MemberList"]
                .as_array()
                .unwrap()
                .iter()
                .map(|member| json!({ "Member_Account": member["Member_Account"], "Result": 1 }))
                .collect();
            Reply::json(json!({ "ErrorCode": 0, "MemberList": results }))
        });
        let admin = Admin::new(script.client().unwrap());
        let report = admin.group("g").import_members(members(20, |number| number == 7)).run().await;
        assert_eq!((report.summary.done, report.summary.failed), (19, 1));
        assert_eq!(report.failures[0].key, "user7");
        assert_eq!(script.sent().len(), 1);
    });
}

#[test]
fn import_refused_for_one_member_imports_the_others() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let app = emulator.app(Emulator::DEFAULT_APP).unwrap();
        app.create_group("town", GroupType::Public).unwrap();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(emulator.url());
        let client = client.build().unwrap();
        let admin = Admin::new(client.clone());
        let accounts = users(1_000).map(chat_types::account::AccountToImport::new);
        assert!(admin.accounts().import(accounts).run().await.is_complete());

        // Without the client's checks it is the service that finds them.
        let group = Admin::new(client.with_checks(false)).group("town");
        let is_bad = |number: usize| number % 97 == 3;
        let report = group.import_members(members(1_000, is_bad)).run().await;
        let bad_members = (0..1_000).filter(|number| is_bad(*number)).count() as u64;
        assert_eq!(
            (report.summary.done, report.summary.failed),
            (1_000 - bad_members, bad_members)
        );
        assert_eq!(app.member_count("town").unwrap() as u64, 1_000 - bad_members);
    });
}

/// Returns members to import. A bad one has a role that cannot be assigned.
fn members(
    count: usize,
    is_bad: impl Fn(usize) -> bool + Send + 'static,
) -> impl Iterator<Item = MemberToImport> + Send {
    users(count).enumerate().map(move |(number, user)| {
        let role = if is_bad(number) { Role::Owner } else { Role::Admin };
        MemberToImport::new(user).role(role)
    })
}

/// Returns a service that refuses any call that names a bad account.
fn service(bad: &HashSet<String>, code: i64) -> (Script, Admin) {
    let bad = bad.clone();
    let script = Script::from_fn(move |_, sent| {
        if accounts(sent).iter().any(|account| bad.contains(account)) {
            Reply::refusal(code, "no such account")
        } else {
            Reply::json(json!({ "ErrorCode": 0 }))
        }
    });
    let admin = Admin::new(script.builder().unwrap().build().unwrap());
    (script, admin)
}

/// Returns the accounts of a call.
fn accounts(sent: &SentRequest) -> Vec<String> {
    let list = sent.body["Members_Account"].as_array().unwrap();
    list.iter().map(|account| account.as_str().unwrap().to_owned()).collect()
}

/// Picks bad accounts at random.
fn pick(length: usize, count: usize, mut seed: u64) -> HashSet<String> {
    let mut picked = HashSet::new();
    while picked.len() < count {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        picked.insert(format!("user{}", (seed >> 33) as usize % length));
    }
    picked
}
