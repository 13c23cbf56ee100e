//! Requests and responses of every endpoint.

use chat_arbitrary::{Arbitrary, mutate};
use chat_types::typed::{self, TypedEndpoint};
use serde_json::Value;

use crate::input::Input;

/// Any bytes as a response.
pub(crate) fn response(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let endpoint = input.pick(typed::all());
    check_response(endpoint, input.rest());
}

/// A documented response in which values were changed.
pub(crate) fn changed_response(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let endpoint = input.pick(typed::all());
    let changes = input.below(4);
    let mut response = Arbitrary::new(|| input.number()).response(endpoint.spec());
    mutate(&mut response, changes, &Default::default(), &mut || input.number());
    let text = response.to_string();
    check_response(endpoint, text.as_bytes());
    if changes == 0 {
        endpoint.read_response(text.as_bytes()).unwrap();
    }
}

/// Any bytes as a request.
pub(crate) fn request(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let endpoint = input.pick(typed::all());
    check_request(endpoint, input.rest());
}

/// A documented request in which values were changed.
pub(crate) fn changed_request(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let endpoint = input.pick(typed::all());
    let changes = input.below(4);
    let mut request = Arbitrary::new(|| input.number()).request(endpoint.spec());
    mutate(&mut request, changes, &Default::default(), &mut || input.number());
    check_request(endpoint, request.to_string().as_bytes());
}

/// A response that is read is the same when it is read again.
fn check_response(endpoint: &TypedEndpoint, json: &[u8]) {
    let Ok(written) = endpoint.read_response(json) else { return };
    assert_same(&written, &endpoint.read_response(&written).unwrap(), endpoint);
}

fn check_request(endpoint: &TypedEndpoint, json: &[u8]) {
    let spec = endpoint.spec();
    let verdict = spec.check_json(json);
    if let Err(violation) = &verdict {
        assert!(!violation.to_string().is_empty());
        assert!(spec.check_json_strictly(json).is_err(), "stricter, so it refuses this too");
    }
    if let Ok(written) = endpoint.read_request(json) {
        assert_same(&written, &endpoint.read_request(&written).unwrap(), endpoint);
    }
    let _ = spec.is_safe_to_repeat(json, std::time::Duration::MAX);
    let _ = spec.item_count(json);
}

fn assert_same(first: &[u8], second: &[u8], endpoint: &TypedEndpoint) {
    let read = |json: &[u8]| serde_json::from_slice::<Value>(json).unwrap();
    assert_eq!(read(first), read(second), "{}", endpoint.spec().id());
}
