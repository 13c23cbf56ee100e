use chat_usersig::SignError;
use thiserror::Error;

use crate::base_url::InvalidUrl;

/// Why no client was made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Neither a region nor an endpoint is set.
    #[error("the address of the service is missing; set a region, or an endpoint")]
    NoAddress,
    /// Both a region and an endpoint are set.
    #[error("both a region and an endpoint are set; leave one out")]
    TwoAddresses,
    /// The endpoint is no base URL that would work or be safe.
    #[error("the endpoint cannot be used: {0}")]
    InvalidEndpoint(String),
    /// The extra root certificates cannot be read, or there are none at all.
    #[error("the root certificates cannot be used: {0}")]
    Certificates(String),
    /// A setting is out of bounds or cannot be combined with another.
    #[error("{name} {problem}")]
    #[non_exhaustive]
    InvalidSetting {
        /// The setting.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The crate was built without the feature `hyper` and no backend is set.
    #[error("there is no backend; build chat-transport with the feature `hyper`, or set one")]
    NoBackend,
    /// No signature can be made for the identifier, or at this time.
    #[error("no UserSig can be made")]
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
        Self::Certificates("the PEM text holds none".to_owned())
    }
}
