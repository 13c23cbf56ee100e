//! The regions of the service.

use super::Site;

/// One region of the service.
#[derive(Debug)]
#[non_exhaustive]
pub struct RegionSpec {
    /// Its id, such as `silicon-valley`.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Other ids that are read.
    pub aliases: &'static [&'static str],
    /// The domain of the server API.
    pub domain: &'static str,
    /// The domain to use if the first one cannot be reached; it serves the same API.
    pub backup_domain: &'static str,
    /// The site whose limits apply to its apps.
    pub site: Site,
    /// Whether the region is offered.
    pub status: RegionStatus,
    /// What else is known.
    pub note: Option<&'static str>,
}

/// Whether a region is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegionStatus {
    /// It is offered.
    Current,
    /// It is no longer offered.
    Withdrawn,
    /// It is only known from third-party code.
    Unconfirmed,
}
