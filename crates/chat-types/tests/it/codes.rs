//! Error codes, their table, and the envelope of a response.

use std::collections::BTreeSet;

use chat_types::{
    ENDPOINTS, ERROR_CODES, Envelope, ErrorCode,
    spec::{ErrorClass, RetryAdvice},
};

#[test]
fn documented_code_has_name_class_and_advice() {
    let code = ErrorCode::from(60007);
    assert_eq!(code, ErrorCode::CALL_FREQUENCY_LIMIT);
    assert_eq!(format!("{code} {code:?}"), "60007 60007 (CALL_FREQUENCY_LIMIT)");
    assert_eq!(code.class(), ErrorClass::RateLimited);
    assert_eq!(code.retry_advice(), RetryAdvice::AfterBackoff);
}

#[test]
fn undocumented_code_is_kept() {
    let code = ErrorCode::from(-4711);
    assert_eq!((code.get(), code.meaning(), format!("{code:?}").as_str()), (-4711, None, "-4711"));
    assert_eq!(serde_json::to_string(&code).unwrap(), "-4711");
}

#[test]
fn code_in_a_range_has_the_meaning_of_the_range() {
    for code in [10_150, 38_500, 102_150, 120_500] {
        assert!(ErrorCode::from(code).meaning().unwrap().starts_with("Custom codes"), "{code}");
    }
}

#[test]
fn undocumented_code_near_documented_ones_has_no_meaning() {
    for code in [61_234, 70_004, 79_999, 100_014] {
        assert_eq!(ErrorCode::from(code).meaning(), None);
    }
}

#[test]
fn every_code_has_a_remedy_and_those_of_the_tables_have_a_page() {
    for spec in ERROR_CODES {
        assert!(spec.code.remedy().ends_with('.'), "{}", spec.name);
        assert_eq!(spec.code.documentation_url().is_some(), spec.in_tables, "{}", spec.name);
        assert!(spec.remedy != Some(spec.class.remedy()), "{} repeats its class", spec.name);
    }
    assert!(ErrorCode::from(60026).remedy().contains("region"));
    assert_eq!(ErrorCode::from(-4711).remedy(), ErrorClass::Unknown.remedy());
    assert_eq!(ErrorCode::from(-4711).documentation_url(), None);
}

#[test]
fn code_can_mean_something_else_in_another_service() {
    let code = ErrorCode::from(10010);
    let other = code.meaning_in("official_account_open_http_svc");
    assert!(other.unwrap().contains("official account"));
    assert_eq!(code.meaning_in("group_open_http_svc"), code.meaning());
}

#[test]
fn code_with_two_meanings_is_read_by_its_service() {
    let code = ErrorCode::ALREADY_SUBSCRIBED;
    assert_eq!(code.meaning_in("openconfigsvr"), Some("Set_Account is invalid."));
    assert_eq!(code.meaning_in("official_account_open_http_svc"), code.meaning());
}

#[test]
fn table_is_sorted_without_duplicates() {
    assert!(ERROR_CODES.is_sorted_by(|left, right| left.code < right.code));
    for spec in ERROR_CODES {
        assert_eq!(spec.code.spec().unwrap().name, spec.name);
    }
    let names: BTreeSet<&str> = ERROR_CODES.iter().map(|spec| spec.name).collect();
    assert_eq!(names.len(), ERROR_CODES.len());
}

#[test]
fn table_covers_every_part_of_the_service() {
    let samples = [
        1001, 2001, 6017, 10001, 10002, 10007, 10010, 10016, 10020, 11000, 20001, 20012, 23001,
        23004, 30001, 30515, 31704, 32100, 32216, 40001, 50001, 51006, 51013, 60002, 60007, 60010,
        70001, 70009, 70402, 80001, 90001, 90004, 90035, 90992, 91000, 93000, 110002, 110003,
        110014, 130001, 130003, 130014, 131000,
    ];
    for code in samples.map(ErrorCode::from) {
        assert!(code.spec().is_some(), "{code}");
    }
}

#[test]
fn every_code_of_an_endpoint_has_a_meaning() {
    for endpoint in ENDPOINTS {
        let batch = endpoint.batch.as_ref().and_then(|batch| batch.too_many_code);
        let others = endpoint.repeat.already_done.iter().copied();
        let listed = endpoint.errors.iter().map(|error| error.code);
        for code in listed.chain(others).chain(batch).chain(endpoint.unsupported_group_type_code) {
            assert!(code.meaning().is_some(), "{}: {code}", endpoint.id());
        }
    }
}

#[test]
fn only_code_zero_is_success() {
    check(r#"{"ActionStatus":"FAIL","ErrorCode":0}"#, Some(true));
    check(r#"{"ErrorCode":0,"Extra":{"ErrorCode":10010}}"#, Some(true));
    check(r#"{"ActionStatus":"OK","ErrorCode":10010}"#, Some(false));
    check(r#"{"ActionStatus":"OK","ErrorCode":"0"}"#, Some(true));
    check(r#"{"ActionStatus":"OK"}"#, None);
    check(r#"{"ErrorCode":null}"#, None);
    check(r#"["ErrorCode",0]"#, None);
}

#[test]
fn failure_reason_of_older_services_is_found() {
    let response = br#"{"ErrorCode":1,"ErrorInfo":"","ErrorDisplay":"because"}"#;
    assert_eq!(Envelope::read(response).unwrap().info(), "because");
}

/// Asserts whether a response is read as a success; `None` if it cannot be read.
fn check(response: &str, success: Option<bool>) {
    let read = Envelope::read(response.as_bytes()).ok().map(|envelope| envelope.is_success());
    assert_eq!(read, success, "{response}");
}
