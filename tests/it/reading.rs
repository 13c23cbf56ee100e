//! No response or webhook body makes decoding panic.

use chat_arbitrary::arbitrary;
use chat_types::{spec::FieldKind, typed};
use proptest::prelude::*;
use serde_json::{Value, json};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_json_is_decoded_without_a_panic(json in any_json()) {
        let json = json.to_string();
        for endpoint in typed::all() {
            let _ = endpoint.read_response(json.as_bytes());
            let _ = endpoint.read_request(json.as_bytes());
        }
        for webhook in typed::webhooks() {
            let _ = webhook.read_body(json.as_bytes());
            let _ = webhook.read_response(json.as_bytes());
        }
    }

    #[test]
    fn arbitrary_bytes_are_decoded_without_a_panic(bytes: Vec<u8>) {
        for endpoint in typed::all() {
            let _ = endpoint.read_response(&bytes);
        }
        for webhook in typed::webhooks() {
            let _ = webhook.read_body(&bytes);
        }
    }

    #[test]
    fn replaced_response_field_is_decoded_or_named_in_the_error(
        seed: u64,
        index: prop::sample::Index,
        json in any_json(),
    ) {
        for endpoint in typed::all() {
            let spec = endpoint.spec();
            let mut response = arbitrary(seed).response(spec);
            if spec.response.is_empty() {
                continue;
            }
            let field = spec.response[index.index(spec.response.len())].name;
            response[field] = json.clone();
            if let Err(mismatch) = endpoint.read_response(response.to_string().as_bytes()) {
                prop_assert!(mismatch.path.starts_with(field) || mismatch.path == ".", "{mismatch}");
            }
        }
    }

    #[test]
    fn replaced_webhook_field_is_decoded_or_named_in_the_error(
        seed: u64,
        index: prop::sample::Index,
        json in any_json(),
    ) {
        for webhook in typed::webhooks() {
            let spec = webhook.spec();
            let mut body = arbitrary(seed).webhook_body(spec);
            let field = spec.body[index.index(spec.body.len())].name;
            body[field] = json.clone();
            if let Err(mismatch) = webhook.read_body(body.to_string().as_bytes()) {
                prop_assert!(mismatch.path.starts_with(field) || mismatch.path == ".", "{mismatch}");
            }
        }
    }

    #[test]
    fn specified_webhook_is_read_and_written_back(seed: u64) {
        for webhook in typed::webhooks() {
            let spec = webhook.spec();
            let body = arbitrary(seed).webhook_body(spec);
            let written = webhook.read_body(body.to_string().as_bytes()).unwrap();
            assert_contains(&body, &parse(&written), spec.command);
            let response = arbitrary(seed).webhook_response(spec);
            let written = webhook.read_response(response.to_string().as_bytes()).unwrap();
            assert_contains(&response, &parse(&written), spec.command);
            assert_eq!(response["ErrorCode"], parse(&written)["ErrorCode"], "{}", spec.command);
        }
    }

    #[test]
    fn unusual_entry_is_kept_with_its_neighbors(
        seed: u64,
        index: prop::sample::Index,
        json in any_json(),
    ) {
        for endpoint in typed::all() {
            let spec = endpoint.spec();
            for list in spec.response.iter().filter(|field| matches!(field.kind, FieldKind::Array(_))) {
                let mut response = arbitrary(seed).response(spec);
                let Some(entries) = response[list.name].as_array_mut().filter(|list| !list.is_empty())
                else {
                    continue;
                };
                let index = index.index(entries.len());
                entries[index] = json.clone();
                let expected = response[list.name].clone();
                let written = endpoint.read_response(response.to_string().as_bytes()).unwrap();
                let written = &parse(&written)[list.name];
                prop_assert_eq!(written.as_array().map(Vec::len), expected.as_array().map(Vec::len));
                for (at, entry) in expected.as_array().into_iter().flatten().enumerate() {
                    if at != index {
                        assert_contains(entry, &written[at], list.name);
                    }
                }
            }
        }
    }

    #[test]
    fn response_code_unknown_to_a_webhook_is_refused(seed: u64, code: i16) {
        for webhook in typed::webhooks() {
            let spec = webhook.spec();
            let mut response = arbitrary(seed).webhook_response(spec);
            response["ErrorCode"] = code.into();
            let codes = spec.response.codes;
            let is_known =
                codes.iter().any(|codes| (codes.first..=codes.last).contains(&code.into()));
            let read = webhook.read_response(response.to_string().as_bytes());
            prop_assert_eq!(read.is_ok(), is_known, "{} {}", spec.command, response);
        }
    }

    #[test]
    fn specified_response_is_read_and_written_back(seed: u64) {
        for endpoint in typed::all() {
            let response = arbitrary(seed).response(endpoint.spec());
            let written = endpoint.read_response(response.to_string().as_bytes());
            let written = parse(&written.unwrap());
            assert_contains(&response, &written, &endpoint.spec().id().to_string());
        }
    }
}

/// Asserts that every field of the response is present after the round trip. Empty arrays may appear
/// and disappear.
fn assert_contains(response: &Value, written: &Value, location: &str) {
    match (response, written) {
        (Value::Object(response), Value::Object(written)) => {
            for (name, value) in response.iter().filter(|(name, _)| *name != "ErrorCode") {
                let location = format!("{location}.{name}");
                assert_contains(value, written.get(name).unwrap_or(&json!([])), &location);
            }
        }
        (Value::Array(response), Value::Array(written)) => {
            assert_eq!(response.len(), written.len(), "{location}");
            for (response, written) in response.iter().zip(written) {
                assert_contains(response, written, location);
            }
        }
        _ => assert_eq!(response, written, "{location}"),
    }
}

fn parse(json: &[u8]) -> Value {
    serde_json::from_slice(json).unwrap()
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let names = prop_oneof![
        Just("ErrorCode".to_owned()),
        Just("MemberList".to_owned()),
        Just("Member_Account".to_owned()),
        Just("NextOffset".to_owned()),
        Just("BannedAccountList".to_owned()),
        Just("GroupInfo".to_owned()),
        any::<String>(),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::btree_map(names.clone(), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}
