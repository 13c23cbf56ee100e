use std::time::Duration;

use chat_types::spec::{EndpointSpec, RepeatSafety};
use serde_json::Value;

/// Whether sending this request once more leaves the same state, and the same bill, as sending it
/// once. What the service forgets before the call's time is up does not count.
pub(crate) fn is_safe(spec: &EndpointSpec, request: &[u8], timeout: Duration) -> bool {
    if spec.repeat.billed {
        return false;
    }
    match spec.repeat.safety {
        RepeatSafety::Safe => true,
        RepeatSafety::SafeWith { field, window_seconds } => {
            let remembers = |seconds: u32| Duration::from_secs(seconds.into()) > timeout;
            window_seconds.is_none_or(remembers)
                && field_of(request, field).is_some_and(|value| !value.is_null())
        }
        RepeatSafety::SafeWhen { field, equals } => {
            let wanted = serde_json::from_str::<Value>(equals).ok();
            wanted.is_some() && field_of(request, field) == wanted
        }
        _ => false,
    }
}

fn field_of(request: &[u8], field: &str) -> Option<Value> {
    let mut request: Value = serde_json::from_slice(request).ok()?;
    request.get_mut(field).map(Value::take)
}
