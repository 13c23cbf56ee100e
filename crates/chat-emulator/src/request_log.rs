//! The log of requests: what was sent, in order. How often is in
//! [`call_counts`](crate::call_counts).

use std::{collections::VecDeque, fmt};

use bytes::Bytes;
use chat_types::{ErrorCode, UnixSeconds, spec::EndpointSpec};
use serde_json::Value;

/// One request as it was received, and the code of its response; see
/// [`Emulator::requests`](crate::Emulator::requests).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The number of the request, in the order in which calls took effect; the first has 1.
    pub number: u64,
    /// First part of the path after the version, such as `group_open_http_svc`.
    pub service: &'static str,
    /// Last part of the path, such as `forbid_send_msg`.
    pub command: &'static str,
    /// The SDKAppID in the URL; `None` if it is missing or not a number.
    pub sdk_app_id: Option<u32>,
    /// When the emulator handled it, by its clock.
    pub time: UnixSeconds,
    /// The body, byte by byte. Clones share it.
    pub body: Bytes,
    /// The code of the response; [`ErrorCode::OK`] for success.
    pub code: ErrorCode,
    /// The `ErrorInfo` of the response; empty for success.
    pub info: String,
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
            .field("number", &self.number)
            .field("service", &self.service)
            .field("command", &self.command)
            .field("sdk_app_id", &self.sdk_app_id)
            .field("time", &self.time)
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("code", &self.code)
            .field("info", &self.info)
            .finish()
    }
}

/// The newest requests, up to a maximum number.
#[derive(Debug)]
pub(crate) struct RequestLog {
    max: usize,
    kept: VecDeque<ReceivedRequest>,
    dropped: u64,
    received: u64,
}

impl RequestLog {
    pub(crate) fn new(max: usize) -> Self {
        Self { max, kept: VecDeque::new(), dropped: 0, received: 0 }
    }

    /// Adds a request, and numbers it.
    pub(crate) fn add(&mut self, request: ReceivedRequest) {
        if self.kept.len() == self.max {
            self.kept.pop_front();
            self.dropped += 1;
        }
        self.received += 1;
        self.kept.push_back(ReceivedRequest { number: self.received, ..request });
    }

    /// Forgets the requests so far. The next one has the next number.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
        self.dropped = 0;
    }

    pub(crate) fn kept(&self) -> Vec<ReceivedRequest> {
        self.kept.iter().cloned().collect()
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }
}
