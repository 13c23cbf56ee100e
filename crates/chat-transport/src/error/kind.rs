//! The kinds of failure.

use std::time::Duration;

use chat_types::{Envelope, ErrorCode, check::Violation};

/// What kind of failure ended a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request breaks a documented rule. It was not sent.
    InvalidRequest(Violation),
    /// The request cannot be serialized as JSON, which only a custom
    /// [`Endpoint`](chat_types::Endpoint) can cause. It was not sent.
    Encode,
    /// The request is larger than
    /// [`max_request_bytes`](crate::ClientBuilder::max_request_bytes). It was not sent.
    #[non_exhaustive]
    RequestTooLarge {
        /// The size of the request in bytes.
        bytes: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// The call would have to wait for a permit under the [`Quota`](crate::Quota), and was made
    /// with [`try_call`](crate::Client::try_call). It was not sent.
    #[non_exhaustive]
    WouldBlock {
        /// The shortest time after which a permit can be available.
        wait: Duration,
    },
    /// The server of the shared quota is unreachable, and calls are configured to fail in that
    /// case; see `WhenUnreachable`. The request was not sent.
    QuotaUnavailable,
    /// A time limit was reached.
    Timeout(Phase),
    /// No connection could be established: name resolution, network or TLS failed. The request was
    /// not sent.
    #[non_exhaustive]
    Connect {
        /// Host and port.
        server: String,
    },
    /// The connection was lost before the response was complete.
    ConnectionLost,
    /// The HTTP client failed for an internal reason, or followed a redirect.
    HttpClient,
    /// The HTTP status is not 200. Redirects are not followed and are reported here.
    #[non_exhaustive]
    HttpStatus {
        /// The status.
        status: u16,
        /// What the body says, if it is a response of the service.
        refusal: Option<Refusal>,
    },
    /// The response is larger than
    /// [`max_response_bytes`](crate::ClientBuilder::max_response_bytes).
    #[non_exhaustive]
    ResponseTooLarge {
        /// The limit in bytes.
        max: usize,
    },
    /// The response is not valid JSON, or is truncated.
    InvalidJson,
    /// The response is JSON, but not of the documented form. The call itself may have succeeded.
    #[non_exhaustive]
    Decode {
        /// The path of the field, such as `MemberList[3].Role`; empty if the response as a whole
        /// does not match.
        path: String,
        /// What was found and what was expected.
        problem: String,
    },
    /// The service refused the call.
    Api(Refusal),
    /// A tower layer failed the call, with [`Error::from_layer`](crate::Error::from_layer) around
    /// calls or [`BackendError::from_layer`](crate::backend::BackendError::from_layer) around
    /// requests. The error's source is the layer's reason.
    Layer,
}

impl ErrorKind {
    /// Returns the kind's name, as recorded in the span field `error.type` and in the metrics.
    pub fn name(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::Encode => "encode",
            Self::RequestTooLarge { .. } => "request_too_large",
            Self::WouldBlock { .. } => "would_block",
            Self::QuotaUnavailable => "quota_unavailable",
            Self::Timeout(_) => "timeout",
            Self::Connect { .. } => "connect",
            Self::ConnectionLost => "connection_lost",
            Self::HttpClient => "http_client",
            Self::HttpStatus { .. } => "http_status",
            Self::ResponseTooLarge { .. } => "response_too_large",
            Self::InvalidJson => "invalid_json",
            Self::Decode { .. } => "decode",
            Self::Api(_) => "api",
            Self::Layer => "layer",
        }
    }
}

/// What a call was waiting for when it timed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// A permit under the [`Quota`](crate::Quota). The request was not sent. This is reported
    /// immediately when the permit would come too late.
    Quota,
    /// A connection: name resolution or TCP. The request was not sent.
    Connect,
    /// The TLS handshake. The request was not sent.
    Tls,
    /// The head of the response.
    ResponseHead,
    /// The rest of the response.
    Body,
}

/// The service's own account of a call that it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The error code.
    pub code: ErrorCode,
    /// The message; often empty.
    pub info: String,
    /// The ID of the request, by which the vendor's support finds it, if the service sent one.
    pub request_id: Option<String>,
}

impl Refusal {
    pub(crate) fn of(envelope: &Envelope<'_>) -> Self {
        Self {
            code: envelope.error_code,
            info: envelope.info().to_owned(),
            request_id: envelope.request_id.as_deref().map(str::to_owned),
        }
    }
}
