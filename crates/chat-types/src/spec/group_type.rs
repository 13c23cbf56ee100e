//! What groups of each type can do.

use crate::{ASSIGNED_GROUP_ID_PREFIX, GROUP_TYPES, GroupType};

/// One group type.
#[derive(Debug)]
#[non_exhaustive]
pub struct GroupTypeSpec {
    /// Its value in the API.
    pub group_type: GroupType,
    /// Its name in guides and the console.
    pub guide_name: &'static str,
    /// What it is for.
    pub summary: &'static str,
    /// The largest number of members in the highest plan; `None` if unlimited.
    pub max_members: Option<u32>,
    /// The largest number of members of an imported group that does not state its own; `None` if
    /// such groups cannot be imported.
    pub imported_max_members: Option<u32>,
    /// Whether new groups count toward
    /// [`MAX_DAILY_GROUP_GROWTH`](crate::limits::MAX_DAILY_GROUP_GROWTH).
    pub limited_growth: bool,
    /// Whether single members can be muted.
    pub muting: bool,
    /// Whether members can be banned.
    pub banning: bool,
    /// Whether members can be removed.
    pub removal: bool,
    /// Whether the app can add or import members.
    pub adding: bool,
    /// Whether the service stores a list of members with their profiles.
    pub stores_members: bool,
    /// Whether it can be divided into topics.
    pub topics: bool,
    /// The prefix that a custom id must have; `None` if it may have any except
    /// [`ASSIGNED_GROUP_ID_PREFIX`].
    pub id_prefix: Option<&'static str>,
    /// What else is known, one fact each.
    pub notes: &'static [&'static str],
}

impl GroupTypeSpec {
    /// Returns what is known about a group type, or `None` if it is not a preset one.
    pub fn find(group_type: &GroupType) -> Option<&'static Self> {
        GROUP_TYPES.iter().find(|spec| spec.group_type == *group_type)
    }

    /// Returns whether a group of this type may have this custom id.
    ///
    /// ```
    /// use chat_types::{GroupType, spec::GroupTypeSpec};
    ///
    /// let allows = |group_type, id| {
    ///     GroupTypeSpec::find(&group_type).is_some_and(|spec| spec.allows_custom_id(id))
    /// };
    /// assert!(allows(GroupType::Public, "stargazers"));
    /// assert!(!allows(GroupType::Public, "@TGS#1"));
    /// assert!(allows(GroupType::Community, "@TGS#_stargazers"));
    /// ```
    pub fn allows_custom_id(&self, id: &str) -> bool {
        match self.id_prefix {
            Some(prefix) => id.starts_with(prefix),
            None => !id.starts_with(ASSIGNED_GROUP_ID_PREFIX),
        }
    }
}
