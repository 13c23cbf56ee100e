//! The settings of the webhooks of an app, as they are in the console of the vendor.

use std::collections::BTreeSet;

use chat_types::{
    spec::{WebhookSpec, WebhookSwitch},
    webhook::Token,
};
use hyper::Uri;
use thiserror::Error;

/// The settings of the webhooks of an app: where they are sent, which, and what happens if a call
/// fails.
///
/// As in the console, no webhook is enabled at first, apart from those that need no switch.
///
/// ```
/// use chat_emulator::{Emulator, WebhookConfig, WebhookToken};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let config = WebhookConfig::new("http://127.0.0.1:8000/webhooks")?
///     .token(WebhookToken::new("xxxxyyyy")?)
///     .enable("Group.CallbackBeforeSendMsg")?
///     .enable("Group.CallbackAfterSendMsg")?;
/// let emulator = Emulator::builder().webhooks(config).start().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct WebhookConfig {
    pub(crate) url: Uri,
    pub(crate) token: Option<Token>,
    enabled: Enabled,
    pub(crate) repeat: bool,
    pub(crate) refuse_if_failed: bool,
}

#[derive(Clone, Debug)]
enum Enabled {
    All,
    /// The commands of webhooks with a switch of their own.
    Switches(BTreeSet<&'static str>),
}

impl WebhookConfig {
    /// Starts with a URL, no token, and no webhook enabled.
    ///
    /// # Errors
    /// When the URL is not an absolute `http://` URL with a host. `https://` is not supported.
    pub fn new(url: &str) -> Result<Self, WebhookConfigError> {
        let invalid = || WebhookConfigError::Url { url: url.to_owned() };
        let parsed: Uri = url.parse().map_err(|_| invalid())?;
        match parsed.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(WebhookConfigError::Https { url: url.to_owned() }),
            _ => return Err(invalid()),
        }
        if parsed.host().is_none_or(str::is_empty) {
            return Err(invalid());
        }
        let enabled = Enabled::Switches(BTreeSet::new());
        Ok(Self { url: parsed, token: None, enabled, repeat: false, refuse_if_failed: false })
    }

    /// Signs webhooks with this token. Without one, they carry no `Sign`.
    pub fn token(mut self, token: Token) -> Self {
        self.token = Some(token);
        self
    }

    /// Enables a webhook by its name, and those that share its switch in the console.
    ///
    /// # Errors
    /// When the catalog has no webhook with this name.
    pub fn enable(mut self, command: &str) -> Result<Self, WebhookConfigError> {
        let spec = WebhookSpec::find(command)
            .ok_or_else(|| WebhookConfigError::Unknown { command: command.to_owned() })?;
        if let (Enabled::Switches(switches), Some(switch)) = (&mut self.enabled, switch_of(spec)) {
            switches.insert(switch);
        }
        Ok(self)
    }

    /// Enables all webhooks.
    pub fn enable_all(mut self) -> Self {
        self.enabled = Enabled::All;
        self
    }

    /// Sets whether a webhook after an event is sent again if the call failed: up to two more times, a
    /// second apart. Webhooks before an event are never repeated. The default is `false`.
    pub fn repeat(mut self, repeat: bool) -> Self {
        self.repeat = repeat;
        self
    }

    /// Sets whether a failed call of a webhook before an event refuses the event. The default is
    /// `false`: it is allowed.
    pub fn refuse_if_failed(mut self, refuse: bool) -> Self {
        self.refuse_if_failed = refuse;
        self
    }

    pub(crate) fn enables(&self, spec: &'static WebhookSpec) -> bool {
        match (&self.enabled, switch_of(spec)) {
            (Enabled::All, _) | (_, None) => true,
            (Enabled::Switches(switches), Some(switch)) => switches.contains(switch),
        }
    }
}

/// Returns the webhook that has the switch of this one; `None` if it needs no switch.
fn switch_of(spec: &'static WebhookSpec) -> Option<&'static str> {
    match spec.switch {
        WebhookSwitch::Own => Some(spec.command),
        WebhookSwitch::SharedWith(owner) => Some(owner),
        WebhookSwitch::Unneeded => None,
    }
}

/// Why a setting of the webhooks of an app is invalid.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WebhookConfigError {
    /// The URL is invalid.
    #[error(
        "invalid webhook URL {url:?}: give the URL of the app's server, such as \
         http://127.0.0.1:8000/webhooks"
    )]
    #[non_exhaustive]
    Url {
        /// The URL.
        url: String,
    },
    /// The URL starts with `https://`.
    #[error(
        "unsupported webhook URL {url:?}: the emulator sends webhooks over http:// only; let the \
         server listen without TLS on this machine, or put a proxy in front of it"
    )]
    #[non_exhaustive]
    Https {
        /// The URL.
        url: String,
    },
    /// The catalog has no webhook with this name.
    #[error("unknown webhook {command:?}: give a name such as Group.CallbackAfterSendMsg")]
    #[non_exhaustive]
    Unknown {
        /// The name.
        command: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> WebhookConfig {
        WebhookConfig::new("http://127.0.0.1:8000/webhooks?x=1").unwrap()
    }

    fn enables(config: &WebhookConfig, command: &str) -> bool {
        config.enables(WebhookSpec::find(command).unwrap())
    }

    #[test]
    fn webhooks_with_one_switch_are_enabled_together() {
        let none = config();
        assert!(!enables(&none, "Group.CallbackAfterCreateGroup"));
        assert!(enables(&none, "Alert.RequestOverLimit"), "it needs no switch");
        let topics = config().enable("Group.CallbackAfterCreateTopic").unwrap();
        assert!(enables(&topics, "Group.CallbackAfterCreateGroup"));
        assert!(enables(&topics, "Group.CallbackAfterCreateTopic"));
        assert!(!enables(&topics, "Group.CallbackBeforeCreateTopic"));
        assert!(enables(&config().enable_all(), "State.StateChange"));
    }

    #[test]
    fn invalid_settings_have_a_reason() {
        for url in ["", "127.0.0.1:80", "/webhooks", "ftp://host", "http://"] {
            let error = WebhookConfig::new(url).unwrap_err();
            assert!(matches!(error, WebhookConfigError::Url { .. }), "{url}: {error}");
        }
        let https = WebhookConfig::new("https://example.com/").unwrap_err();
        assert!(matches!(https, WebhookConfigError::Https { .. }), "{https}");
        let unknown = config().enable("Group.Typo").unwrap_err();
        assert!(unknown.to_string().contains("\"Group.Typo\""), "{unknown}");
    }
}
