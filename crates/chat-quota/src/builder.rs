//! Sets up a quota.

use chat_types::{Edition, spec::EndpointSpec};

#[cfg(feature = "redis")]
use crate::shared::{LeaseClient, SharedQuota};
use crate::{config_error::ConfigError, limits::Limits, quota::Quota};

/// Sets up a [`Quota`]. Without further settings it has the documented limits.
///
/// ```
/// use chat_quota::Quota;
/// use chat_types::{Endpoint, group::GetGroupBanMember};
///
/// let quota = Quota::builder().calls_per_second(GetGroupBanMember::SPEC, 400).build()?;
/// # let _ = quota;
/// # Ok::<(), chat_quota::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct QuotaBuilder {
    limits: Limits,
    #[cfg(feature = "redis")]
    shared: Option<(SharedQuota, u32)>,
}

impl Quota {
    /// Starts a quota with the documented limits.
    pub fn builder() -> QuotaBuilder {
        QuotaBuilder::new(Limits::documented())
    }

    /// Starts another quota with the same limits, which knows nothing of the calls of this one.
    pub fn to_builder(&self) -> QuotaBuilder {
        QuotaBuilder::new(self.limits().clone())
    }
}

impl QuotaBuilder {
    fn new(limits: Limits) -> Self {
        Self {
            limits,
            #[cfg(feature = "redis")]
            shared: None,
        }
    }

    /// Multiplies the documented limits, rounded down, but to at least one call per period. Must be
    /// a finite number above 0. Default: 1.
    pub fn scale(mut self, scale: f64) -> Self {
        self.limits.scale = Some(scale);
        self
    }

    /// Applies no documented limits, only those set with
    /// [`calls_per_second`](Self::calls_per_second). The service still has its limits.
    pub fn unlimited(mut self) -> Self {
        self.limits.scale = None;
        self
    }

    /// Sets the edition of the app, on which some documented limits depend.
    ///
    /// Without it, an endpoint has the lowest number of calls per second of any edition, and limits
    /// that only certain editions have, such as a thousand messages a day in trials, do not apply.
    ///
    /// ```
    /// use chat_quota::Quota;
    /// use chat_types::Edition;
    ///
    /// let quota = Quota::builder().edition(Edition::Enterprise).build()?;
    /// # let _ = quota;
    /// # Ok::<(), chat_quota::ConfigError>(())
    /// ```
    pub fn edition(mut self, edition: Edition) -> Self {
        self.limits.edition = Some(edition);
        self
    }

    /// Sets the calls per second of one endpoint in place of the documented number, for example
    /// because a paid plan raised it. At least 1. [`scale`](Self::scale) does not apply to it.
    /// Documented limits over longer periods stay.
    pub fn calls_per_second(mut self, endpoint: &'static EndpointSpec, calls: u32) -> Self {
        self.limits.set_calls_per_second(endpoint, calls);
        self
    }

    /// Shares the quota of an app with all processes that use the same server and key prefix. The
    /// limits should be the same in all of them. Default: the quota is this process's own.
    #[cfg(feature = "redis")]
    pub fn shared(mut self, shared: SharedQuota, sdk_app_id: u32) -> Self {
        self.shared = Some((shared, sdk_app_id));
        self
    }

    /// Makes the quota. Nothing is sent.
    ///
    /// # Errors
    /// When a setting is out of bounds.
    pub fn build(self) -> Result<Quota, ConfigError> {
        self.limits.validate()?;
        #[cfg(feature = "redis")]
        if let Some((shared, sdk_app_id)) = self.shared {
            return Ok(Quota::shared(self.limits, LeaseClient::new(shared)?, sdk_app_id));
        }
        Ok(Quota::new(self.limits))
    }
}
