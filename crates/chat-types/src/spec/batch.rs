//! Request arrays whose length is limited per call.

use super::{MaxBySite, Site};
use crate::ErrorCode;

/// The array of a request that holds its items, and the limit on their number.
#[derive(Debug)]
#[non_exhaustive]
pub struct BatchSpec {
    /// The request field that holds the array.
    pub field: &'static str,
    /// The largest number of items per call that every site accepts; `None` if no limit is
    /// documented.
    pub max: Option<u32>,
    /// The largest number on each site, where they differ.
    pub max_by_site: Option<MaxBySite>,
    /// The documented error code for exceeding [`max`](Self::max).
    pub too_many_code: Option<ErrorCode>,
    /// Whether the calls for one list must run one after another.
    pub sequential: bool,
    /// The response array that reports an outcome for each item.
    pub outcome_list: Option<&'static str>,
}

impl BatchSpec {
    /// Returns the largest number of items per call on a site, or the number that every site accepts
    /// if the site is not known; `None` if no limit is documented.
    ///
    /// ```
    /// use chat_types::{Batched, group::AddGroupMember, spec::Site};
    ///
    /// assert_eq!(AddGroupMember::BATCH.max_on(Some(Site::International)), Some(300));
    /// assert_eq!(AddGroupMember::BATCH.max_on(Some(Site::China)), Some(20));
    /// assert_eq!(AddGroupMember::BATCH.max_on(None), Some(20));
    /// ```
    pub fn max_on(&self, site: Option<Site>) -> Option<u32> {
        self.max_by_site.zip(site).map(|(max, site)| max.on(site)).or(self.max)
    }
}
