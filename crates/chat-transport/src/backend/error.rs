use std::{error::Error as StdError, fmt};

use crate::cause::Cause;

/// Why a backend brought no response.
///
/// It keeps the causes as text alone, each level of their chain.
#[derive(Debug)]
pub struct BackendError {
    kind: BackendErrorKind,
    cause: Cause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackendErrorKind {
    Connect,
    Timeout,
    TlsTimeout,
    ConnectionLost,
    Other,
}

impl BackendError {
    /// No connection: name resolution, refused, TLS. The body must not have been taken.
    pub fn connect(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Connect, cause)
    }

    /// A time limit of the backend's own. Before the body is taken it counts as one of connecting.
    pub fn timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Timeout, cause)
    }

    /// A time limit of the TLS handshake. The body must not have been taken.
    pub fn tls_timeout(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::TlsTimeout, cause)
    }

    /// The connection broke before the response was complete.
    pub fn connection_lost(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::ConnectionLost, cause)
    }

    /// The backend cannot do what it was asked, or did something else.
    pub fn other(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(BackendErrorKind::Other, cause)
    }

    fn new(kind: BackendErrorKind, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        let cause: Box<dyn StdError + Send + Sync> = cause.into();
        Self { kind, cause: Cause::of(&*cause) }
    }

    #[cfg(feature = "testing")]
    pub(crate) fn is_connect(&self) -> bool {
        matches!(self.kind, BackendErrorKind::Connect | BackendErrorKind::TlsTimeout)
    }

    pub(crate) fn into_parts(self) -> (BackendErrorKind, Cause) {
        (self.kind, self.cause)
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            BackendErrorKind::Connect => "no connection",
            BackendErrorKind::Timeout | BackendErrorKind::TlsTimeout => {
                "the HTTP client's own time limit was reached"
            }
            BackendErrorKind::ConnectionLost => "the connection broke",
            BackendErrorKind::Other => "the HTTP client failed",
        })
    }
}

impl StdError for BackendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.cause)
    }
}
