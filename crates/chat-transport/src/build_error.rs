//! The error of building a client.

use chat_quota::ConfigError;
use chat_usersig::SignError;
use thiserror::Error;

use crate::base_url::InvalidUrl;

/// Why a [`Client`](crate::Client) cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither a region nor an endpoint is set.
    #[error("the address of the service is missing; set a region or an endpoint")]
    NoAddress,
    /// Both a region and an endpoint are set.
    #[error("both a region and an endpoint are set; remove one of them")]
    TwoAddresses,
    /// The endpoint is not a base URL, or not a safe one.
    #[error("invalid endpoint: {0}")]
    InvalidEndpoint(String),
    /// The extra root certificates cannot be read, or no root certificate is available at all.
    #[error("cannot use the root certificates: {0}")]
    Certificates(String),
    /// A setting is out of bounds, or cannot be combined with another.
    #[error("{name} {problem}")]
    #[non_exhaustive]
    InvalidSetting {
        /// The name of the setting.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The shared quota is configured in a way that cannot work.
    #[error("the quota cannot be used")]
    Quota(#[source] ConfigError),
    /// The crate is built without the feature `hyper`, and no backend is set.
    #[error("no backend; enable the feature `hyper` of chat-transport, or set a backend")]
    NoBackend,
    /// A signature cannot be made for the identifier, or at this time.
    #[error("cannot make a UserSig")]
    Signing(#[source] SignError),
}

impl BuildError {
    pub(crate) fn invalid_endpoint(error: InvalidUrl) -> Self {
        Self::InvalidEndpoint(error.to_string())
    }

    #[cfg(feature = "hyper")]
    pub(crate) fn certificates(error: &dyn std::error::Error) -> Self {
        Self::Certificates(error.to_string())
    }

    #[cfg(feature = "hyper")]
    pub(crate) fn no_certificate() -> Self {
        Self::Certificates("the PEM text contains no certificate".to_owned())
    }
}
