//! Responses that contradict themselves or cannot be read.

use chat_transport::{
    Error, RetryPolicy,
    backend::BackendError,
    testing::{Reply, Script},
};
use chat_types::{GroupType, group::CreateGroup};

use crate::support::request;

/// Returns the error of a call that changes something, to a service that replies like this.
async fn error_of_unsafe_call(reply: Reply) -> Error {
    let spec = <CreateGroup as chat_types::Endpoint>::SPEC;
    let client = Script::new().then(spec, reply).client().unwrap();
    let client = client.with_retry(RetryPolicy::none());
    client.call(&CreateGroup::new(GroupType::Public, "lobby")).await.unwrap_err()
}

#[tokio::test]
async fn second_code_or_status_is_an_error_in_either_order() {
    for body in [
        r#"{"ErrorCode":0,"ErrorCode":10004,"NextOffset":0}"#,
        r#"{"ErrorCode":10004,"ErrorCode":0,"NextOffset":0}"#,
        r#"{"ErrorCode":0,"NextOffset":0,"ErrorCode":0}"#,
        r#"{"ActionStatus":"FAIL","ErrorCode":0,"NextOffset":0,"Error\u0043ode":10004}"#,
        r#"{"ActionStatus":"OK","ErrorCode":0,"NextOffset":0,"ActionStatus":"FAIL"}"#,
        r#"{"ActionStatus":"FAIL","ActionStatus":"OK","ErrorCode":0,"NextOffset":0}"#,
    ] {
        let script = Script::from_fn(move |_, _| Reply::status(200, body));
        let error = script.client().unwrap().call(&request()).await.unwrap_err();
        assert_eq!(error.kind().name(), "decode", "{body}: {error}");
        assert!(error.to_string().contains("duplicate field"), "{error}");
        assert!(error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn every_error_of_an_unsafe_call_that_was_sent_says_so() {
    let statuses = [200, 204, 302, 400, 404, 413, 500, 502, 503, 504];
    let bodies = ["", "{}", "<html>", "[]", r#"{"ErrorCode":0}"#, r#"{"ErrorCode":"x"}"#];
    let unreadable = statuses
        .iter()
        .flat_map(|&status| bodies.iter().map(move |&body| Reply::status(status, body)));
    let failures = [
        Reply::connection_lost(),
        Reply::failure(BackendError::other("scripted")),
        Reply::failure(BackendError::timeout("scripted")),
        Reply::status(200, " ".repeat(33 << 20)),
        Reply::refusal(4_711, "not documented"),
        Reply::refusal(10_002, "an internal error"),
    ];
    for reply in unreadable.chain(failures) {
        let shown = format!("{reply:.200?}");
        let error = error_of_unsafe_call(reply).await;
        assert!(error.may_have_taken_effect() && !error.is_retryable(), "{shown}: {error}");
        let hint = error.hint().unwrap_or_default();
        let start = "it may have taken effect; check before repeating it";
        assert!(hint.starts_with(start), "{shown}: {error}");
    }
}

#[tokio::test]
async fn error_of_a_call_that_took_no_effect_does_not_say_so() {
    for code in [60_007, 70_009, 10_004] {
        let error = error_of_unsafe_call(Reply::refusal(code, "no")).await;
        assert!(!error.may_have_taken_effect(), "{error}");
        assert!(!error.to_string().contains("taken effect"), "{error}");
    }
    let error = error_of_unsafe_call(Reply::unreachable()).await;
    assert!(error.is_unsent() && !error.to_string().contains("taken effect"), "{error}");
}
