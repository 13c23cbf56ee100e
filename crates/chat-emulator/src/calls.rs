use std::collections::BTreeMap;

use chat_types::{ErrorCode, spec::EndpointSpec};

/// What was called since the start, and how it was answered; a copy of the counters.
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

/// The calls of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallCounts {
    /// All of them: `succeeded` and what `failed` lists.
    pub received: u64,
    /// Answered with success.
    pub succeeded: u64,
    /// Answered with a code, by code.
    pub failed: BTreeMap<ErrorCode, u64>,
}

impl Calls {
    /// The calls of one endpoint, of all apps together.
    pub fn of(&self, endpoint: &EndpointSpec) -> CallCounts {
        self.endpoints.get(&(endpoint.service, endpoint.command)).cloned().unwrap_or_default()
    }

    /// Every endpoint that was called, as service, command and its calls.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str, &CallCounts)> {
        self.endpoints.iter().map(|((service, command), counts)| (*service, *command, counts))
    }

    /// Calls of something that is no endpoint.
    pub fn unknown_endpoints(&self) -> u64 {
        self.unknown_endpoints
    }

    /// Every call.
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
        }
    }
}

impl CallCounts {
    /// Calls beyond the documented rate, which answered 60007.
    pub fn refused_by_quota(&self) -> u64 {
        self.failed.get(&ErrorCode::CALL_FREQUENCY_LIMIT).copied().unwrap_or_default()
    }
}
