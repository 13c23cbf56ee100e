//! The error of a failed start.

use std::{fmt, io};

use thiserror::Error;

use crate::{DataError, FaultPlanError, SeedError, quota::QuotaMode};

/// The error returned when an emulator cannot start; see
/// [`EmulatorBuilder::start`](crate::EmulatorBuilder::start).
///
/// The message says what to change.
#[derive(Debug)]
pub struct StartError {
    kind: Kind,
}

#[derive(Debug, Error)]
enum Kind {
    #[error("invalid listen address {address:?}: give host and port, such as 127.0.0.1:8080")]
    Address {
        address: String,
        #[source]
        error: io::Error,
    },
    #[error("cannot listen on {address}: {}", advice(error))]
    Listen {
        address: String,
        #[source]
        error: io::Error,
    },
    #[cfg(feature = "tls")]
    #[error("cannot serve HTTPS: {0}")]
    Tls(String),
    #[error("invalid quota scale in {0:?}: the factor must be a finite number above 0")]
    QuotaScale(QuotaMode),
    #[error(transparent)]
    Faults(FaultPlanError),
    #[error(transparent)]
    Data(DataError),
    #[error("invalid seed: {0}")]
    Seed(#[source] SeedError),
}

impl StartError {
    pub(crate) fn address(address: &str, error: io::Error) -> Self {
        Self { kind: Kind::Address { address: address.to_owned(), error } }
    }

    pub(crate) fn listen(address: &str, error: io::Error) -> Self {
        Self { kind: Kind::Listen { address: address.to_owned(), error } }
    }

    #[cfg(feature = "tls")]
    pub(crate) fn tls(problem: String) -> Self {
        Self { kind: Kind::Tls(problem) }
    }

    pub(crate) fn quota_scale(mode: QuotaMode) -> Self {
        Self { kind: Kind::QuotaScale(mode) }
    }

    pub(crate) fn data(error: DataError) -> Self {
        Self { kind: Kind::Data(error) }
    }

    pub(crate) fn seed(error: SeedError) -> Self {
        Self { kind: Kind::Seed(error) }
    }

    pub(crate) fn faults(error: FaultPlanError) -> Self {
        Self { kind: Kind::Faults(error) }
    }

    /// Returns whether another process already listens on the address.
    ///
    /// Choose another port then, or port 0 for a free one.
    pub fn is_address_in_use(&self) -> bool {
        matches!(&self.kind, Kind::Listen { error, .. } if error.kind() == io::ErrorKind::AddrInUse)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.kind.source()
    }
}

fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "the address is in use; stop the other process, or choose another port (0 picks a free \
             one)"
        }
        io::ErrorKind::AddrNotAvailable => {
            "this machine does not have that address; 127.0.0.1 is always available"
        }
        io::ErrorKind::PermissionDenied => {
            "permission denied; ports below 1024 are often reserved, choose a higher one"
        }
        _ => "the operating system refused it; see the source error",
    }
}
