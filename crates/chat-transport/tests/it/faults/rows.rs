//! The table of faults. A new fault is a new entry.

use std::time::Duration;

use chat_transport::Error;
use chat_types::{ERROR_CODES, spec::ErrorClass};
use chat_usersig::{SecretKey, Signer};

use super::{
    Address, Expected, Fault, Form, Within,
    expected::{sent, success, unsent},
    forms::{
        OTHER_RESPONSE, SUCCESS, code_form, dated, form, http, json_reply, refusal, status_forms,
        texts, two_first, verdict, wrong_json,
    },
    play::NOW,
};
use crate::{
    server::{Behavior, Reply, Seen},
    support::{APP, key},
};

pub(crate) fn rows() -> Vec<Fault> {
    let parts = [
        connections(),
        timeouts(),
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
            forms: vec![form("", Address::Http).behavior(Behavior::ResetsImmediately)],
            safe: sent("ConnectionLost").possibly_unsent().attempts(3).requests(0),
            other: Expected {
                is_retryable: None,
                attempts: 1..=3,
                ..sent("ConnectionLost").possibly_unsent().attempts(3).requests(0)
            },
            change: "`retry`",
        },
        Fault {
            name: "connection reset during the request",
            forms: vec![form("", Address::Http).behavior(Behavior::ResetsInRequest)],
            safe: sent("ConnectionLost").attempts(3).requests(0),
            other: sent("ConnectionLost").requests(0),
            change: "`retry`",
        },
        Fault {
            name: "connection reset or closed after the request",
            forms: vec![http("reset", |_| Reply::Reset), http("closed", |_| Reply::HangUp)],
            safe: sent("ConnectionLost").attempts(3),
            other: sent("ConnectionLost"),
            change: "`retry`",
        },
        Fault {
            name: "connection reset or closed during the response",
            forms: vec![
                http("reset", |_| Reply::ResetInResponse),
                http("closed", |seen| Reply::CutOff(seen.target.clone())),
            ],
            safe: sent("ConnectionLost").attempts(3),
            other: sent("ConnectionLost"),
            change: "`retry`",
        },
        Fault {
            name: "a pooled connection that the server has closed in the meantime",
            forms: vec![http("", |_| Reply::Last(SUCCESS.to_owned())).for_second_call()],
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
    let refused = |name, address| Fault {
        name,
        forms: vec![form("", address)],
        safe: unsent("Connect", 3),
        other: unsent("Connect", 3),
        change: "`extra_root_certificates`, `retry`",
    };
    let mut no_tls = refused("TLS: not supported by the port", Address::HttpsToHttp);
    no_tls.change = "`retry`";
    let mut certificate = refused("TLS: a certificate for another name", Address::WrongName);
    certificate.name = "TLS: a certificate for another name or of an unknown issuer";
    certificate.forms.push(form("issuer", Address::UnknownIssuer));
    let stalled = Fault {
        name: "TLS: the handshake stalls",
        forms: vec![form("", Address::HttpsToHttp).behavior(Behavior::NeverReads)],
        safe: unsent("Timeout(Tls)", 3).within(Within::TlsTimeout(short)),
        other: unsent("Timeout(Tls)", 3).within(Within::TlsTimeout(short)),
        change: "`tls_timeout`, `retry`",
    };
    [no_tls, certificate, stalled]
}

fn timeouts() -> Vec<Fault> {
    let row = |name, sees, form: Form, requests| Fault {
        name,
        forms: vec![form],
        safe: sent(sees).retryable().requests(requests).within(Within::Timeout),
        other: sent(sees).requests(requests).within(Within::Timeout),
        change: "`timeout`, `Client::with_timeout`",
    };
    let never_reads = form("", Address::Http).behavior(Behavior::NeverReads);
    vec![
        row(
            "half-open: the server accepts the connection and never reads",
            "Timeout(ResponseHead)",
            never_reads,
            0,
        ),
        row("no response", "Timeout(ResponseHead)", http("", |_| Reply::Silence), 1),
        row(
            "the head of a response without a body",
            "Timeout(Body)",
            http("", |_| Reply::HeadOnly),
            1,
        ),
        row("a response that stops in its body", "Timeout(Body)", http("", |_| Reply::Stall), 1),
        Fault {
            name: "a body that arrives at one byte per second, with pauses below `body_timeout`",
            // Ten bytes per second here, since the limits are ten times shorter too.
            forms: vec![http("", |_| Reply::Trickle(Duration::from_millis(100)))],
            safe: sent("Timeout(Body)").retryable().within(Within::TimeoutAlone),
            other: sent("Timeout(Body)").within(Within::TimeoutAlone),
            change: "`timeout`, `Client::with_timeout`",
        },
    ]
}

/// One phase of an attempt takes too long, and time is left for further attempts.
fn slow_phases() -> Vec<Fault> {
    let row = |name, sees, forms, within, change| Fault {
        name,
        forms,
        safe: sent(sees).attempts(3).within(within),
        other: sent(sees).within(within),
        change,
    };
    let no_response = |name, form, requests: [usize; 2]| {
        let within = Within::ResponseTimeout(PHASE);
        let row =
            row(name, "Timeout(ResponseHead)", vec![form], within, "`response_timeout`, `retry`");
        let [safe, other] = requests;
        Fault { safe: row.safe.requests(safe), other: row.other.requests(other), ..row }
    };
    let never_reads = form("", Address::Http).behavior(Behavior::NeverReads);
    vec![
        no_response("half-open, for longer than `response_timeout`", never_reads, [0, 0]),
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
            safe: sent(sees).attempts(3),
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
            // By this machine's clock, which does not advance.
            after("date", vec![("Retry-After", AT_21.to_owned())]),
            // By the clock of the server, which is an hour ahead.
            after(
                "dates",
                vec![("Retry-After", AT_21_LATER.to_owned()), ("Date", HOUR_AHEAD.to_owned())],
            ),
        ]
        .into_iter()
        .map(|form| form.check(|error| error.retry_after() == Some(Duration::from_secs(1))))
        .collect(),
        safe: sent("HttpStatus 503").attempts(3).within(Within::RetryAfter(1)),
        other: sent("HttpStatus 503"),
        change: "`retry`, `timeout` (a wait that would end later is not begun)",
    });
    rows
}

fn bodies() -> Vec<Fault> {
    vec![
        final_row("an empty body", "InvalidJson", vec![http("", |_| Reply::Json(String::new()))]),
        final_row(
            "truncated JSON",
            "InvalidJson",
            vec![http("", |_| json_reply("{\"ErrorCode\":0,"))],
        ),
        final_row("HTML or other text under HTTP 200", "InvalidJson", texts()),
        final_row("JSON of an undocumented form", "Decode", wrong_json()),
        final_row(
            "the response to another request, of another form",
            "Decode",
            vec![http("", |_| json_reply(OTHER_RESPONSE))],
        ),
        Fault {
            name: "an unsolicited response on a pooled connection",
            forms: vec![form("", Address::Http).replies(two_first).for_second_call()],
            safe: success(1),
            other: success(1),
            change: "",
        },
        Fault {
            name: "a body of 1 GB, announced or endless",
            forms: vec![
                http("announced", |_| Reply::Huge(1 << 30)),
                http("endless", |_| Reply::Endless),
            ],
            safe: sent("ResponseTooLarge"),
            other: sent("ResponseTooLarge"),
            change: "`max_response_bytes`",
        },
    ]
}

fn quotas() -> Vec<Fault> {
    let refused = |name, sees, forms| Fault {
        name,
        forms,
        safe: sent(sees).until_timeout(),
        other: sent(sees).until_timeout(),
        change: "`timeout`, `quota`, `retry`",
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
        |seen: &Seen, number| if number == 0 { refusal(60007, seen) } else { json_reply(SUCCESS) };
    vec![
        refused(
            "refused because of too many calls: each documented code",
            "Api …",
            codes.iter().map(|&code| code_form(code)).collect(),
        ),
        refused("HTTP 429", "HttpStatus 429", vec![too_many(vec![])]),
        refused(
            "HTTP 429 with a `Retry-After` of 0 or 1 s",
            "HttpStatus 429",
            vec![too_many(after("0")), too_many(after("1"))],
        ),
        Fault {
            name: "refused once because of too many calls",
            forms: vec![form("", Address::Http).replies(once)],
            safe: success(2).within(Within::SecondsAndWaits),
            other: success(2).within(Within::SecondsAndWaits),
            change: "`quota`, `retry`",
        },
    ]
}

fn signatures() -> Vec<Fault> {
    let by_clock = |now, date: &'static str| {
        move |seen: &Seen, _| dated(&Signer::new(APP, key()), now, date, seen)
    };
    let corrected = vec![
        form("", Address::Http).replies(by_clock(NOW + HOUR, HOUR_AHEAD)),
        form("", Address::Http).replies(by_clock(NOW - HOUR, "Tue, 14 Nov 2023 21:13:20 GMT")),
    ];
    let behind = form("", Address::Http)
        .replies(by_clock(NOW + 48 * HOUR, "Thu, 16 Nov 2023 22:13:20 GMT"))
        .code(70001)
        .check(|error| {
            error.clock_offset() == Some(172_800)
                && error
                    .to_string()
                    .contains("this machine's clock is 172800 s behind the server's")
        });
    let ahead = form("", Address::Http)
        .replies(by_clock(NOW - 48 * HOUR, "Sun, 12 Nov 2023 22:13:20 GMT"))
        .code(70009)
        .check(|error| {
            error.clock_offset() == Some(-172_800)
                && error
                    .to_string()
                    .contains("this machine's clock is 172800 s ahead of the server's")
        });
    let new_one = |name, sees, forms, change| Fault {
        name,
        forms,
        safe: sent(sees).attempts(2).within(Within::NoWait),
        other: sent(sees).attempts(2).within(Within::NoWait),
        change,
    };
    let once =
        |seen: &Seen, number| if number == 0 { refusal(70001, seen) } else { json_reply(SUCCESS) };
    let checked = |signer: Signer, identifier: &'static str, now, code| {
        form("", Address::Http)
            .replies(move |seen, _| verdict(&signer, identifier, now, seen))
            .code(code)
    };
    let foreign = SecretKey::new("0".repeat(64)).unwrap();
    vec![
        new_one(
            "UserSig refused as expired twice: the clock is two days behind",
            "Api 70001",
            vec![behind],
            "set the clock",
        ),
        new_one("UserSig refused as malformed twice", "Api 70003", vec![code_form(70003)], ""),
        Fault {
            name: "UserSig refused as expired once",
            forms: vec![form("", Address::Http).replies(once)],
            safe: success(2).within(Within::NoWait),
            other: success(2).within(Within::NoWait),
            change: "`user_sig_lifetime`",
        },
        Fault {
            name: "UserSig expired or from the future: the clock is an hour off",
            forms: corrected,
            safe: success(2).within(Within::NoWait),
            other: success(2).within(Within::NoWait),
            change: "",
        },
        final_row("UserSig from the future: the clock is two days ahead", "Api 70009", vec![ahead])
            .change("set the clock"),
        final_row(
            "UserSig of another key, identifier or app",
            "Api 700…",
            vec![
                checked(Signer::new(APP, foreign), "administrator", NOW, 70009),
                checked(Signer::new(APP, key()), "somebody", NOW, 70013),
                checked(Signer::new(APP + 1, key()), "administrator", NOW, 70014),
            ],
        )
        .change("the key, `identifier` and SDKAppID"),
    ]
}

fn regions() -> Vec<Fault> {
    let has_hint = |error: &Error| {
        let text = error.to_string();
        text.contains("set the region that the console shows for this app")
    };
    let codes = [60026, 70016, 70020].map(|code| code_form(code).check(has_hint)).into();
    vec![
        final_row("an app of another region (60026, 70016, 70020)", "Api …", codes)
            .change("`region`"),
    ]
}

/// Returns a fault after which every call fails without a retry.
fn final_row(name: &'static str, sees: &'static str, forms: Vec<Form>) -> Fault {
    Fault { name, forms, safe: sent(sees), other: sent(sees), change: "" }
}

impl Fault {
    fn change(self, change: &'static str) -> Self {
        Self { change, ..self }
    }
}

const HOUR: u64 = 3_600;

/// The clock of the clients is at 22:13:20.
const AT_21: &str = "Tue, 14 Nov 2023 22:13:21 GMT";
const HOUR_AHEAD: &str = "Tue, 14 Nov 2023 23:13:20 GMT";
const AT_21_LATER: &str = "Tue, 14 Nov 2023 23:13:21 GMT";

/// A limit that is short enough for a test, and that a busy machine does not reach.
pub(super) const PHASE: Duration = Duration::from_millis(500);

/// For a slow resolver that reports an unknown name late.
const PATIENT: Duration = Duration::from_secs(20);
