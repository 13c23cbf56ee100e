//! The log of requests: what was sent, in order. How often is in
//! [`call_counts`](crate::call_counts).

use std::{collections::VecDeque, fmt};

use bytes::Bytes;
use chat_types::{ErrorCode, spec::EndpointSpec};
use serde_json::Value;

/// One request as it was received, and the code of its response; see
/// [`Emulator::requests`](crate::Emulator::requests).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// First part of the path after the version, such as `group_open_http_svc`.
    pub service: &'static str,
    /// Last part of the path, such as `forbid_send_msg`.
    pub command: &'static str,
    /// The body, byte by byte. Clones share it.
    pub body: Bytes,
    /// The code of the response; [`ErrorCode::OK`] for success.
    pub code: ErrorCode,
}

impl ReceivedRequest {
    /// Parses the body as JSON; `None` if it is not valid JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Returns whether this is a call of the endpoint.
    pub fn is_of(&self, endpoint: &EndpointSpec) -> bool {
        (self.service, self.command) == (endpoint.service, endpoint.command)
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("service", &self.service)
            .field("command", &self.command)
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("code", &self.code)
            .finish()
    }
}

/// The newest requests, up to a maximum number.
#[derive(Debug)]
pub(crate) struct RequestLog {
    max: usize,
    kept: VecDeque<ReceivedRequest>,
    dropped: u64,
}

impl RequestLog {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, kept: VecDeque::new(), dropped: 0 }
    }

    pub(crate) fn add(&mut self, spec: &'static EndpointSpec, body: Bytes, code: ErrorCode) {
        if self.kept.len() == self.max {
            self.kept.pop_front();
            self.dropped += 1;
        }
        let EndpointSpec { service, command, .. } = *spec;
        self.kept.push_back(ReceivedRequest { service, command, body, code });
    }

    pub(crate) fn kept(&self) -> Vec<ReceivedRequest> {
        self.kept.iter().cloned().collect()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}
