//! The rate limits of an endpoint in an edition.

use super::{Counted, EndpointSpec, RateLimit};
use crate::Edition;

impl EndpointSpec {
    /// Returns the documented calls per second of an edition, or the lowest number of any edition
    /// if the edition is not known.
    ///
    /// ```
    /// use chat_types::{Edition, Endpoint, message::SendBroadcastMsg};
    ///
    /// let quota = |edition| SendBroadcastMsg::SPEC.calls_per_second_in(edition);
    /// assert_eq!(quota(None), Some(1));
    /// assert_eq!(quota(Some(Edition::Pro)), Some(1));
    /// assert_eq!(quota(Some(Edition::Enterprise)), Some(5));
    /// ```
    pub fn calls_per_second_in(&self, edition: Option<Edition>) -> Option<u32> {
        self.edition_quotas
            .iter()
            .find(|quota| Some(quota.edition) == edition)
            .map(|quota| quota.calls_per_second)
            .or(self.calls_per_second)
    }

    /// Iterates over the limits over longer periods that apply to an edition. Limits of certain
    /// editions do not apply to an unknown one: a limit of a thousand messages a day for trials
    /// would otherwise stop an app in production.
    pub fn long_term_limits_in(
        &self,
        edition: Option<Edition>,
    ) -> impl Iterator<Item = &'static RateLimit> + use<> {
        self.long_term_limits.iter().filter(move |limit| {
            limit.editions.is_empty()
                || edition.is_some_and(|edition| limit.editions.contains(&edition))
        })
    }

    /// Returns whether a limit counts the items of calls.
    pub fn limits_items(&self) -> bool {
        self.long_term_limits.iter().any(|limit| limit.counted == Counted::Items)
    }
}
