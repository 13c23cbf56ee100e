use chat_types::{
    ERROR_CODES, Envelope, ErrorCode,
    spec::{ErrorClass, RetryAdvice},
};

#[test]
fn a_documented_code_explains_itself() {
    let code = ErrorCode::from(60007);
    assert_eq!(code, ErrorCode::CALL_FREQUENCY_LIMIT);
    assert_eq!(format!("{code} {code:?}"), "60007 60007 (CALL_FREQUENCY_LIMIT)");
    assert_eq!(code.class(), ErrorClass::RateLimited);
    assert_eq!(code.retry_advice(), RetryAdvice::AfterBackoff);
}

#[test]
fn an_undocumented_code_passes_through() {
    let code = ErrorCode::from(-7);
    assert_eq!((code.get(), code.meaning(), format!("{code:?}").as_str()), (-7, None, "-7"));
    assert_eq!(serde_json::to_string(&code).unwrap(), "-7");
}

#[test]
fn a_code_of_a_range_has_the_meaning_of_the_range() {
    assert!(ErrorCode::from(120_500).meaning().is_some());
}

#[test]
fn the_same_number_can_mean_something_else_in_another_service() {
    let code = ErrorCode::from(10010);
    let elsewhere = code.meaning_in("official_account_open_http_svc");
    assert!(elsewhere.unwrap().contains("official account"));
    assert_eq!(code.meaning_in("group_open_http_svc"), code.meaning());
}

#[test]
fn the_table_is_sorted_and_whole() {
    assert_eq!(ERROR_CODES.len(), 269);
    assert!(ERROR_CODES.is_sorted_by(|left, right| left.code < right.code));
    for spec in ERROR_CODES {
        assert_eq!(spec.code.spec().unwrap().name, spec.name);
    }
}

#[test]
fn success_is_code_zero_and_nothing_else() {
    check(r#"{"ActionStatus":"FAIL","ErrorCode":0}"#, Some(true));
    check(r#"{"ErrorCode":0,"Extra":{"ErrorCode":10010}}"#, Some(true));
    check(r#"{"ActionStatus":"OK","ErrorCode":10010}"#, Some(false));
    check(r#"{"ActionStatus":"OK","ErrorCode":"0"}"#, Some(true));
    check(r#"{"ActionStatus":"OK"}"#, None);
    check(r#"{"ErrorCode":null}"#, None);
    check(r#"["ErrorCode",0]"#, None);
}

#[test]
fn the_reason_of_a_failure_is_found_where_old_services_put_it() {
    let answer = br#"{"ErrorCode":1,"ErrorInfo":"","ErrorDisplay":"because"}"#;
    assert_eq!(Envelope::read(answer).unwrap().info(), "because");
}

fn check(answer: &str, success: Option<bool>) {
    let read = Envelope::read(answer.as_bytes()).ok().map(|envelope| envelope.is_success());
    assert_eq!(read, success, "{answer}");
}
