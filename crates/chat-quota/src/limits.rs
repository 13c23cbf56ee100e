//! Which limits apply to which endpoint.

use std::{collections::HashMap, time::Duration};

use chat_types::spec::{EndpointSpec, RateLimit};

use crate::{config_error::ConfigError, window::Window};

/// The documented limits, scaled or not applied, and those that replace them.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// `None` applies no documented limit.
    pub(crate) scale: Option<f64>,
    overrides: HashMap<Key, u32>,
}

impl Limits {
    pub(crate) fn documented() -> Self {
        Self { scale: Some(1.0), overrides: HashMap::new() }
    }

    pub(crate) fn unlimited() -> Self {
        Self { scale: None, overrides: HashMap::new() }
    }

    pub(crate) fn set_calls_per_second(&mut self, endpoint: &'static EndpointSpec, calls: u32) {
        self.overrides.insert(key(endpoint), calls);
    }

    pub(crate) fn validate(&self) -> Result<(), ConfigError> {
        if let Some(scale) = self.scale
            && !(scale.is_finite() && scale > 0.0)
        {
            let problem = format!("{scale} is not a finite number above 0");
            return Err(ConfigError::new("quota scale", problem));
        }
        if let Some(((service, command), _)) = self.overrides.iter().find(|&(_, &calls)| calls == 0)
        {
            let problem = format!("{service}/{command} needs at least 1 call per second");
            return Err(ConfigError::new("quota", problem));
        }
        Ok(())
    }

    /// Returns the windows of an endpoint; none where nothing limits its calls.
    pub(crate) fn windows(&self, endpoint: &'static EndpointSpec) -> Vec<Window> {
        let scaled = |calls: u32| self.scale.map(|scale| scale_down(calls, scale));
        let custom = self.overrides.get(&key(endpoint)).copied();
        let per_second = custom.or_else(|| endpoint.calls_per_second.and_then(scaled));
        let long_term = endpoint.long_term_limits.iter().filter_map(
            |&RateLimit { calls, per_seconds, .. }| {
                Some(Window::new(scaled(calls)?, Duration::from_secs(per_seconds.into())))
            },
        );
        per_second
            .map(|calls| Window::new(calls, Duration::from_secs(1)))
            .into_iter()
            .chain(long_term)
            .collect()
    }
}

/// Service and command.
pub(crate) type Key = (&'static str, &'static str);

pub(crate) fn key(endpoint: &EndpointSpec) -> Key {
    (endpoint.service, endpoint.command)
}

/// A product that is too large for the type becomes its largest value.
fn scale_down(calls: u32, scale: f64) -> u32 {
    ((f64::from(calls) * scale) as u32).max(1)
}
