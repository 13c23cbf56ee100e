use std::{collections::VecDeque, fmt};

use bytes::Bytes;
use chat_types::{ErrorCode, spec::EndpointSpec};
use serde_json::Value;

/// One call as it came, and how it was answered; see [`Emulator::requests`](crate::Emulator::requests).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// First part of the path after the version, such as `group_open_http_svc`.
    pub service: &'static str,
    /// Last part of the path, such as `forbid_send_msg`.
    pub command: &'static str,
    /// The body as it was sent. Clones share it.
    pub body: Bytes,
    /// The code of the response; [`ErrorCode::OK`] for success.
    pub code: ErrorCode,
}

impl ReceivedRequest {
    /// The body as JSON; `None` when it is none.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Whether it is a call of this endpoint.
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

/// The newest requests, at most so many.
#[derive(Debug)]
pub(crate) struct RequestLog {
    most: usize,
    kept: VecDeque<ReceivedRequest>,
    dropped: u64,
}

impl RequestLog {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, kept: VecDeque::new(), dropped: 0 }
    }

    pub(crate) fn add(&mut self, spec: &'static EndpointSpec, body: Bytes, code: ErrorCode) {
        if self.kept.len() == self.most {
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
