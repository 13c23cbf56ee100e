//! Rate limits: per second and over longer periods, by edition where editions differ.

use crate::Edition;

/// A maximum number of calls, or of items in all calls, per period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// The number allowed in one period.
    pub max: u32,
    /// What is counted.
    pub counted: Counted,
    /// The length of the period in seconds.
    pub per_seconds: u32,
    /// The editions to which it applies; empty if it applies to all of them.
    pub editions: &'static [Edition],
}

/// What a rate limit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Counted {
    /// Calls.
    Calls,
    /// The items of all calls, such as the receivers of a message. The array that holds them is that
    /// of [`EndpointSpec::batch`](crate::spec::EndpointSpec::batch).
    Items,
}

/// The calls per second of one edition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EditionQuota {
    /// The edition.
    pub edition: Edition,
    /// Its number of calls per second and app.
    pub calls_per_second: u32,
}
