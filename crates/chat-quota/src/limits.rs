//! Which limits apply to which endpoint.

use std::{collections::HashMap, time::Duration};

use chat_types::{
    Edition,
    spec::{Counted, EndpointSpec},
};

use crate::{config_error::ConfigError, window::Window};

/// The documented limits, scaled or not applied, and those that replace them.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    /// `None` applies no documented limit.
    pub(crate) scale: Option<f64>,
    /// `None` if it is not known.
    pub(crate) edition: Option<Edition>,
    overrides: HashMap<Key, u32>,
}

impl Limits {
    pub(crate) fn documented() -> Self {
        Self { scale: Some(1.0), edition: None, overrides: HashMap::new() }
    }

    pub(crate) fn unlimited() -> Self {
        Self { scale: None, edition: None, overrides: HashMap::new() }
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

    /// Returns the windows of the calls of an endpoint; none where nothing limits them.
    pub(crate) fn windows(&self, endpoint: &'static EndpointSpec) -> Vec<Window> {
        let custom = self.overrides.get(&key(endpoint)).copied();
        let documented = || self.scaled(endpoint.calls_per_second_in(self.edition)?);
        let per_second = custom.or_else(documented);
        per_second
            .map(|calls| Window::new(calls, Duration::from_secs(1)))
            .into_iter()
            .chain(self.long_term(endpoint, Counted::Calls))
            .collect()
    }

    /// Returns the windows of the items in the calls of an endpoint; none where nothing limits them.
    pub(crate) fn item_windows(&self, endpoint: &'static EndpointSpec) -> Vec<Window> {
        self.long_term(endpoint, Counted::Items).collect()
    }

    fn long_term(
        &self,
        endpoint: &'static EndpointSpec,
        counted: Counted,
    ) -> impl Iterator<Item = Window> {
        let limits = endpoint.long_term_limits_in(self.edition);
        limits.filter(move |limit| limit.counted == counted).filter_map(|limit| {
            Some(Window::new(
                self.scaled(limit.max)?,
                Duration::from_secs(limit.per_seconds.into()),
            ))
        })
    }

    fn scaled(&self, max: u32) -> Option<u32> {
        self.scale.map(|scale| scale_down(max, scale))
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
