//! Endpoints that the catalog lacks.

use std::sync::{Mutex, PoisonError};

use thiserror::Error;

use super::{EndpointSpec, RepeatSafety, RepeatSpec};
use crate::Excerpt;

/// Describes an endpoint that the catalog lacks, such as one that the service has added since.
///
/// [`spec`](Self::spec) returns a specification that works wherever one of the catalog does: for
/// calls, quotas, retries and errors. Nothing is known of the endpoint's fields, so a request is
/// only checked to be a JSON object.
///
/// ```
/// use chat_types::spec::UnlistedEndpoint;
/// use std::time::Duration;
///
/// let endpoint = UnlistedEndpoint::new("group_open_http_svc", "get_group_badges")
///     .calls_per_second(50)
///     .safe_to_repeat()
///     .spec()?;
/// assert_eq!(endpoint.path(), "/v4/group_open_http_svc/get_group_badges");
/// assert!(endpoint.is_safe_to_repeat(b"{}", Duration::MAX));
/// # Ok::<(), chat_types::spec::UnlistedEndpointError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedEndpoint {
    service: String,
    command: String,
    calls_per_second: Option<u32>,
    is_safe_to_repeat: bool,
}

impl UnlistedEndpoint {
    /// Describes the endpoint `/v4/service/command`, without a quota, and as one whose calls are not
    /// safe to repeat.
    pub fn new(service: impl Into<String>, command: impl Into<String>) -> Self {
        Self {
            service: service.into(),
            command: command.into(),
            calls_per_second: None,
            is_safe_to_repeat: false,
        }
    }

    /// Limits its calls, to at least 1 per second. Without this nothing limits them.
    #[must_use]
    pub fn calls_per_second(self, calls: u32) -> Self {
        Self { calls_per_second: Some(calls), ..self }
    }

    /// States that sending the same request once more leaves the same state and the same bill as
    /// sending it once, so that a call without a response can be retried.
    #[must_use]
    pub fn safe_to_repeat(self) -> Self {
        Self { is_safe_to_repeat: true, ..self }
    }

    /// Returns its specification.
    ///
    /// That of the catalog takes precedence: if a later version of this crate lists the endpoint,
    /// what is documented about it replaces this description. Otherwise the first description in a
    /// process counts for all of it, like an entry of the catalog. A process can describe 1,000
    /// endpoints; they stay in memory until it ends.
    ///
    /// # Errors
    /// * [`InvalidName`](UnlistedEndpointError::InvalidName) if the service or the command is not a
    ///   segment of a path: 1 to 128 ASCII letters, digits, `_`, `-` or `.`, the first one not `.`.
    /// * [`NoCalls`](UnlistedEndpointError::NoCalls) for a limit of 0 calls per second.
    /// * [`Conflict`](UnlistedEndpointError::Conflict) if the endpoint was described differently
    ///   before.
    /// * [`TooMany`](UnlistedEndpointError::TooMany) for the 1,001st endpoint.
    pub fn spec(&self) -> Result<&'static EndpointSpec, UnlistedEndpointError> {
        check_name("service", &self.service)?;
        check_name("command", &self.command)?;
        if self.calls_per_second == Some(0) {
            return Err(UnlistedEndpointError::NoCalls);
        }
        if let Some(listed) = EndpointSpec::find(&self.service, &self.command) {
            return Ok(listed);
        }
        // Nothing panics while the lock is held.
        let mut described = DESCRIBED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spec) = described.iter().find(|spec| self.has_name_of(spec)) {
            return if self.describes(spec) { Ok(spec) } else { Err(self.conflict(spec)) };
        }
        if described.len() == MAX_DESCRIBED {
            return Err(UnlistedEndpointError::TooMany);
        }
        let spec: &'static EndpointSpec = Box::leak(Box::new(self.to_spec()));
        described.push(spec);
        Ok(spec)
    }

    fn has_name_of(&self, spec: &EndpointSpec) -> bool {
        (spec.service, spec.command) == (&*self.service, &*self.command)
    }

    fn describes(&self, spec: &EndpointSpec) -> bool {
        spec.calls_per_second == self.calls_per_second && spec.repeat.safety == self.safety()
    }

    fn safety(&self) -> RepeatSafety {
        if self.is_safe_to_repeat { RepeatSafety::Safe } else { RepeatSafety::Unclear }
    }

    fn to_spec(&self) -> EndpointSpec {
        EndpointSpec {
            service: self.service.clone().leak(),
            command: self.command.clone().leak(),
            title: "Not in the catalog",
            calls_per_second: self.calls_per_second,
            repeat: RepeatSpec { safety: self.safety(), ..RepeatSpec::EMPTY },
            ..EndpointSpec::EMPTY
        }
    }

    fn conflict(&self, spec: &EndpointSpec) -> UnlistedEndpointError {
        UnlistedEndpointError::Conflict { endpoint: spec.id().to_string() }
    }
}

/// Why an endpoint cannot be described.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum UnlistedEndpointError {
    /// A name is not a segment of a path.
    #[error(
        "invalid {part} {name:?}: expected 1 to {MAX_NAME} ASCII letters, digits, `_`, `-` or `.`, \
         the first one not `.`"
    )]
    #[non_exhaustive]
    InvalidName {
        /// `service` or `command`.
        part: &'static str,
        /// The beginning of the name.
        name: String,
    },
    /// A limit of 0 calls per second.
    #[error("an endpoint needs at least 1 call per second")]
    NoCalls,
    /// The endpoint was described before, with another quota or another safety of repeats.
    #[error("{endpoint} was described differently before in this process; describe it once")]
    #[non_exhaustive]
    Conflict {
        /// The endpoint.
        endpoint: String,
    },
    /// The process has described as many endpoints as it can.
    #[error("this process has already described {MAX_DESCRIBED} endpoints that the catalog lacks")]
    TooMany,
}

/// Checks that a name is one segment of a path that means nothing else in a URL.
fn check_name(part: &'static str, name: &str) -> Result<(), UnlistedEndpointError> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    let is_segment = (1..=MAX_NAME).contains(&name.len())
        && !name.starts_with('.')
        && name.bytes().all(is_allowed);
    if is_segment {
        return Ok(());
    }
    Err(UnlistedEndpointError::InvalidName { part, name: Excerpt::new(name, SHOWN).to_string() })
}

static DESCRIBED: Mutex<Vec<&'static EndpointSpec>> = Mutex::new(Vec::new());

const MAX_DESCRIBED: usize = 1_000;

/// Characters of an invalid name in a message.
const SHOWN: usize = 40;

/// Several times the length of the longest name in the catalog.
const MAX_NAME: usize = 128;
