//! Counters: how often each endpoint was called, and with which result. What was sent is in
//! [`request_log`](crate::request_log).

use std::collections::BTreeMap;

use chat_types::{ErrorCode, spec::EndpointSpec};

/// The number of calls since the start, by endpoint and response code: a copy of the counters, from
/// [`Emulator::calls`](crate::Emulator::calls).
///
/// ```
/// use chat_emulator::Emulator;
/// use chat_types::{Endpoint, group::ForbidSendMsg};
///
/// # async fn count() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// // … the client under test mutes 1,200 accounts …
/// # if false {
/// assert_eq!(emulator.calls().of(ForbidSendMsg::SPEC).succeeded, 3);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Calls {
    endpoints: BTreeMap<(&'static str, &'static str), CallCounts>,
    unknown_endpoints: u64,
}

/// The number of calls of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallCounts {
    /// All calls: `succeeded` plus those in `failed`.
    pub received: u64,
    /// Calls that succeeded.
    pub succeeded: u64,
    /// Calls that failed, by error code.
    pub failed: BTreeMap<ErrorCode, u64>,
    refused_by_quota: u64,
}

impl Calls {
    /// Returns the counts of one endpoint, summed over all apps.
    pub fn of(&self, endpoint: &EndpointSpec) -> CallCounts {
        self.endpoints.get(&(endpoint.service, endpoint.command)).cloned().unwrap_or_default()
    }

    /// Iterates over every endpoint that was called: its service, its command and its counts.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str, &CallCounts)> {
        self.endpoints.iter().map(|((service, command), counts)| (*service, *command, counts))
    }

    /// Returns the number of requests whose path does not name an endpoint of the API.
    pub fn unknown_endpoints(&self) -> u64 {
        self.unknown_endpoints
    }

    /// Returns the number of all calls, those of unknown endpoints included.
    pub fn total(&self) -> u64 {
        self.endpoints.values().map(|counts| counts.received).sum::<u64>() + self.unknown_endpoints
    }

    pub(crate) fn count(&mut self, endpoint: Option<&EndpointSpec>, code: ErrorCode) {
        let Some(endpoint) = endpoint else {
            self.unknown_endpoints += 1;
            return;
        };
        let counts = self.endpoints.entry((endpoint.service, endpoint.command)).or_default();
        counts.received += 1;
        if code == ErrorCode::OK {
            counts.succeeded += 1;
        } else {
            *counts.failed.entry(code).or_default() += 1;
            let by_quota =
                code == ErrorCode::CALL_FREQUENCY_LIMIT || endpoint.rate_limit_code == Some(code);
            counts.refused_by_quota += u64::from(by_quota);
        }
    }
}

impl CallCounts {
    /// Returns the number of calls that exceeded the quota: that failed with 60007 or with the code that
    /// the endpoint has for it ([`EndpointSpec::rate_limit_code`]).
    pub fn refused_by_quota(&self) -> u64 {
        self.refused_by_quota
    }
}
