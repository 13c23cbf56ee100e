//! The limits of the app: how many calls it may make, and how long its lists may be.

use chat_quota::Quota;
#[cfg(feature = "redis")]
use chat_quota::SharedQuota;
use chat_types::{Edition, Region, spec::Site};

use crate::BuildError;

/// The settings on which the limits depend.
#[derive(Debug, Default)]
pub(crate) struct AppLimits {
    /// `None` for the documented limits of the edition.
    pub(crate) quota: Option<Quota>,
    #[cfg(feature = "redis")]
    pub(crate) shared_quota: Option<SharedQuota>,
    pub(crate) edition: Option<Edition>,
    pub(crate) site: Option<Site>,
}

impl AppLimits {
    /// Makes the quota of an app, or takes the one that was set.
    #[cfg_attr(not(feature = "redis"), expect(unused_variables, reason = "nothing is shared"))]
    pub(crate) fn quota(&self, sdk_app_id: u32) -> Result<Quota, BuildError> {
        let quota = match (&self.quota, self.edition) {
            (Some(_), Some(_)) => {
                return Err(BuildError::InvalidSetting {
                    name: "edition",
                    problem: "is for clients without a quota; set it with `Quota::builder` instead",
                });
            }
            (Some(quota), None) => quota.clone(),
            (None, None) => Quota::documented(),
            (None, Some(edition)) => {
                Quota::builder().edition(edition).build().map_err(BuildError::Quota)?
            }
        };
        #[cfg(feature = "redis")]
        if let Some(shared) = &self.shared_quota {
            let builder = quota.to_builder().shared(shared.clone(), sdk_app_id);
            return builder.build().map_err(BuildError::Quota);
        }
        Ok(quota)
    }

    /// Returns the site of an app in this region, if it is known.
    pub(crate) fn site(&self, region: Option<Region>) -> Option<Site> {
        self.site.or_else(|| region.map(Region::site))
    }
}
