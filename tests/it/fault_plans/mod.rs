//! The emulator's plans of faults, as the client meets them.

mod page;
mod rows;

use std::time::Duration;

use chat_emulator::{CallNumbers, Emulator, Fault, FaultPlan, FaultRule, ManualClock, QuotaMode};
use chat_transport::{Client, ClientBuilder, Error, ErrorKind, Quota, RetryPolicy};
use chat_types::{
    Endpoint as _, GroupType,
    group::{CreateGroup, GetAppidGroupList},
};
use chat_usersig::SecretKey;
use futures_util::{StreamExt as _, stream};

use self::{
    page::{Expected, expectations},
    rows::{Row, rows},
};
use crate::jobs::block_on;

#[test]
fn rows_of_the_table_of_faults_are_played_from_plans() {
    let expected = expectations();
    block_on(async {
        let rows = rows();
        let scenes = rows.iter().flat_map(|row| {
            let (safe, other) = &expected[row.name];
            row.faults.iter().flat_map(move |fault| {
                [(row, fault, Call::Safe, safe), (row, fault, Call::Other, other)]
            })
        });
        let problems: Vec<Vec<String>> = stream::iter(scenes)
            .map(|(row, fault, call, expected)| play(row, fault, call, expected))
            .buffer_unordered(64)
            .collect()
            .await;
        let problems = problems.concat();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
    });
}

/// Whether the call is safe to repeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Safe,
    Other,
}

async fn play(row: &Row, fault: &Fault, call: Call, expected: &Expected) -> Vec<String> {
    let clock = ManualClock::at(1_700_000_000);
    let emulator =
        Emulator::builder().clock(clock.clone()).quotas(QuotaMode::Off).start().await.unwrap();
    let client = (row.configure)(client(&emulator, clock)).build().unwrap();
    let rule = FaultRule::new("*", fault.clone()).calls(row.calls);
    emulator.set_faults(FaultPlan::new().rule(rule)).unwrap();
    let before = if row.is_second_call {
        make(&client, call).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        1
    } else {
        0
    };
    let error = make(&client, call).await.err();
    let attempts = emulator.faults().rules[0].calls - before;
    let spec = match call {
        Call::Safe => GetAppidGroupList::SPEC,
        Call::Other => CreateGroup::SPEC,
    };
    let applied = emulator.calls().of(spec).succeeded - before;
    let mut problems = expected.differences(error.as_ref(), attempts);
    if call == Call::Other && applied != u64::from(row.is_applied || error.is_none()) {
        problems.push(format!("took effect {applied} times"));
    }
    let name = row.name;
    problems.iter().map(|problem| format!("{name} / {call:?} / {fault:?}: {problem}")).collect()
}

fn client(emulator: &Emulator, clock: ManualClock) -> ClientBuilder {
    let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
    Client::builder(Emulator::DEFAULT_APP, key)
        .endpoint(emulator.url())
        .clock(clock)
        .quota(Quota::unlimited())
        .max_response_bytes(65_536)
        .retry(RetryPolicy::standard().base_delay(Duration::from_millis(2)))
        .timeout(Duration::from_secs(30))
}

async fn make(client: &Client, call: Call) -> Result<(), Error> {
    match call {
        Call::Safe => client.call(&GetAppidGroupList::new()).await.map(drop),
        Call::Other => client.call(&CreateGroup::new(GroupType::Public, "lobby")).await.map(drop),
    }
}

/// Returns the kind of the error with its phase, status or code.
fn kind_name(error: Option<&Error>) -> String {
    let Some(error) = error else { return "success".to_owned() };
    match error.kind() {
        ErrorKind::Timeout(phase) => format!("Timeout({phase:?})"),
        ErrorKind::HttpStatus { status, .. } => format!("HttpStatus {status}"),
        ErrorKind::Api(refusal) => format!("Api {}", refusal.code),
        kind => format!("{kind:?}").split([' ', '(']).next().unwrap().to_owned(),
    }
}

#[test]
fn lower_limit_of_an_endpoint_is_met_and_waited_for() {
    block_on(async {
        let emulator = Emulator::builder().quotas(QuotaMode::Off).start().await.unwrap();
        let limit = Fault::CallsPerSecond { max: 3 };
        let rule = FaultRule::new("group_open_http_svc/create_group", limit);
        emulator.set_faults(FaultPlan::new().rule(rule)).unwrap();
        let key = SecretKey::new(Emulator::DEFAULT_KEY).unwrap();
        let client = Client::builder(Emulator::DEFAULT_APP, key).endpoint(emulator.url());
        let client = client.quota(Quota::unlimited()).build().unwrap();
        for _ in 0..4 {
            make(&client, Call::Other).await.unwrap();
            make(&client, Call::Safe).await.unwrap();
        }
        let [rule] = emulator.faults().rules[..] else { panic!("one rule") };
        assert_eq!(rule.calls - rule.faults, 4, "every call took effect once");
        assert!(rule.faults > 0, "the fourth call was refused");
    });
}

#[test]
fn latency_delays_the_response_and_not_the_effect() {
    block_on(async {
        let emulator = Emulator::builder()
            .clock(ManualClock::at(1_700_000_000))
            .quotas(QuotaMode::Off)
            .start()
            .await
            .unwrap();
        let fault = Fault::Latency { millis: 300, jitter_millis: 100 };
        let rule = FaultRule::new("*", fault).calls(CallNumbers::Nth(1));
        emulator.set_faults(FaultPlan::new().rule(rule)).unwrap();
        let client = client(&emulator, ManualClock::at(1_700_000_000)).build().unwrap();
        let start = std::time::Instant::now();
        let call = make(&client, Call::Other);
        let calls = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            emulator.calls().total()
        };
        let (outcome, calls) = tokio::join!(call, calls);
        outcome.unwrap();
        assert_eq!(calls, 1, "it took effect before its response");
        assert!(start.elapsed() >= Duration::from_millis(300));
    });
}
