//! The settings of the webhooks of an app, as they are in the console of the vendor.

use std::{collections::BTreeSet, net::IpAddr, sync::OnceLock};

use chat_types::{
    spec::{WebhookSpec, WebhookSwitch},
    webhook::Token,
};
use hyper::Uri;
use thiserror::Error;

use super::client::Client;

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
    #[cfg(feature = "tls")]
    authorities: super::https::Authorities,
    /// Created when the first webhook is sent.
    client: OnceLock<Client>,
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
    /// When the URL is not an absolute `https://` URL with a host, or an `http://` URL of this machine: of
    /// `localhost` or a loopback address. `https://` needs the feature `tls`.
    pub fn new(url: &str) -> Result<Self, WebhookConfigError> {
        let invalid = || WebhookConfigError::Url { url: url.to_owned() };
        let parsed: Uri = url.parse().map_err(|_| invalid())?;
        let host = parsed.host().filter(|host| !host.is_empty()).ok_or_else(invalid)?;
        match parsed.scheme_str() {
            Some("http") if is_this_machine(host) => {}
            Some("http") => return Err(WebhookConfigError::Unencrypted { url: url.to_owned() }),
            Some("https") if cfg!(feature = "tls") => {}
            Some("https") => return Err(WebhookConfigError::Https { url: url.to_owned() }),
            _ => return Err(invalid()),
        }
        Ok(Self {
            url: parsed,
            token: None,
            enabled: Enabled::Switches(BTreeSet::new()),
            repeat: false,
            refuse_if_failed: false,
            #[cfg(feature = "tls")]
            authorities: Vec::new(),
            client: OnceLock::new(),
        })
    }

    /// Trusts certificate authorities in addition to those of this machine, in PEM: for a server whose
    /// certificate only you have issued.
    ///
    /// # Errors
    /// When they are not certificates in PEM.
    #[cfg(feature = "tls")]
    pub fn ca_certificates(mut self, pem: &str) -> Result<Self, WebhookConfigError> {
        let invalid = |reason| WebhookConfigError::Certificates { reason };
        self.authorities.extend(super::https::read(pem).map_err(invalid)?);
        self.client = OnceLock::new();
        Ok(self)
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

    /// Returns what sends the webhooks.
    pub(super) fn client(&self) -> &Client {
        self.client.get_or_init(|| {
            #[cfg(feature = "tls")]
            if self.url.scheme_str() == Some("https") {
                return Client::https(&self.authorities);
            }
            Client::http()
        })
    }

    /// Returns the names of the switches in the console that are on; `None` if all are.
    pub(crate) fn switches(&self) -> Option<Vec<&'static str>> {
        match &self.enabled {
            Enabled::All => None,
            Enabled::Switches(switches) => Some(switches.iter().copied().collect()),
        }
    }

    pub(crate) fn enables(&self, spec: &'static WebhookSpec) -> bool {
        match (&self.enabled, switch_of(spec)) {
            (Enabled::All, _) | (_, None) => true,
            (Enabled::Switches(switches), Some(switch)) => switches.contains(switch),
        }
    }
}

/// Returns whether a host is this machine, without a look-up.
fn is_this_machine(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match address {
        Ok(address) => address.is_loopback(),
        Err(_) => {
            let host = host.to_ascii_lowercase();
            host == "localhost" || host.ends_with(".localhost")
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
    /// The URL starts with `https://`, and the crate is built without the feature `tls`.
    #[error(
        "unsupported webhook URL {url:?}: https:// needs the feature `tls` of chat-emulator; enable it, \
         or let the server listen without TLS on this machine"
    )]
    #[non_exhaustive]
    Https {
        /// The URL.
        url: String,
    },
    /// The URL starts with `http://`, and the host is not this machine.
    #[error(
        "unencrypted webhook URL {url:?}: use https://, which http:// can replace only for localhost and \
         loopback addresses"
    )]
    #[non_exhaustive]
    Unencrypted {
        /// The URL.
        url: String,
    },
    /// The certificate authorities are invalid.
    #[error("invalid CA certificates for webhooks: {reason}")]
    #[non_exhaustive]
    Certificates {
        /// What is wrong with them.
        reason: String,
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
        assert_eq!(WebhookConfig::new("https://example.com/").is_ok(), cfg!(feature = "tls"));
        for url in
            ["http://localhost/", "http://a.LOCALHOST:80/", "http://[::1]:80", "http://127.1.2.3"]
        {
            assert!(WebhookConfig::new(url).is_ok(), "{url}");
        }
        for url in ["http://example.com/", "http://10.0.0.1/", "http://localhost.example.com/"] {
            let error = WebhookConfig::new(url).unwrap_err();
            assert!(matches!(error, WebhookConfigError::Unencrypted { .. }), "{url}: {error}");
        }
        let unknown = config().enable("Group.Typo").unwrap_err();
        assert!(unknown.to_string().contains("\"Group.Typo\""), "{unknown}");
    }
}
