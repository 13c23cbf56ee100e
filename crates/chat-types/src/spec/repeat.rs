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
    /// The call that shows whether one whose response was lost took effect, if there is one.
    pub resolved_by: Option<ResolvedBy>,
}

/// The call that shows whether another one, whose response was lost, took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResolvedBy {
    /// Its service, such as `group_open_http_svc`.
    pub service: &'static str,
    /// Its command, such as `group_msg_get_simple`.
    pub command: &'static str,
    /// What in its response shows it.
    pub how: &'static str,
}

impl ResolvedBy {
    pub(crate) const fn new(
        service: &'static str,
        command: &'static str,
        how: &'static str,
    ) -> Self {
        Self { service, command, how }
    }
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
    /// It does if every item of an array has this field, which the caller sets, and keeps its value.
    SafeWithItems {
        /// The array.
        list: &'static str,
        /// The field of its items that must be set and keep its value.
        field: &'static str,
        /// The number of seconds for which the service remembers the values.
        window_seconds: u32,
    },
    /// It does while the request stays the same, whatever it contains.
    SafeUnchanged {
        /// The number of seconds for which the service recognizes the request.
        window_seconds: u32,
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
    /// Returns the number of seconds for which the service recognizes a repeat; `None` if that is
    /// not limited, not documented, or not the way in which repeats are safe.
    pub fn window_seconds(&self) -> Option<u32> {
        match self.safety {
            RepeatSafety::SafeWith { window_seconds, .. } => window_seconds,
            RepeatSafety::SafeWithItems { window_seconds, .. }
            | RepeatSafety::SafeUnchanged { window_seconds } => Some(window_seconds),
            RepeatSafety::Safe
            | RepeatSafety::SafeWhen { .. }
            | RepeatSafety::Unsafe
            | RepeatSafety::Unclear => None,
        }
    }

    /// Returns whether sending this JSON request once more, at most `within` this long after the
    /// first time, leaves the same state and the same bill as sending it once.
    pub(super) fn allows(&self, request: &[u8], within: Duration) -> bool {
        if self.billed {
            return false;
        }
        let remembers = |seconds: u32| {
            let seconds = Duration::from_secs(seconds.into());
            within.checked_add(MARGIN).is_some_and(|latest| latest < seconds)
        };
        match self.safety {
            RepeatSafety::Safe => true,
            RepeatSafety::SafeWith { field, window_seconds } => {
                window_seconds.is_none_or(remembers)
                    && field_of(request, field).is_some_and(|value| !value.is_null())
            }
            RepeatSafety::SafeWithItems { list, field, window_seconds } => {
                remembers(window_seconds) && all_items_have(request, list, field)
            }
            RepeatSafety::SafeUnchanged { window_seconds } => remembers(window_seconds),
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

fn all_items_have(request: &[u8], list: &str, field: &str) -> bool {
    let items = field_of(request, list);
    items.as_ref().and_then(Value::as_array).is_some_and(|items| {
        items.iter().all(|item| item.get(field).is_some_and(|value| !value.is_null()))
    })
}

/// How much earlier than documented the service may forget a request: a repeat can be on its way for
/// a while after its call has ended, and the service may count from when it received the first one.
const MARGIN: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(safety: RepeatSafety, request: &str, seconds: u64) -> bool {
        let repeat = RepeatSpec { safety, ..RepeatSpec::EMPTY };
        repeat.allows(request.as_bytes(), Duration::from_secs(seconds))
    }

    #[test]
    fn window_ends_ten_seconds_early() {
        let unchanged = RepeatSafety::SafeUnchanged { window_seconds: 300 };
        let with = RepeatSafety::SafeWith { field: "Random", window_seconds: Some(300) };
        let request = r#"{"Random":7}"#;
        for safety in [unchanged, with] {
            assert!(allows(safety, request, 289));
            assert!(!allows(safety, request, 290));
            assert!(!allows(safety, request, u64::MAX));
        }
        assert!(allows(unchanged, "{}", 289));
        assert!(!allows(with, "{}", 289));
        assert!(!allows(with, r#"{"Random":null}"#, 289));
    }

    #[test]
    fn every_item_needs_its_own_value() {
        let safety =
            RepeatSafety::SafeWithItems { list: "List", field: "Random", window_seconds: 300 };
        assert!(allows(safety, r#"{"List":[{"Random":7},{"Random":8}]}"#, 289));
        assert!(!allows(safety, r#"{"List":[{"Random":7},{"Random":8}]}"#, 290));
        for request in [
            r#"{"List":[{"Random":7},{}]}"#,
            r#"{"List":[{"Random":null}]}"#,
            r#"{"List":7}"#,
            r#"{"Random":7}"#,
            "not json",
        ] {
            assert!(!allows(safety, request, 1), "{request}");
        }
    }
}
