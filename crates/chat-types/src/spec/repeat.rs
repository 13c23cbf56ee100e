//! Whether the same request can safely be sent more than once.

use std::time::Duration;

use serde_json::Value;

use crate::ErrorCode;

/// What happens when the same request is sent again after a lost response.
#[derive(Debug)]
#[non_exhaustive]
pub struct RepeatSpec {
    /// Whether a repeat is safe.
    pub safety: RepeatSafety,
    /// Whether each call is billed.
    pub billed: bool,
    /// Error codes that mean that an earlier attempt took effect.
    pub already_done: &'static [ErrorCode],
    /// What a caller should know about repeats.
    pub note: Option<&'static str>,
}

/// Whether sending the same request again leaves the same state as sending it once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RepeatSafety {
    /// It always does.
    Safe,
    /// It does if this field, which the caller sets, keeps its value.
    SafeWith {
        /// The field that must be set and keep its value.
        field: &'static str,
        /// The number of seconds for which the service remembers the value, if documented.
        window_seconds: Option<u32>,
    },
    /// It does if this field has this value.
    SafeWhen {
        /// The field that selects the mode.
        field: &'static str,
        /// The value that makes a repeat safe, as JSON.
        equals: &'static str,
    },
    /// It does not.
    Unsafe,
    /// It is not known; treat it as unsafe.
    Unclear,
}

impl RepeatSpec {
    /// Returns whether sending this JSON request once more, at most `within` this long after the
    /// first time, leaves the same state and the same bill as sending it once.
    pub(super) fn allows(&self, request: &[u8], within: Duration) -> bool {
        if self.billed {
            return false;
        }
        match self.safety {
            RepeatSafety::Safe => true,
            RepeatSafety::SafeWith { field, window_seconds } => {
                let remembers = |seconds: u32| Duration::from_secs(seconds.into()) > within;
                window_seconds.is_none_or(remembers)
                    && field_of(request, field).is_some_and(|value| !value.is_null())
            }
            RepeatSafety::SafeWhen { field, equals } => {
                let wanted = serde_json::from_str::<Value>(equals).ok();
                wanted.is_some() && field_of(request, field) == wanted
            }
            RepeatSafety::Unsafe | RepeatSafety::Unclear => false,
        }
    }
}

fn field_of(request: &[u8], field: &str) -> Option<Value> {
    let mut request: Value = serde_json::from_slice(request).ok()?;
    request.get_mut(field).map(Value::take)
}
