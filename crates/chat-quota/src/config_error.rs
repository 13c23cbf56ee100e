//! Why a quota cannot be set up.

use std::borrow::Cow;

/// A setting of a quota is invalid.
///
/// Its text names the setting and says what is wrong with it. It never contains a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid {setting}: {problem}")]
pub struct ConfigError {
    setting: &'static str,
    problem: Cow<'static, str>,
}

impl ConfigError {
    pub(crate) fn new(setting: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self { setting, problem: problem.into() }
    }

    /// Returns the name of the setting, such as `quota scale`.
    pub fn setting(&self) -> &'static str {
        self.setting
    }
}
