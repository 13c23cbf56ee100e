//! The examples in the schemas, checked against the constraints and the types.

use chat_types::{ENDPOINTS, schemas, spec::EndpointSpec, typed};
use serde_json::{Value, json};

#[test]
fn example_requests_pass_their_own_check() {
    for (spec, example) in examples(|schemas| schemas.request) {
        if let Err(violation) = spec.check_json_strictly(example.to_string().as_bytes()) {
            panic!("{violation}: {example:#}");
        }
    }
}

#[test]
fn example_requests_round_trip_unchanged() {
    for (spec, example) in examples(|schemas| schemas.request) {
        let typed = typed::find(spec.service, spec.command).unwrap();
        let written = typed.read_request(example.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&written).unwrap(), example, "{}", spec.name);
    }
}

#[test]
fn example_responses_round_trip_without_loss() {
    for (spec, mut example) in examples(|schemas| schemas.response) {
        let typed = typed::find(spec.service, spec.command).unwrap();
        let written = typed.read_response(example.to_string().as_bytes()).unwrap();
        let object = example.as_object_mut().unwrap();
        assert_eq!(object.remove("ErrorCode"), Some(json!(0)), "{}", spec.name);
        object.retain(|name, _| spec.response.iter().any(|field| field.name == name));
        let mut written: Value = serde_json::from_slice(&written).unwrap();
        drop_empty_arrays(&mut written);
        drop_empty_arrays(&mut example);
        assert_eq!(written, example, "{}", spec.name);
    }
}

/// Removes empty arrays and objects: the types write those that the example omits.
fn drop_empty_arrays(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_empty_arrays),
        Value::Object(fields) => {
            fields.retain(|_, field| *field != json!([]) && *field != json!({}));
            fields.values_mut().for_each(drop_empty_arrays);
        }
        _ => {}
    }
}

/// Returns the example of every schema that `of` selects.
fn examples(
    of: impl Fn(&schemas::EndpointSchemas) -> &str,
) -> impl Iterator<Item = (&'static EndpointSpec, Value)> {
    let found = ENDPOINTS.iter().map(move |spec| {
        let schemas = schemas::find(spec.service, spec.command).unwrap();
        let schema: Value = serde_json::from_str(of(schemas)).unwrap();
        (*spec, schema["examples"][0].clone())
    });
    let found: Vec<_> = found.collect();
    let least = if cfg!(feature = "all-areas") { 240 } else { 180 };
    assert!(found.len() >= least, "{} endpoints", found.len());
    found.into_iter()
}
