//! The rows of the client's table of faults that the emulator can play.

use std::{collections::BTreeMap, time::Duration};

use chat_emulator::{CallNumbers, Disconnect, Fault, Moment};
use chat_transport::ClientBuilder;
use chat_types::{ERROR_CODES, ErrorCode, spec::ErrorClass};

/// A row of the table, by its name there, and faults of which each has its outcome.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) faults: Vec<Fault>,
    /// Whether a call that is not safe to repeat takes effect.
    pub(super) is_applied: bool,
    pub(super) calls: CallNumbers,
    /// Whether a successful call comes first.
    pub(super) is_second_call: bool,
    pub(super) configure: fn(ClientBuilder) -> ClientBuilder,
}

pub(super) fn rows() -> Vec<Row> {
    [connections(), timeouts(), statuses(), bodies(), refusals()].into_iter().flatten().collect()
}

fn row(name: &'static str, faults: impl IntoIterator<Item = Fault>) -> Row {
    Row {
        name,
        faults: faults.into_iter().collect(),
        is_applied: false,
        calls: CallNumbers::All,
        is_second_call: false,
        configure: |builder| builder,
    }
}

impl Row {
    fn applied(self) -> Self {
        Self { is_applied: true, ..self }
    }

    fn first_call(self) -> Self {
        Self { calls: CallNumbers::Nth(1), ..self }
    }

    fn with(self, configure: fn(ClientBuilder) -> ClientBuilder) -> Self {
        Self { configure, ..self }
    }
}

fn ends(when: Moment) -> [Fault; 2] {
    [Disconnect::Reset, Disconnect::Close].map(|how| Fault::disconnect(when, how))
}

fn stall(when: Moment) -> Fault {
    Fault::Stall { when, millis: 20_000 }
}

fn connections() -> Vec<Row> {
    let cut = Fault::Truncate { keep_bytes: 10, announced: true };
    let during: Vec<Fault> = ends(Moment::ResponseHead)
        .into_iter()
        .chain(ends(Moment::ResponseBody))
        .chain([cut])
        .collect();
    let [_, closed] = ends(Moment::ResponseEnd);
    vec![
        row(
            "connection reset during the request",
            [Fault::disconnect(Moment::RequestHead, Disconnect::Reset)],
        ),
        row("connection reset or closed after the request", ends(Moment::Request)),
        row("connection reset or closed after the request", ends(Moment::Applied)).applied(),
        row("connection reset or closed during the response", during).applied(),
        Row {
            is_second_call: true,
            ..row("a pooled connection that the server has closed in the meantime", [closed])
        }
        .first_call()
        .applied(),
    ]
}

fn timeouts() -> Vec<Row> {
    let whole: fn(ClientBuilder) -> ClientBuilder =
        |builder| builder.timeout(Duration::from_millis(600));
    let response: fn(ClientBuilder) -> ClientBuilder =
        |builder| builder.response_timeout(Duration::from_millis(400));
    let body: fn(ClientBuilder) -> ClientBuilder =
        |builder| builder.body_timeout(Duration::from_millis(400));
    let trickle = Fault::Trickle { chunk_bytes: 1, pause_millis: 100 };
    vec![
        row(
            "half-open: the server accepts the connection and never reads",
            [stall(Moment::RequestHead)],
        )
        .with(whole),
        row("no response", [stall(Moment::Request)]).with(whole),
        row("no response", [stall(Moment::Applied)]).with(whole).applied(),
        row("the head of a response without a body", [stall(Moment::ResponseHead)])
            .with(whole)
            .applied(),
        row("a response that stops in its body", [stall(Moment::ResponseBody)])
            .with(whole)
            .applied(),
        row(
            "a body that arrives at one byte per second, with pauses below `body_timeout`",
            [trickle],
        )
        .with(whole)
        .applied(),
        row("half-open, for longer than `response_timeout`", [stall(Moment::RequestHead)])
            .with(response),
        row("no response within `response_timeout`", [stall(Moment::Request)]).with(response),
        row("no response within `response_timeout`", [stall(Moment::Applied)])
            .with(response)
            .applied(),
        row(
            "a response that pauses before or in its body for longer than `body_timeout`",
            [Moment::ResponseHead, Moment::ResponseBody].map(stall),
        )
        .with(body)
        .applied(),
    ]
}

fn http(status: u16, headers: &[(&str, &str)], body: Option<&str>) -> Fault {
    let headers: BTreeMap<String, String> =
        headers.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
    Fault::Http { status, headers, body: body.map(ToOwned::to_owned), applied: false }
}

fn statuses() -> Vec<Row> {
    let redirects = [301, 302, 303, 307, 308];
    let redirects = redirects.map(|status| http(status, &[("Location", "/v4/x/y")], None));
    let status = |name, status| row(name, [http(status, &[], Some("")), Fault::http(status)]);
    vec![
        row("HTTP 301 and other redirects, which are not followed", redirects),
        status("HTTP 400", 400),
        status("HTTP 413", 413),
        status("HTTP 500", 500),
        status("HTTP 502 with HTML", 502),
        status("HTTP 503", 503),
        status("HTTP 504", 504),
        row("HTTP 504", [applied(Fault::http(504))]).applied(),
        row(
            "HTTP 503 with a `Retry-After` of 1 s, or as a date",
            [
                http(503, &[("Retry-After", "1")], None),
                http(503, &[("Retry-After", "Tue, 14 Nov 2023 22:13:21 GMT")], None),
            ],
        ),
        status("HTTP 429", 429).with(second),
        row(
            "HTTP 429 with a `Retry-After` of 0 or 1 s",
            ["0", "1"].map(|after| http(429, &[("Retry-After", after)], None)),
        )
        .with(second),
    ]
}

fn bodies() -> Vec<Row> {
    let body = |text| http(200, &[], Some(text));
    let oversize = [true, false].map(|announced| Fault::Oversize { bytes: 1 << 30, announced });
    vec![
        row("an empty body", [body("")]),
        row("truncated JSON", [Fault::Truncate { keep_bytes: 20, announced: false }]).applied(),
        row("HTML or other text under HTTP 200", [Fault::http(200), body("sorry")]),
        row("HTML or other text under HTTP 200", [applied(Fault::http(200))]).applied(),
        row("JSON of an undocumented form", [body("[1,2]"), body("{}")]),
        row(
            "the response to another request, of another form",
            [body(r#"{"ActionStatus":"OK","ErrorCode":0,"ErrorInfo":"","Next":{}}"#)],
        ),
        row("a body of 1 GB, announced or endless", oversize).applied(),
    ]
}

fn refusals() -> Vec<Row> {
    let codes = ERROR_CODES.iter().filter(|spec| spec.class == ErrorClass::RateLimited);
    let code = |code: i64| Fault::error(ErrorCode::from(code));
    let too_many = codes.map(|spec| Fault::error(spec.code)).chain([Fault::TooManyCalls {}]);
    vec![
        row("refused because of too many calls: each documented code", too_many).with(second),
        row("refused once because of too many calls", [Fault::TooManyCalls {}]).first_call(),
        row("UserSig refused as malformed twice", [code(70003)]),
        row("UserSig refused as expired once", [code(70001)]).first_call(),
        row("UserSig of another key, identifier or app", [code(70009), code(70013), code(70014)]),
        row("UserSig of another key, identifier or app", [applied(code(70009))]).applied(),
        row(
            "an app of another region (60026, 70016, 70020)",
            [code(60026), code(70016), code(70020)],
        ),
    ]
}

fn applied(fault: Fault) -> Fault {
    match fault {
        Fault::Http { status, headers, body, .. } => {
            Fault::Http { status, headers, body, applied: true }
        }
        Fault::Error { code, info, .. } => Fault::Error { code, info, applied: true },
        other => other,
    }
}

/// Leaves time for one attempt after a second.
fn second(builder: ClientBuilder) -> ClientBuilder {
    builder.timeout(Duration::from_millis(1_800))
}
