//! The schema of a plan accepts what the emulator plays.

use chat_arbitrary::{Aliases, mutate, splitmix64};
use chat_emulator::FaultPlan;
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

fn validator() -> Validator {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// A plan with every field of every fault.
fn full_plan() -> Value {
    let faults = [
        json!({"latency": {"millis": 200, "jitter_millis": 50}}),
        json!({"http": {"status": 502, "headers": {"Retry-After": "1"}, "body": "<html>", "applied": true}}),
        json!({"truncate": {"keep_bytes": 10, "announced": true}}),
        json!({"disconnect": {"when": "applied", "how": "close"}}),
        json!({"stall": {"when": "response_body", "millis": 1_000}}),
        json!({"trickle": {"chunk_bytes": 3, "pause_millis": 10}}),
        json!({"oversize": {"bytes": 1_000_000, "announced": false}}),
        json!({"error": {"code": 10004, "info": "no", "applied": true}}),
        json!({"too_many_calls": {}}),
        json!({"calls_per_second": {"max": 5}}),
    ];
    let calls = [
        json!("all"),
        json!({"nth": 3}),
        json!({"every": 2}),
        json!({"range": {"from": 2, "to": 4}}),
        json!({"range": {"from": 2}}),
    ];
    let endpoints = ["*", "openim/*", "openim/sendmsg"];
    let rules: Vec<Value> = faults
        .into_iter()
        .zip(calls.iter().cycle())
        .zip(endpoints.iter().cycle())
        .map(|((fault, calls), endpoint)| {
            json!({"endpoint": endpoint, "apps": [1400000000], "calls": calls, "probability": 0.5, "fault": fault})
        })
        .collect();
    json!({"seed": 7, "rules": rules})
}

#[test]
fn plan_survives_the_way_through_json() {
    let plan = FaultPlan::from_json(full_plan().to_string().as_bytes()).unwrap();
    let json = serde_json::to_value(&plan).unwrap();
    validator().validate(&json).unwrap();
    assert_eq!(FaultPlan::from_json(json.to_string().as_bytes()).unwrap(), plan);
    assert_eq!(plan.rules.len(), 10);
}

#[test]
fn mistake_in_a_plan_is_named_with_its_path() {
    let error = |change: fn(&mut Value)| {
        let mut plan = full_plan();
        change(&mut plan);
        FaultPlan::from_json(plan.to_string().as_bytes()).unwrap_err().to_string()
    };
    assert_eq!(
        error(|plan| plan["rules"][1]["fault"]["http"]["status"] = json!(99)),
        "invalid fault plan: rules[1].fault.status: must be from 200 to 599, found 99"
    );
    assert_eq!(
        error(|plan| plan["rules"][2]["endpoint"] = json!("openim/sendmesg")),
        r#"invalid fault plan: rules[2].endpoint: unknown endpoint "openim/sendmesg"; write service/command, service/* or *"#
    );
    assert_eq!(
        error(|plan| plan["rules"][0]["calls"] = json!({"nth": 0})),
        "invalid fault plan: rules[0].calls: calls are counted from 1"
    );
    assert_eq!(
        error(|plan| plan["rules"][7]["fault"]["error"]["code"] = json!(0)),
        "invalid fault plan: rules[7].fault.code: 0 is success; use the code of an error"
    );
    let unknown = error(|plan| plan["rules"][3]["fault"] = json!({"explode": {}}));
    assert!(unknown.contains("rules[3].fault") && unknown.contains("`explode`"), "{unknown}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn schema_accepts_what_is_read(seed: u64, count in 0..3_usize) {
        let mut plan = full_plan();
        let mut random = splitmix64(seed);
        mutate(&mut plan, count, &Aliases::new(), &mut random);
        let read = FaultPlan::from_json(plan.to_string().as_bytes());
        let validator = validator();
        let accepted = validator.validate(&plan).map_err(|error| error.to_string());
        match read {
            Ok(_) => prop_assert!(accepted.is_ok(), "{accepted:?}: {plan}"),
            // What a schema cannot say: which endpoints exist, and how numbers relate.
            Err(error) => {
                let error = error.to_string();
                let is_beyond = BEYOND.iter().any(|part| error.contains(part));
                prop_assert!(accepted.is_err() || is_beyond, "{error}: {plan}");
            }
        }
    }
}

/// The mistakes that a schema cannot describe.
const BEYOND: [&str; 3] = ["unknown endpoint", "the range ends before it starts", "malformed"];

const SCHEMA: &str =
    include_str!("../../../../crates/chat-emulator/schemas/fault_plan.schema.json");
