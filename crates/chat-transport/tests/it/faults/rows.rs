//! The table. A fault more is an entry more.

use std::{sync::Arc, time::Duration};

use chat_transport::Error;
use chat_types::{ERROR_CODES, spec::ErrorClass};
use chat_usersig::{SecretKey, Signer};
use serde_json::json;

use super::{Address, Expected, Fault, Form, Within, play::NOW};
use crate::{
    server::{Manner, Reply, Seen},
    support::{APP, key},
};

pub(crate) fn rows() -> Vec<Fault> {
    let parts = [
        connections(),
        time_outs(),
        slow_phases(),
        statuses(),
        bodies(),
        quotas(),
        signatures(),
        regions(),
    ];
    parts.into_iter().flatten().collect()
}

fn connections() -> Vec<Fault> {
    let mut rows = vec![
        Fault {
            name: "connection refused",
            forms: vec![form("", Address::ClosedPort)],
            safe: unsent("Connect", 3),
            other: unsent("Connect", 3),
            change: "`retry`",
        },
        Fault {
            name: "the name cannot be resolved",
            forms: vec![form("", Address::UnknownName)],
            safe: unsent("Connect", 3).within(Within::ConnectTimeout(PATIENT)),
            other: unsent("Connect", 3).within(Within::ConnectTimeout(PATIENT)),
            change: "`connect_timeout`, `retry`",
        },
    ];
    #[cfg(feature = "hyper")]
    rows.extend(tls());
    rows.extend([
        Fault {
            name: "connection reset before the request is read",
            forms: vec![form("", Address::Http).manner(Manner::ResetsAtOnce)],
            safe: sent("Interrupted").any_part_sent().again(3).requests(0),
            other: Expected {
                is_retryable: None,
                attempts: 1..=3,
                ..sent("Interrupted").any_part_sent().again(3).requests(0)
            },
            change: "`retry`",
        },
        Fault {
            name: "connection reset in the middle of the request",
            forms: vec![form("", Address::Http).manner(Manner::ResetsInRequest)],
            safe: sent("Interrupted").again(3).requests(0),
            other: sent("Interrupted").requests(0),
            change: "`retry`",
        },
        Fault {
            name: "connection reset or closed after the request",
            forms: vec![http("reset", |_| Reply::Reset), http("closed", |_| Reply::HangUp)],
            safe: sent("Interrupted").again(3),
            other: sent("Interrupted"),
            change: "`retry`",
        },
        Fault {
            name: "connection reset or closed in the middle of the response",
            forms: vec![
                http("reset", |_| Reply::ResetInAnswer),
                http("closed", |seen| Reply::CutOff(seen.target.clone())),
            ],
            safe: sent("Interrupted").again(3),
            other: sent("Interrupted"),
            change: "`retry`",
        },
        Fault {
            name: "a kept connection that the server has closed in the meantime",
            forms: vec![http("", |_| Reply::Last(WELL.to_owned())).for_second_call()],
            safe: success(1),
            other: success(1),
            change: "",
        },
    ]);
    rows
}

#[cfg(feature = "hyper")]
fn tls() -> [Fault; 3] {
    let short = Duration::from_millis(300);
    let refuses = |name, address| Fault {
        name,
        forms: vec![form("", address)],
        safe: unsent("Connect", 3),
        other: unsent("Connect", 3),
        change: "`extra_root_certificates`, `retry`",
    };
    let mut no_tls = refuses("TLS: the port does not speak it", Address::HttpsToHttp);
    no_tls.change = "`retry`";
    let mut certificate = refuses("TLS: a certificate for another name", Address::WrongName);
    certificate.name = "TLS: a certificate for another name or of an unknown issuer";
    certificate.forms.push(form("issuer", Address::UnknownIssuer));
    let stalled = Fault {
        name: "TLS: the handshake stalls",
        forms: vec![form("", Address::HttpsToHttp).manner(Manner::Deaf)],
        safe: unsent("Timeout(Tls)", 3).within(Within::TlsTimeout(short)),
        other: unsent("Timeout(Tls)", 3).within(Within::TlsTimeout(short)),
        change: "`tls_timeout`, `retry`",
    };
    [no_tls, certificate, stalled]
}

fn time_outs() -> Vec<Fault> {
    let row = |name, sees, form: Form, requests| Fault {
        name,
        forms: vec![form],
        safe: sent(sees).retryable().requests(requests).within(Within::Timeout),
        other: sent(sees).requests(requests).within(Within::Timeout),
        change: "`timeout`, `Client::with_timeout`",
    };
    let deaf = form("", Address::Http).manner(Manner::Deaf);
    vec![
        row(
            "half-open: the server takes the connection and never reads",
            "Timeout(ResponseHead)",
            deaf,
            0,
        ),
        row("no response", "Timeout(ResponseHead)", http("", |_| Reply::Silence), 1),
        row(
            "the head of a response and no body",
            "Timeout(Body)",
            http("", |_| Reply::HeadOnly),
            1,
        ),
        row("a response that stops in its body", "Timeout(Body)", http("", |_| Reply::Stall), 1),
        Fault {
            name: "a body that comes at one byte per second, faster than `body_timeout`",
            // Ten bytes per second here, since the limits are that much shorter too.
            forms: vec![http("", |_| Reply::Trickle(Duration::from_millis(100)))],
            safe: sent("Timeout(Body)").retryable().within(Within::TimeoutAlone),
            other: sent("Timeout(Body)").within(Within::TimeoutAlone),
            change: "`timeout`, `Client::with_timeout`",
        },
    ]
}

/// One phase of an attempt lasts for too long, and there is time for further ones.
fn slow_phases() -> Vec<Fault> {
    let row = |name, sees, forms, within, change| Fault {
        name,
        forms,
        safe: sent(sees).again(3).within(within),
        other: sent(sees).within(within),
        change,
    };
    let no_response = |name, form, requests: [usize; 2]| {
        let within = Within::AnswerTimeout(PHASE);
        let row =
            row(name, "Timeout(ResponseHead)", vec![form], within, "`response_timeout`, `retry`");
        let [safe, other] = requests;
        Fault { safe: row.safe.requests(safe), other: row.other.requests(other), ..row }
    };
    let deaf = form("", Address::Http).manner(Manner::Deaf);
    vec![
        no_response("half-open, for longer than `response_timeout`", deaf, [0, 0]),
        no_response("no response within `response_timeout`", http("", |_| Reply::Silence), [3, 1]),
        row(
            "a response that pauses before or in its body for longer than `body_timeout`",
            "Timeout(Body)",
            vec![http("before", |_| Reply::HeadOnly), http("in", |_| Reply::Stall)],
            Within::BodyTimeout(PHASE),
            "`body_timeout`, `retry`",
        ),
    ]
}

fn statuses() -> Vec<Fault> {
    let mut rows = vec![
        final_row(
            "HTTP 301 and other redirects, which are not followed",
            "HttpStatus 30…",
            [301, 302, 303, 307, 308]
                .map(|status| {
                    http("", move |seen| Reply::Redirect(status, format!("/v4/x?{}", seen.target)))
                })
                .into(),
        ),
        final_row("HTTP 400", "HttpStatus 400", status_forms(400)),
        final_row("HTTP 413", "HttpStatus 413", status_forms(413)),
    ];
    for (name, sees, status) in [
        ("HTTP 500", "HttpStatus 500", 500),
        ("HTTP 502 with HTML", "HttpStatus 502", 502),
        ("HTTP 503", "HttpStatus 503", 503),
        ("HTTP 504", "HttpStatus 504", 504),
    ] {
        rows.push(Fault {
            name,
            forms: status_forms(status),
            safe: sent(sees).again(3),
            other: sent(sees),
            change: "`retry`",
        });
    }
    let after = |name, headers: Vec<(&'static str, String)>| {
        let (status, body) = (503, String::new());
        http(name, move |_| Reply::Full { status, headers: headers.clone(), body: body.clone() })
    };
    rows.push(Fault {
        name: "HTTP 503 with a `Retry-After` of 1 s, or as a date",
        forms: vec![
            http("seconds", |_| Reply::Busy(1)),
            // By this machine's clock, which stands.
            after("date", vec![("Retry-After", AT_21.to_owned())]),
            // By the clock of the server, which is an hour ahead.
            after(
                "dates",
                vec![("Retry-After", AT_21_LATER.to_owned()), ("Date", HOUR_AHEAD.to_owned())],
            ),
        ]
        .into_iter()
        .map(|form| form.tells(|error| error.retry_after() == Some(Duration::from_secs(1))))
        .collect(),
        safe: sent("HttpStatus 503").again(3).within(Within::RetryAfter(1)),
        other: sent("HttpStatus 503"),
        change: "`retry`, `timeout`: a wait that would end after it is not begun",
    });
    rows
}

fn bodies() -> Vec<Fault> {
    vec![
        final_row("an empty body", "InvalidJson", vec![http("", |_| Reply::Json(String::new()))]),
        final_row(
            "JSON that is cut off",
            "InvalidJson",
            vec![http("", |_| responses("{\"ErrorCode\":0,"))],
        ),
        final_row("HTML or another text under HTTP 200", "InvalidJson", texts()),
        final_row("JSON of another form", "Decode", wrong_json()),
        final_row(
            "a response to another request, of another form",
            "Decode",
            vec![http("", |_| responses(ANSWER_TO_ANOTHER))],
        ),
        Fault {
            name: "a response that nobody asked for, on a kept connection",
            forms: vec![form("", Address::Http).responses(two_at_first).for_second_call()],
            safe: success(1),
            other: success(1),
            change: "",
        },
        Fault {
            name: "a body of 1 GB, announced or without end",
            forms: vec![
                http("announced", |_| Reply::Huge(1 << 30)),
                http("without end", |_| Reply::Endless),
            ],
            safe: sent("ResponseTooLarge"),
            other: sent("ResponseTooLarge"),
            change: "`max_response_bytes`",
        },
    ]
}

fn quotas() -> Vec<Fault> {
    let refused = |name, sees, forms, within| Fault {
        name,
        forms,
        safe: sent(sees).again(3).within(within),
        other: sent(sees).again(3).within(within),
        change: "`quota`, `retry`",
    };
    let codes = ERROR_CODES.iter().filter(|spec| spec.class == ErrorClass::RateLimited);
    let codes: Vec<i64> = codes.map(|spec| spec.code.get()).collect();
    let too_many = |headers: Vec<(&'static str, String)>| {
        http("", move |seen| Reply::Full {
            status: 429,
            headers: headers.clone(),
            body: format!("<html>slow down: {}</html>", seen.target),
        })
    };
    let after = |seconds: &str| vec![("Retry-After", seconds.to_owned())];
    let once =
        |seen: &Seen, number| if number == 0 { refusal(60007, seen) } else { responses(WELL) };
    vec![
        refused(
            "a refusal because of too many calls: each documented code",
            "Api …",
            codes.iter().map(|&code| code_form(code)).collect(),
            Within::SecondsAndWaits,
        ),
        refused("HTTP 429", "HttpStatus 429", vec![too_many(vec![])], Within::SecondsAndWaits),
        refused(
            "HTTP 429 with a `Retry-After` of 0 or 1 s",
            "HttpStatus 429",
            vec![too_many(after("0")), too_many(after("1"))],
            Within::SecondsAndWaits,
        ),
        Fault {
            name: "one refusal because of too many calls, then none",
            forms: vec![form("", Address::Http).responses(once)],
            safe: success(2).within(Within::SecondsAndWaits),
            other: success(2).within(Within::SecondsAndWaits),
            change: "`quota`, `retry`",
        },
    ]
}

fn signatures() -> Vec<Fault> {
    let by_clock = |now, date: &'static str, code, tells| {
        form("", Address::Http)
            .responses(move |seen, _| dated(&Signer::new(APP, key()), now, date, seen))
            .code(code)
            .tells(tells)
    };
    let behind = by_clock(NOW + HOUR, HOUR_AHEAD, 70001, |error| {
        error.clock_offset() == Some(3_600)
            && error.to_string().contains("this machine's clock is 3600 s behind the server's")
    });
    let ahead = by_clock(NOW - HOUR, HOUR_BEHIND, 70009, |error| {
        error.clock_offset() == Some(-3_600)
            && error.to_string().contains("this machine's clock is 3600 s ahead of the server's")
    });
    let new_one = |name, sees, forms, change| Fault {
        name,
        forms,
        safe: sent(sees).again(2).within(Within::NoWait),
        other: sent(sees).again(2).within(Within::NoWait),
        change,
    };
    let once =
        |seen: &Seen, number| if number == 0 { refusal(70001, seen) } else { responses(WELL) };
    let checked = |signer: Signer, identifier: &'static str, now, code| {
        form("", Address::Http)
            .responses(move |seen, _| verdict(&signer, identifier, now, seen))
            .code(code)
    };
    let foreign = SecretKey::new("0".repeat(64)).unwrap();
    vec![
        new_one(
            "a UserSig that is refused as expired, twice: the clock is an hour behind",
            "Api 70001",
            vec![behind],
            "set the clock",
        ),
        new_one(
            "a UserSig that is refused as malformed, twice",
            "Api 70003",
            vec![code_form(70003)],
            "",
        ),
        Fault {
            name: "a UserSig that is refused as expired, once",
            forms: vec![form("", Address::Http).responses(once)],
            safe: success(2).within(Within::NoWait),
            other: success(2).within(Within::NoWait),
            change: "`user_sig_lifetime`",
        },
        final_row(
            "a UserSig from the future: the clock is an hour ahead",
            "Api 70009",
            vec![ahead],
        )
        .change("set the clock"),
        final_row(
            "a UserSig of another key, identifier or app",
            "Api 700…",
            vec![
                checked(Signer::new(APP, foreign), "administrator", NOW, 70009),
                checked(Signer::new(APP, key()), "somebody", NOW, 70013),
                checked(Signer::new(APP + 1, key()), "administrator", NOW, 70014),
            ],
        )
        .change("the key, `identifier` and number of the app"),
    ]
}

fn regions() -> Vec<Fault> {
    let hints = |error: &Error| {
        let text = error.to_string();
        text.contains("set the region that the console shows for this app")
    };
    let codes = [60026, 70016, 70020].map(|code| code_form(code).tells(hints)).into();
    vec![
        final_row("an app of another region: 60026, 70016, 70020", "Api …", codes)
            .change("`region`"),
    ]
}

/// A fault after which every call fails at once.
fn final_row(name: &'static str, sees: &'static str, forms: Vec<Form>) -> Fault {
    Fault { name, forms, safe: sent(sees), other: sent(sees), change: "" }
}

impl Fault {
    fn change(self, change: &'static str) -> Self {
        Self { change, ..self }
    }
}

pub(super) fn form(name: &str, address: Address) -> Form {
    Form {
        name: name.to_owned(),
        address,
        manner: Manner::Polite,
        response: Arc::new(|_, _| responses(WELL)),
        is_second_call: false,
        has_backup: false,
        code: None,
        tells: |_| true,
    }
}

pub(super) fn http(name: &str, response: impl Fn(&Seen) -> Reply + Send + Sync + 'static) -> Form {
    form(name, Address::Http).responses(move |seen, _| response(seen))
}

pub(super) fn code_form(code: i64) -> Form {
    http(&code.to_string(), move |seen| refusal(code, seen)).code(code)
}

impl Form {
    pub(super) fn manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    fn responses(self, response: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self { response: Arc::new(response), ..self }
    }

    fn code(self, code: i64) -> Self {
        Self { code: Some(code), ..self }
    }

    fn tells(self, tells: fn(&Error) -> bool) -> Self {
        Self { tells, ..self }
    }

    pub(super) fn with_backup(self) -> Self {
        Self { has_backup: true, ..self }
    }

    fn for_second_call(self) -> Self {
        Self { is_second_call: true, ..self }
    }
}

/// A failure of the first attempt, which reached the server and is the last.
pub(super) fn sent(sees: &'static str) -> Expected {
    Expected {
        sees,
        is_unsent: Some(false),
        is_retryable: Some(false),
        attempts: 1..=1,
        requests: 1,
        at_backup: 0,
        within: Within::NoWait,
    }
}

/// A failure of so many attempts of which none left this machine.
pub(super) fn unsent(sees: &'static str, attempts: usize) -> Expected {
    let expected = sent(sees).again(attempts).requests(0);
    Expected { is_unsent: Some(true), ..expected }
}

/// The call goes well in the end.
pub(super) fn success(attempts: usize) -> Expected {
    Expected { is_retryable: Some(false), ..sent("Success").again(attempts) }
}

impl Expected {
    pub(super) fn again(self, attempts: usize) -> Self {
        let within = if attempts > 1 { Within::Waits } else { self.within };
        let all = attempts as u64;
        Self { attempts: all..=all, requests: attempts, within, ..self.retryable() }
    }

    fn retryable(self) -> Self {
        Self { is_retryable: Some(true), ..self }
    }

    pub(super) fn requests(self, requests: usize) -> Self {
        Self { requests, ..self }
    }

    pub(super) fn at_backup(self, at_backup: usize) -> Self {
        Self { at_backup, ..self }
    }

    fn any_part_sent(self) -> Self {
        Self { is_unsent: None, ..self }
    }

    pub(super) fn within(self, within: Within) -> Self {
        Self { within, ..self }
    }
}

fn responses(text: &str) -> Reply {
    Reply::Json(text.to_owned())
}

/// A refusal that repeats the signature, as a careless server may.
fn refusal(code: i64, seen: &Seen) -> Reply {
    let info = format!("no, {}", seen.query("usersig"));
    let body = json!({ "ActionStatus": "FAIL", "ErrorCode": code, "ErrorInfo": info, "Echo": seen.target });
    Reply::Json(body.to_string())
}

/// What a service says that checks the signature at this time of its own.
fn verdict(signer: &Signer, identifier: &str, now: u64, seen: &Seen) -> Reply {
    match signer.verify(seen.query("usersig"), Some(identifier), now) {
        Ok(_) => responses(WELL),
        Err(error) => refusal(error.error_code().into(), seen),
    }
}

/// The same with a `Date`.
fn dated(signer: &Signer, now: u64, date: &str, seen: &Seen) -> Reply {
    match verdict(signer, "administrator", now, seen) {
        Reply::Json(body) => {
            Reply::Full { status: 200, headers: vec![("Date", date.to_owned())], body }
        }
        reply => reply,
    }
}

/// Two answers to the first request, and one to each of the others.
fn two_at_first(seen: &Seen, number: usize) -> Reply {
    match (number, refusal(10007, seen)) {
        (0, Reply::Json(refusal)) => Reply::Two(WELL.to_owned(), refusal),
        _ => responses(WELL),
    }
}

/// An empty body, a page that repeats the URL, and a response of the service.
pub(super) fn status_forms(status: u16) -> Vec<Form> {
    vec![
        http("empty", move |_| Reply::Status(status, String::new())),
        http("HTML", move |seen| {
            let page = format!("<html><h1>Error</h1>The URL {} is no good.</html>", seen.target);
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

/// What a proxy may say, with the URL in any way it may write that.
fn texts() -> Vec<Form> {
    vec![
        http("page", |seen| Reply::Json(format!("<html>{}</html>", seen.target))),
        http("percent-encoded", |seen| {
            Reply::Json(seen.target.replace('*', "%2A").replace('_', "%5F"))
        }),
        // What is kept of it ends in the middle of the signature.
        http("cut", |seen| {
            Reply::Json(format!("{}{}", "x".repeat(4_000), seen.query("usersig").repeat(3)))
        }),
        // So many that cleaning brings what was cut far to the front.
        http("many", |seen| Reply::Json(seen.query("usersig").repeat(100))),
    ]
}

fn wrong_json() -> Vec<Form> {
    let with_code =
        |seen: &Seen| Reply::Json(json!({ "ErrorCode": seen.query("usersig") }).to_string());
    let with_fields = |seen: &Seen| {
        let echo = seen.query("usersig");
        let body = json!({ "ErrorCode": 0, "NextOffset": echo, "GroupId": [echo] });
        Reply::Json(body.to_string())
    };
    vec![
        http("list", |_| responses("[1,2]")),
        http("no code", |_| responses("{}")),
        http("code", with_code),
        http("fields", with_fields),
    ]
}

/// Success, to either call.
pub(super) const WELL: &str =
    r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","NextOffset":0,"GroupId":"@TGS#new"}"#;

/// Success of a call that asked whether accounts exist.
const ANSWER_TO_ANOTHER: &str = r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","ResultItem":[{"UserID":"a","ResultCode":0}]}"#;

const HOUR: u64 = 3_600;

/// The time that the clients go by is 22:13:20.
const AT_21: &str = "Tue, 14 Nov 2023 22:13:21 GMT";
const AT_21_LATER: &str = "Tue, 14 Nov 2023 23:13:21 GMT";
const HOUR_AHEAD: &str = "Tue, 14 Nov 2023 23:13:20 GMT";
const HOUR_BEHIND: &str = "Tue, 14 Nov 2023 21:13:20 GMT";

/// A limit that a test can afford, and that a busy machine does not reach by itself.
pub(super) const PHASE: Duration = Duration::from_millis(500);

/// For a resolver that takes its time to say that there is no such name.
const PATIENT: Duration = Duration::from_secs(20);
