//! Requests that no handler answers, and the HTTP responses to them.

use std::time::Duration;

use bytes::Bytes;
use http::{
    HeaderValue, Response, StatusCode,
    header::{ALLOW, CONTENT_TYPE},
};
use http_body_util::Full;
use thiserror::Error;

use crate::stats::Counters;

/// Why a request gets no response of a handler. To the service, any of them is a failed call.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("the method must be POST")]
    Method,
    #[error("the parameter {0} is missing in the URL")]
    MissingParameter(&'static str),
    #[error("the webhook is of another app")]
    OtherApp,
    #[error("the signature is invalid")]
    InvalidSignature,
    #[error("RequestTime differs from the time of the receiver by more than {} s", window.as_secs())]
    Expired { window: Duration },
    #[error("the body is longer than {max} bytes")]
    TooLarge { max: usize },
    #[error("the body could not be read")]
    Interrupted,
    #[error("the body is not one of this webhook: {0}")]
    Undecodable(String),
    #[error("the response could not be written")]
    Unwritable,
    #[error("the handler panicked")]
    Panicked,
    #[error("the handler did not respond in time")]
    Late,
    #[error("the executor dropped the handler")]
    Dropped,
    #[error("too many handlers are running")]
    Overloaded,
    #[error("the queue is full")]
    QueueFull,
    #[error("the worker of the queue has ended")]
    NoWorker,
    #[error("the webhook could not be stored")]
    NotStored,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::MissingParameter("Sign" | "RequestTime")
            | Self::InvalidSignature
            | Self::Expired { .. } => StatusCode::UNAUTHORIZED,
            Self::OtherApp => StatusCode::FORBIDDEN,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::MissingParameter(_) | Self::Interrupted | Self::Undecodable(_) => {
                StatusCode::BAD_REQUEST
            }
            Self::Unwritable | Self::Panicked => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Late
            | Self::Dropped
            | Self::Overloaded
            | Self::QueueFull
            | Self::NoWorker
            | Self::NotStored => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Returns whether the webhook was accepted, and its handler failed.
    pub(crate) fn is_failure(&self) -> bool {
        match self {
            Self::Method
            | Self::MissingParameter(_)
            | Self::OtherApp
            | Self::InvalidSignature
            | Self::Expired { .. }
            | Self::TooLarge { .. }
            | Self::Interrupted => false,
            Self::Undecodable(_)
            | Self::Unwritable
            | Self::Panicked
            | Self::Late
            | Self::Dropped
            | Self::Overloaded
            | Self::QueueFull
            | Self::NoWorker
            | Self::NotStored => true,
        }
    }

    /// Counts the refusal.
    pub(crate) fn count(&self, counters: &Counters) {
        let counter = match self {
            Self::Undecodable(_) | Self::Unwritable | Self::Panicked | Self::Dropped => {
                &counters.failed
            }
            Self::Late => &counters.late,
            Self::Overloaded => &counters.overloaded,
            Self::QueueFull | Self::NoWorker => &counters.queue_full,
            Self::NotStored => &counters.not_stored,
            _ => &counters.refused,
        };
        counter.increment();
    }

    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(format!("{self}\n").into()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if self == Self::Method {
            headers.insert(ALLOW, HeaderValue::from_static("POST"));
        }
        response
    }
}
