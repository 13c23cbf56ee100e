//! Whether a request may be sent again.

use std::time::Duration;

use serde_json::Value;

use crate::spec::{EndpointSpec, RepeatSafety};

impl EndpointSpec {
    /// Whether sending this request (JSON) once more leaves the same state, and the same bill, as
    /// sending it once, if that happens `within` this time. What the service has forgotten by then
    /// does not count; [`Duration::MAX`] stands for whenever.
    ///
    /// ```
    /// use chat_types::{Endpoint, group::ForbidSendMsg};
    /// use std::time::Duration;
    ///
    /// let request = br#"{"GroupId":"@TGS#1","Members_Account":["peter"],"MuteTime":60}"#;
    /// assert!(ForbidSendMsg::SPEC.is_safe_to_repeat(request, Duration::MAX));
    /// ```
    pub fn is_safe_to_repeat(&self, request: &[u8], within: Duration) -> bool {
        if self.repeat.billed {
            return false;
        }
        match self.repeat.safety {
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
            _ => false,
        }
    }
}

fn field_of(request: &[u8], field: &str) -> Option<Value> {
    let mut request: Value = serde_json::from_slice(request).ok()?;
    request.get_mut(field).map(Value::take)
}
