//! Endpoints that the catalog lacks.

use std::time::Duration;

use chat_types::{
    Endpoint, ErrorCode,
    group::ForbidSendMsg,
    spec::{UnlistedEndpoint, UnlistedEndpointError},
};
use proptest::prelude::*;

const SERVICE: &str = "group_open_http_svc";

#[test]
fn description_becomes_a_specification() {
    let endpoint = UnlistedEndpoint::new(SERVICE, "types_described").calls_per_second(7);
    let spec = endpoint.spec().unwrap();
    assert_eq!(spec.id().to_string(), "group_open_http_svc/types_described");
    assert_eq!(spec.path(), "/v4/group_open_http_svc/types_described");
    assert_eq!(spec.calls_per_second, Some(7));
    assert!(!spec.is_safe_to_repeat(b"{}", Duration::ZERO));
    // The general tables apply.
    assert_eq!(spec.meaning_of(ErrorCode::from(10010)), ErrorCode::from(10010).meaning());
    assert!(spec.check_json(br#"{"Anything":[1]}"#).is_ok());
    assert!(spec.check_json(b"[]").is_err());
    assert!(std::ptr::eq(endpoint.clone().spec().unwrap(), spec));
}

#[test]
fn repeat_is_safe_only_if_stated() {
    let spec = UnlistedEndpoint::new(SERVICE, "types_repeatable").safe_to_repeat().spec().unwrap();
    assert!(spec.is_safe_to_repeat(b"{}", Duration::MAX));
    assert_eq!(spec.calls_per_second, None);
}

#[test]
fn second_description_must_be_the_same() {
    let endpoint = UnlistedEndpoint::new(SERVICE, "types_conflict");
    endpoint.spec().unwrap();
    for other in [endpoint.clone().calls_per_second(1), endpoint.clone().safe_to_repeat()] {
        let error = other.spec().unwrap_err();
        assert!(matches!(error, UnlistedEndpointError::Conflict { .. }), "{error}");
        assert!(error.to_string().contains("group_open_http_svc/types_conflict"), "{error}");
    }
    assert!(endpoint.spec().is_ok());
}

#[test]
fn catalog_takes_precedence() {
    let listed = UnlistedEndpoint::new(SERVICE, "forbid_send_msg").calls_per_second(1);
    assert!(std::ptr::eq(listed.spec().unwrap(), ForbidSendMsg::SPEC));
}

#[test]
fn zero_calls_are_rejected() {
    let endpoint = UnlistedEndpoint::new(SERVICE, "types_zero").calls_per_second(0);
    assert_eq!(endpoint.spec().unwrap_err(), UnlistedEndpointError::NoCalls);
}

#[test]
fn name_that_is_not_one_segment_is_rejected() {
    let long = "x".repeat(129);
    for name in
        ["", ".", "..", ".hidden", "a/b", "a?b", "a#b", "a%2Fb", "a b", "a\n", "a:b", "名", &long]
    {
        for endpoint in [UnlistedEndpoint::new(SERVICE, name), UnlistedEndpoint::new(name, "x")] {
            let error = endpoint.spec().unwrap_err();
            assert!(matches!(error, UnlistedEndpointError::InvalidName { .. }), "{name:?}");
            assert!(error.to_string().len() < 250 && !error.to_string().contains('\n'), "{error}");
        }
    }
}

proptest! {
    /// Whatever is accepted cannot change the rest of a URL.
    #[test]
    fn accepted_name_is_two_segments_of_a_path(name in "\\PC{0,6}|[a-zA-Z0-9_.-]{0,3}") {
        if let Ok(spec) = UnlistedEndpoint::new("types_property", &name).spec() {
            let path = spec.path();
            prop_assert_eq!(path.split('/').count(), 4);
            prop_assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_-.".contains(&b)));
        }
    }
}
