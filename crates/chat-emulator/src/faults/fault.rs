//! What a rule does to a call.

use std::collections::BTreeMap;

use chat_types::ErrorCode;
use hyper::{
    StatusCode,
    header::{HeaderName, HeaderValue},
};
use serde::{Deserialize, Serialize};

/// What happens to a call that a [`FaultRule`](crate::FaultRule) selects.
///
/// All times are real times, even with a [`ManualClock`](crate::ManualClock), because a client waits in
/// real time; only [`CallsPerSecond`](Self::CallsPerSecond) goes by the clock of the emulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Fault {
    /// The response is sent later. The call takes effect immediately.
    Latency {
        /// The delay, in milliseconds; at most 10 minutes together with the jitter.
        millis: u64,
        /// The most that is added to the delay, in milliseconds. How much it is follows from the seed.
        #[serde(default)]
        jitter_millis: u64,
    },
    /// The response is that of a gateway.
    Http {
        /// The HTTP status, from 200 to 599.
        status: u16,
        /// Further headers, such as `Retry-After`.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body, at most 1 MiB. The default is a page of HTML, as gateways send.
        #[serde(default)]
        body: Option<String>,
        /// Whether the call takes effect nevertheless.
        #[serde(default)]
        applied: bool,
    },
    /// The body of the response is cut off. The call takes effect.
    Truncate {
        /// The number of bytes that are kept.
        keep_bytes: u64,
        /// Whether the head announces the length of the whole body: the connection is closed after the
        /// bytes that are kept. Otherwise the response is complete, and its JSON is not.
        #[serde(default)]
        announced: bool,
    },
    /// The connection ends.
    Disconnect {
        /// When it ends.
        when: Moment,
        /// How it ends.
        #[serde(default)]
        how: Disconnect,
    },
    /// Nothing more is sent. The connection is closed after a while.
    Stall {
        /// When the silence starts.
        when: Moment,
        /// How long the connection is kept, in milliseconds; at most 10 minutes. The default is a
        /// minute.
        #[serde(default = "minute")]
        millis: u64,
    },
    /// The body of the response arrives in small pieces. The call takes effect.
    Trickle {
        /// The length of a piece. The default is 1.
        #[serde(default = "one")]
        chunk_bytes: u64,
        /// The pause after each piece, in milliseconds; at most a minute.
        pause_millis: u64,
    },
    /// The response is far too large: after its JSON, spaces follow. The call takes effect.
    Oversize {
        /// The length of the body; at most 4 GiB.
        bytes: u64,
        /// Whether the head announces the length.
        #[serde(default)]
        announced: bool,
    },
    /// The service returns an error.
    Error {
        /// The code; any but 0.
        code: i64,
        /// The `ErrorInfo`. The default says that it is from a fault.
        #[serde(default)]
        info: Option<String>,
        /// Whether the call takes effect nevertheless.
        #[serde(default)]
        applied: bool,
    },
    /// The call is refused because of too many calls, with the code that the page of the endpoint
    /// documents for that, or else 60007. It does not take effect.
    TooManyCalls {},
    /// An endpoint has a lower limit on calls per second. Calls beyond it are refused as by
    /// [`TooManyCalls`](Self::TooManyCalls); each endpoint and each app is counted separately.
    CallsPerSecond {
        /// The limit; at least 1.
        max: u64,
    },
}

/// When a [`Fault`] strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Moment {
    /// The head of the request was read, and nothing of its body. The call does not take effect.
    RequestHead,
    /// The whole request was read. The call does not take effect.
    Request,
    /// The call took effect, and nothing of the response was sent.
    Applied,
    /// The call took effect, and the head of the response was sent.
    ResponseHead,
    /// The call took effect, and half of the body of the response was sent.
    ResponseBody,
    /// The call took effect, and the whole response was sent.
    ResponseEnd,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Disconnect {
    /// It is reset: TCP RST.
    #[default]
    Reset,
    /// It is closed: TCP FIN.
    Close,
}

impl Fault {
    /// Creates the response of a gateway with this status and a page of HTML.
    pub fn http(status: u16) -> Self {
        Self::Http { status, headers: BTreeMap::new(), body: None, applied: false }
    }

    /// Creates an error of the service. The call does not take effect.
    pub fn error(code: ErrorCode) -> Self {
        Self::Error { code: code.get(), info: None, applied: false }
    }

    /// Creates the end of the connection.
    pub fn disconnect(when: Moment, how: Disconnect) -> Self {
        Self::Disconnect { when, how }
    }

    /// Returns what is wrong, as the name of the field and what to change.
    pub(super) fn problem(&self) -> Option<(&'static str, String)> {
        let within = |field, value: u64, max: u64| {
            (value > max).then(|| (field, format!("must be at most {max}, found {value}")))
        };
        match self {
            Self::Latency { millis, jitter_millis } => within("millis", *millis, MAX_MILLIS)
                .or_else(|| within("jitter_millis", *jitter_millis, MAX_MILLIS - millis)),
            Self::Http { status, headers, body, .. } => http_problem(*status, headers, body),
            Self::Stall { millis, .. } => within("millis", *millis, MAX_MILLIS),
            Self::Trickle { chunk_bytes: 0, .. } => {
                Some(("chunk_bytes", "must be at least 1".to_owned()))
            }
            Self::Trickle { pause_millis, .. } => within("pause_millis", *pause_millis, MAX_PAUSE),
            Self::Oversize { bytes, .. } => within("bytes", *bytes, MAX_OVERSIZE),
            Self::Error { code: 0, .. } => {
                Some(("code", "0 is success; use the code of an error".to_owned()))
            }
            Self::CallsPerSecond { max: 0 } => Some(("max", "must be at least 1".to_owned())),
            _ => None,
        }
    }
}

fn http_problem(
    status: u16,
    headers: &BTreeMap<String, String>,
    body: &Option<String>,
) -> Option<(&'static str, String)> {
    if !(200..600).contains(&status) || StatusCode::from_u16(status).is_err() {
        return Some(("status", format!("must be from 200 to 599, found {status}")));
    }
    if headers.len() > MAX_HEADERS {
        return Some(("headers", format!("must be at most {MAX_HEADERS}")));
    }
    let invalid = headers.iter().find(|(name, value)| {
        let name: Result<HeaderName, _> = name.parse();
        name.is_err() || HeaderValue::from_str(value).is_err()
    });
    if let Some((name, _)) = invalid {
        return Some(("headers", format!("the header {name:?} or its value is malformed")));
    }
    let length = body.as_ref().map_or(0, String::len);
    (length > MAX_BODY).then(|| ("body", format!("must be at most {MAX_BODY} bytes")))
}

fn minute() -> u64 {
    60_000
}

fn one() -> u64 {
    1
}

const MAX_MILLIS: u64 = 600_000;

const MAX_PAUSE: u64 = 60_000;

const MAX_OVERSIZE: u64 = 4 << 30;

const MAX_BODY: usize = 1 << 20;

const MAX_HEADERS: usize = 32;
