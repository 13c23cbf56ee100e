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
    /// Whether the results of items are error codes. Otherwise they have a numbering of their own.
    pub has_error_codes: bool,
    /// What results mean here, where that is not the general meaning of an error code.
    pub results: &'static [ItemResult],
    /// What a failure without a result means.
    pub failed: Option<&'static str>,
}

/// What a result of an item means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ItemResult {
    /// The result.
    pub value: i64,
    /// What it means.
    pub meaning: &'static str,
    /// Whether it may mean that the time of the item has not come yet, so that a retry can help.
    pub is_too_early: bool,
}

impl ItemResult {
    pub(crate) const fn new(value: i64, meaning: &'static str) -> Self {
        Self { value, meaning, is_too_early: false }
    }

    pub(crate) const fn too_early(self) -> Self {
        Self { is_too_early: true, ..self }
    }
}

impl BatchSpec {
    /// Returns what is known about a result of an item in particular.
    ///
    /// ```
    /// use chat_types::{Batched, group::AddGroupMember};
    ///
    /// let result = AddGroupMember::BATCH.result(0).ok_or("not known")?;
    /// assert!(result.meaning.starts_with("Not added"));
    /// # Ok::<(), &str>(())
    /// ```
    pub fn result(&self, value: i64) -> Option<&'static ItemResult> {
        self.results.iter().find(|result| result.value == value)
    }

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
