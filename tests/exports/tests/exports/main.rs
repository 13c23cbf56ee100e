//! The exported JSON Schemas and OpenAPI documents agree with the types.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue has failed")]

mod equivalence;
mod fault_plan;
mod openapi;

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use chat_arbitrary::arbitrary;
use chat_types::{schemas, typed};
use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

#[test]
fn every_schema_is_valid_json_schema_2020_12() {
    let endpoints = schemas::all().iter().map(|each| [each.request, each.response]);
    let webhooks = schemas::webhooks().iter().map(|each| [each.request, each.response]);
    for pair in endpoints.chain(webhooks) {
        for text in pair {
            let schema: Value = serde_json::from_str(text).unwrap();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            jsonschema::meta::validate(&schema).unwrap();
        }
    }
}

#[test]
fn every_spec_file_matches_its_editor_schema() {
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec");
    let mut checked = 0;
    let folders = |parent: &str| -> Vec<String> {
        let folders = fs::read_dir(spec.join(parent)).unwrap();
        folders
            .map(|folder| format!("{parent}/{}", folder.unwrap().file_name().to_string_lossy()))
            .collect()
    };
    let (areas, modules) = (folders("endpoints"), folders("webhooks"));
    let endpoints = areas.iter().map(|area| (area.as_str(), "endpoint"));
    let webhooks = modules.iter().map(|module| (module.as_str(), "webhook_file"));
    for (folder, name) in endpoints.chain(webhooks).chain([
        ("", "webhook"),
        ("types", "types"),
        ("", "errors"),
        ("", "regions"),
        ("", "group_types"),
        ("", "service"),
    ]) {
        let schema = fs::read_to_string(spec.join(format!("schema/{name}.schema.json"))).unwrap();
        let schema: Value = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for entry in fs::read_dir(spec.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let is_wanted = if folder.is_empty() {
                path.file_stem().is_some_and(|stem| stem == name)
            } else {
                path.is_file()
            };
            if is_wanted && path.extension().is_some_and(|extension| extension == "toml") {
                let file: toml::Value =
                    toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
                check(&validator, &serde_json::to_value(file).unwrap(), &path.to_string_lossy());
                checked += 1;
            }
        }
    }
    assert!(checked >= 250, "only {checked} files were found");
}

#[test]
fn every_example_matches_its_schema() {
    for each in schemas::all() {
        for text in [each.request, each.response] {
            let schema = parse(text.as_bytes());
            check(&validator(text), &schema["examples"][0], each.spec.command);
        }
    }
    for each in schemas::webhooks() {
        let schema = parse(each.request.as_bytes());
        check(&validator(each.request), &schema["examples"][0], each.spec.command);
    }
}

#[test]
fn other_forms_on_the_wire_match_the_schemas() {
    let webhook = schemas::find_webhook("Group.CallbackAfterSendMsg").unwrap();
    let body = json!({
        "CallbackCommand": "Group.CallbackAfterSendMsg",
        "GroupId": "@TGS#2J4SZEAEL",
        "Type": "Cluster",
        "From_Account": "jared",
        "MsgTime": "1490686222",
        "EventTime": "1670574414123",
        "OnlineOnlyFlag": true,
        "CloudCustomData": null,
        "MsgBody": [
            { "MsgType": "TIMTextElem", "MsgContent": { "Text": "red packet" } },
            { "MsgType": "TIMTextElem", "MsgContent": "red packet" },
            { "MsgType": "TIMNewElem" },
        ],
    });
    check(&validator(webhook.request), &body, webhook.spec.command);

    let endpoint = schemas::find("group_open_http_svc", "get_group_muted_account").unwrap();
    let response = json!({ "ErrorCode": "0", "ErrorInfo": null, "MutedAccountList": null });
    check(&validator(endpoint.response), &response, endpoint.spec.command);
    let failure =
        json!({ "ErrorCode": 10010, "ErrorInfo": "group not exist", "MutedAccountList": "" });
    check(&validator(endpoint.response), &failure, endpoint.spec.command);

    let request =
        json!({ "GroupId": "@TGS#2J4SZEAEL", "Members_Account": ["a"], "MuteTime": "60" });
    let strict = schemas::find("group_open_http_svc", "forbid_send_msg").unwrap();
    assert!(!validator(strict.request).is_valid(&request));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn serialized_requests_and_responses_match_the_schemas(seed: u64) {
        for endpoint in typed::all() {
            let spec = endpoint.spec();
            let schemas = schemas::find(spec.service, spec.command).unwrap();
            let request = arbitrary(seed).request(spec);
            let written = endpoint.read_request(request.to_string().as_bytes()).unwrap();
            check(&validator(schemas.request), &parse(&written), spec.command);

            let response = arbitrary(seed).response(spec);
            let written = endpoint.read_response(response.to_string().as_bytes()).unwrap();
            let mut written = parse(&written);
            written["ErrorCode"] = 0.into();
            check(&validator(schemas.response), &written, spec.command);
        }
    }

    #[test]
    fn serialized_webhooks_match_the_schemas(seed: u64) {
        for webhook in typed::webhooks() {
            let spec = webhook.spec();
            let schemas = schemas::find_webhook(spec.command).unwrap();
            let body = arbitrary(seed).webhook_body(spec);
            let written = webhook.read_body(body.to_string().as_bytes()).unwrap();
            check(&validator(schemas.request), &parse(&written), spec.command);
            let response = arbitrary(seed).webhook_response(spec);
            let written = webhook.read_response(response.to_string().as_bytes()).unwrap();
            check(&validator(schemas.response), &parse(&written), spec.command);
        }
    }

    #[test]
    fn check_and_schema_agree_on_requests(seed: u64, field: prop::sample::Index, with in mismatched_value()) {
        for endpoint in typed::all() {
            let spec = endpoint.spec();
            let mut request = arbitrary(seed).request(spec);
            if spec.request.is_empty() {
                continue;
            }
            let name = spec.request[field.index(spec.request.len())].name;
            request[name] = with.clone();
            let schemas = schemas::find(spec.service, spec.command).unwrap();
            let fits = validator(schemas.request).is_valid(&request);
            let checked = spec.check_json(request.to_string().as_bytes());
            prop_assert_eq!(fits, checked.is_ok(), "{}: {} {:?}", spec.id(), request, checked);
        }
    }
}

/// Values that match few fields. Null is not among them: the check treats it as a missing field, as
/// serde does, while a schema does not.
fn mismatched_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<u32>().prop_map(Value::from),
        "[a-z]{0,60}".prop_map(Value::from),
        prop::collection::vec("[a-z]{1,5}".prop_map(Value::from), 0..4).prop_map(Value::from),
        Just(json!({})),
        Just(Value::Array(vec!["a".into(); 501])),
    ]
}

/// Returns the validator of an exported schema. It is compiled once, which takes longer than using it.
fn validator(schema: &'static str) -> Arc<Validator> {
    static COMPILED: Mutex<BTreeMap<usize, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap();
    let compile = || Arc::new(jsonschema::validator_for(&parse(schema.as_bytes())).unwrap());
    compiled.entry(schema.as_ptr().addr()).or_insert_with(compile).clone()
}

fn parse(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}

fn check(validator: &Validator, value: &Value, location: &str) {
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{location} {}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
