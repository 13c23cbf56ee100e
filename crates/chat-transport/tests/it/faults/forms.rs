//! The ways in which a fault can occur, and the replies of a server.

use std::sync::Arc;

use chat_transport::Error;
use chat_usersig::Signer;
use serde_json::json;

use super::{Address, Form};
use crate::server::{Behavior, Reply, Seen};

/// Returns a form whose server responds with success.
pub(super) fn form(name: &str, address: Address) -> Form {
    Form {
        name: name.to_owned(),
        address,
        behavior: Behavior::Responds,
        reply: Arc::new(|_, _| json_reply(SUCCESS)),
        is_second_call: false,
        has_backup: false,
        code: None,
        check: |_| true,
    }
}

/// Returns a form whose server replies like this.
pub(super) fn http(name: &str, reply: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Form {
    form(name, Address::Http).replies(move |seen, _| reply(seen))
}

/// Returns a form whose server refuses with this code.
pub(super) fn code_form(code: i64) -> Form {
    http(&code.to_string(), move |seen| refusal(code, seen)).code(code)
}

impl Form {
    pub(super) fn behavior(self, behavior: Behavior) -> Self {
        Self { behavior, ..self }
    }

    pub(super) fn replies(
        self,
        reply: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self { reply: Arc::new(reply), ..self }
    }

    pub(super) fn code(self, code: i64) -> Self {
        Self { code: Some(code), ..self }
    }

    pub(super) fn check(self, check: fn(&Error) -> bool) -> Self {
        Self { check, ..self }
    }

    pub(super) fn with_backup(self) -> Self {
        Self { has_backup: true, ..self }
    }

    pub(super) fn for_second_call(self) -> Self {
        Self { is_second_call: true, ..self }
    }
}

pub(super) fn json_reply(text: &str) -> Reply {
    Reply::Json(text.to_owned())
}

/// Returns a refusal that repeats the signature, as a careless server may.
pub(super) fn refusal(code: i64, seen: &Seen) -> Reply {
    let info = format!("refused: {}", seen.query("usersig"));
    let body = json!({ "ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": info, "Echo": seen.target });
    Reply::Json(body.to_string())
}

/// Returns the reply of a service that checks the signature by its own clock.
pub(super) fn verdict(signer: &Signer, identifier: &str, now: u64, seen: &Seen) -> Reply {
    match signer.verify(seen.query("usersig"), Some(identifier), now) {
        Ok(_) => json_reply(SUCCESS),
        Err(error) => refusal(error.error_code().into(), seen),
    }
}

/// Returns the same reply with a `Date`.
pub(super) fn dated(signer: &Signer, now: u64, date: &str, seen: &Seen) -> Reply {
    match verdict(signer, "administrator", now, seen) {
        Reply::Json(body) => {
            Reply::Full { status: 200, headers: vec![("Date", date.to_owned())], body }
        }
        reply => reply,
    }
}

/// Returns two responses to the first request, and one to each of the others.
pub(super) fn two_first(seen: &Seen, number: usize) -> Reply {
    match (number, refusal(10007, seen)) {
        (0, Reply::Json(refusal)) => Reply::Two(SUCCESS.to_owned(), refusal),
        _ => json_reply(SUCCESS),
    }
}

/// Returns an empty body, a page that repeats the URL, and a response of the service.
pub(super) fn status_forms(status: u16) -> Vec<Form> {
    vec![
        http("empty", move |_| Reply::Status(status, String::new())),
        http("HTML", move |seen| {
            let page = format!("<html><h1>Error</h1>The URL {} is invalid.</html>", seen.target);
            let html =
                vec![("Content-Type", "text/html".to_owned()), ("X-Url", seen.target.clone())];
            Reply::Full { status, headers: html, body: page }
        }),
        http("code", move |seen| {
            let body = json!({ "ErrorCode": 1, "ErrorInfo": seen.query("usersig") });
            Reply::Status(status, body.to_string())
        }),
    ]
}

/// Returns the texts of a proxy, with the URL in every written form.
pub(super) fn texts() -> Vec<Form> {
    vec![
        http("page", |seen| Reply::Json(format!("<html>{}</html>", seen.target))),
        http("percent-encoded", |seen| {
            Reply::Json(seen.target.replace('*', "%2A").replace('_', "%5F"))
        }),
        // The excerpt that is kept ends in the middle of the signature.
        http("cut", |seen| {
            Reply::Json(format!("{}{}", "x".repeat(4_000), seen.query("usersig").repeat(3)))
        }),
        // So often that redaction moves the cut far to the front.
        http("many", |seen| Reply::Json(seen.query("usersig").repeat(100))),
    ]
}

pub(super) fn wrong_json() -> Vec<Form> {
    let with_code =
        |seen: &Seen| Reply::Json(json!({ "ErrorCode": seen.query("usersig") }).to_string());
    let with_fields = |seen: &Seen| {
        let echo = seen.query("usersig");
        let body = json!({ "ErrorCode": 0, "NextOffset": echo, "GroupId": [echo] });
        Reply::Json(body.to_string())
    };
    vec![
        http("array", |_| json_reply("[1,2]")),
        http("no code", |_| json_reply("{}")),
        http("code", with_code),
        http("fields", with_fields),
    ]
}

/// A success of either call.
pub(super) const SUCCESS: &str =
    r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0,"GroupId":"@TGS#new"}"#;

/// A success of a call that checks whether accounts exist.
pub(super) const OTHER_RESPONSE: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ResultItem":[{"UserID":"a","ResultCode":0}]}"#;
