use std::time::Duration;

use chat_types::{Envelope, ErrorCode, check::Violation};

/// The kinds of failure.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request breaks a documented rule. Nothing was sent.
    InvalidRequest(Violation),
    /// The request could not be written as JSON, which only an [`Endpoint`](chat_types::Endpoint)
    /// of one's own can bring about. Nothing was sent.
    Encode,
    /// The request is larger than
    /// [`max_request_bytes`](crate::ClientBuilder::max_request_bytes). Nothing was sent.
    #[non_exhaustive]
    RequestTooLarge {
        /// Its size.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The call would have to wait for its turn under the [`Quota`](crate::Quota), and was made with
    /// [`try_call`](crate::Client::try_call). Nothing was sent.
    #[non_exhaustive]
    WouldBlock {
        /// How long at least.
        wait: Duration,
    },
    /// The server of the shared quota cannot be asked, and calls are to be refused then; see
    /// `WhenUnreachable`. Nothing was sent.
    QuotaUnavailable,
    /// A time limit was reached.
    Timeout(Phase),
    /// No connection came about: name resolution, network, TLS. Nothing was sent.
    #[non_exhaustive]
    Connect {
        /// Host and port.
        server: String,
    },
    /// The connection broke before the whole response was there.
    ConnectionLost,
    /// The HTTP client failed for a reason of its own, or followed a redirect.
    HttpClient,
    /// The response has another HTTP status than 200. Redirects are not followed and end here.
    #[non_exhaustive]
    HttpStatus {
        /// The status.
        status: u16,
        /// What the body says, where it is a response of the service.
        refusal: Option<Refusal>,
    },
    /// The response is larger than
    /// [`max_response_bytes`](crate::ClientBuilder::max_response_bytes).
    #[non_exhaustive]
    ResponseTooLarge {
        /// The limit in bytes.
        max: usize,
    },
    /// The response is not JSON, or is cut off.
    InvalidJson,
    /// The response is JSON of another form than documented. The call itself may have succeeded.
    #[non_exhaustive]
    Decode {
        /// The field, such as `MemberList[3].Role`; empty when it is the response as a whole.
        path: String,
        /// What was found and what was expected.
        problem: String,
    },
    /// The service refused the call.
    Api(Refusal),
}

impl ErrorKind {
    /// A word for it, as in the span field `error.type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::Encode => "unserializable",
            Self::RequestTooLarge { .. } => "request_too_large",
            Self::WouldBlock { .. } => "would_wait",
            Self::QuotaUnavailable => "shared_quota",
            Self::Timeout(_) => "timeout",
            Self::Connect { .. } => "connect",
            Self::ConnectionLost => "interrupted",
            Self::HttpClient => "http_client",
            Self::HttpStatus { .. } => "http_status",
            Self::ResponseTooLarge { .. } => "response_too_large",
            Self::InvalidJson => "not_json",
            Self::Decode { .. } => "unexpected_shape",
            Self::Api(_) => "api",
        }
    }
}

/// What a call was waiting for when its time was up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Its turn under the [`Quota`](crate::Quota). Nothing was sent. This is reported at once when
    /// the turn would come too late.
    Quota,
    /// A connection: name resolution or TCP. Nothing was sent.
    Connect,
    /// The TLS handshake. Nothing was sent.
    Tls,
    /// The head of the response.
    ResponseHead,
    /// The rest of the response.
    Body,
}

/// What the service says about a call that it did not carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The code.
    pub code: ErrorCode,
    /// Its words; often empty.
    pub info: String,
}

impl Refusal {
    pub(crate) fn of(envelope: &Envelope<'_>) -> Self {
        Self { code: envelope.error_code, info: envelope.info().to_owned() }
    }
}
